// Why a Communication cannot be sent, in words for a clerk.
#pragma once

#include <stdexcept>
#include <string>

namespace efaxd {

/// Nobody's fault and nothing to wait for: somebody must change the Communication or what it refers to. The
/// text is one sentence, shown to staff; it may name resources (`Organization/1`) and elements, never a
/// number, a name or a server's own words.
struct Refusal : std::runtime_error {
    Refusal(int status_, std::string code_, std::string expression_, std::string reason_,
            const std::string& text)
        : std::runtime_error(text), status(status_), code(std::move(code_)),
          expression(std::move(expression_)), reason(std::move(reason_)) {}

    int status;             ///< HTTP: 400, 409 or 422
    std::string code;       ///< OperationOutcome.issue.code: `invalid`, `not-supported`, `business-rule`, …
    std::string expression; ///< FHIRPath, such as `Communication.recipient[0]`
    std::string reason;     ///< stable code of ours, `send.*`, listed in docs/troubleshooting.md
};

} // namespace efaxd
