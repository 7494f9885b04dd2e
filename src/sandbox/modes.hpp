// The catalogue of bad luck: each fault known or feared of eFax, as one dose that can be called by its name.
#pragma once

#include <string_view>
#include <vector>

namespace efaxd::sandbox {

class Sandbox;

struct Mode {
    std::string_view name; ///< `F01` …
    std::string_view text; ///< what goes wrong
    /// Throws BadCall where it needs a user id and there is none.
    void (*begin)(Sandbox&);
};

/// In order of their names.
const std::vector<Mode>& modes();

/// Brings one about, from now on and beside those before. Throws BadCall for a name that is none.
void begin_mode(Sandbox& sandbox, std::string_view name);

} // namespace efaxd::sandbox
