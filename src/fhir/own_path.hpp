// What lies on our FHIR server, and what does not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::fhir {

/// The part of a URL below `base_url`, without the slash before it, query kept: what may be asked with our
/// token. The URL may be relative to the base, absolute on its origin, or begin with the base's own path.
/// Nothing for anything else, and for whatever servers or libraries might read in two ways: `.` and `..`,
/// empty segments, escapes, user info.
std::optional<std::string> own_path(std::string_view url, std::string_view base_url);

/// The `Type/id` with which an own path begins, whatever stands behind it; empty if it begins otherwise.
std::string resource_on(std::string_view path);

/// Where a Reference points.
struct Target {
    enum class Kind {
        nowhere,   ///< no reference, or a logical one
        local,     ///< `Type/id` on our server
        contained, ///< a resource within the same one
        foreign,   ///< any other URL
    };
    Kind kind = Kind::nowhere;
    std::string type; ///< of a local one
    std::string id;   ///< of a local or a contained one

    /// `Type/id` of a local one: may be shown to staff.
    std::string path() const { return type + "/" + id; }
};

/// A version in a local reference is left out.
Target target_of(std::string_view reference, std::string_view base_url);

} // namespace efaxd::fhir
