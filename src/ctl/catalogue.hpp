// What every event and reason code means: docs/troubleshooting.md, built into the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::ctl {

struct Explanation {
    std::string code;
    bool reason = false; ///< of a fault; else an event. Some codes are both.
    std::string cause;   ///< plain text, one line
    std::string cure;    ///< empty: nothing to do
};

/// Those of a text in the form of docs/troubleshooting.md: under `## Events` a heading for each code, its
/// text, and a line that begins with `Do:`; under `## Reasons` a table of code, cause and cure. In order.
std::vector<Explanation> explanations_in(std::string_view markdown);

/// docs/troubleshooting.md as it was when the program was built.
std::string_view troubleshooting();

} // namespace efaxd::ctl
