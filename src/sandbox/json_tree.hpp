// JSON that can be changed.
#pragma once

#include "json/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

/// A value with all that is in it. Members of objects keep their order.
struct JsonTree {
    enum class Kind { scalar, array, object };

    Kind kind = Kind::scalar;
    std::string scalar = "null";    ///< as JSON
    std::vector<std::string> names; ///< of an object's members
    std::vector<JsonTree> items;    ///< elements, or members in the order of their names

    static JsonTree of(json::Value value);
    std::string text() const;
    JsonTree* member(std::string_view name); ///< nullptr if there is none
    /// The order of members does not matter; numbers are compared as they are written.
    bool operator==(const JsonTree& other) const;
};

/// Applies a JSON Patch (RFC 6902: add, remove, replace, test). Nothing if it cannot be applied; then
/// `complaint` says why.
std::optional<std::string> patched(json::Value resource, json::Value patch, std::string& complaint);

} // namespace efaxd::sandbox
