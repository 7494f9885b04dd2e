// The few forms of answer that are not lists: an error, a thing done, a connectivity report.
#pragma once

#include "serve/door.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::serve {

/// `{"error": {"code": …, "text": …}}`. The code is snake_case, the text one sentence of ours.
Answer failure(int status, std::string_view code, std::string_view text);

/// `{"schema": 1, "text": …}`: what a change did, in one sentence. 200 unless said otherwise.
Answer done(std::string_view text, int status = 200);

/// One thing that was tried by a connectivity test.
struct CheckLine {
    std::string project; ///< empty for the daemon's own ground
    std::string what;    ///< e.g. `eFax sign-in`
    enum class Verdict { ok, warning, failed, skipped } verdict = Verdict::ok;
    std::string detail; ///< one sentence, may be empty
    std::string advice; ///< what to do about it, may be empty
};

std::string_view name_of(CheckLine::Verdict verdict);

/// `{"schema": 1, "exit_code": …, "checks": […]}`; the exit code is the one the tool ends with.
std::string check_json(const std::vector<CheckLine>& lines, int exit_code);

} // namespace efaxd::serve
