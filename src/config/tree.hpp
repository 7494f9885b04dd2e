// The file as a tree of plain values with their places; all that we take from YAML.
#pragma once

#include "config/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::config {

struct Node {
    enum class Kind {
        nothing, ///< no value was given, or null
        scalar,
        sequence,
        mapping,
        refused, ///< an alias or a tagged value: reported already, not to be read
    };

    std::string key; ///< in a mapping; empty for a key that was refused
    Place key_place;
    Kind kind = Kind::nothing;
    Place place;
    bool plain = true; ///< a scalar without quotes
    bool cut = false;  ///< a syntax error came before its end: absence proves nothing
    std::string value; ///< of a scalar
    std::vector<Node> items;
};

/// Aliases, anchors, tags, merge keys, keys that are not plain words, second documents, and whatever is not
/// YAML are reported. Depth and number of nodes are bounded. After a syntax error the tree holds what came
/// before it. Lines are of 64 KiB at most. The text must be `readable`.
Node read_tree(std::string_view text, Report& report);

} // namespace efaxd::config
