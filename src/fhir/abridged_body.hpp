// The body of a reply of which nobody wants the documents.
#pragma once

#include "fhir/resource.hpp"
#include "http/message.hpp"
#include "json/abridged.hpp"

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Made for one reply. What resources hold of documents is left out as it arrives, see json::Abridged. The
/// sinks must not outlive it.
class AbridgedBody {
  public:
    /// Throws a passing Fault `fhir.bad_reply` if there is too much.
    http::Sink sink() {
        return [this](const http::Reply&, std::string_view piece) {
            if (!feed(piece))
                throw bad_reply("the FHIR server answered with more than any has use for");
        };
    }
    /// Of something that was done, whatever is said of it: too much becomes nothing.
    http::Sink forgiving_sink() {
        return [this](const http::Reply&, std::string_view piece) { readable_ = readable_ && feed(piece); };
    }
    std::string take() { return readable_ ? text_.take() : std::string(); }

  private:
    bool feed(std::string_view piece) {
        try {
            text_.feed(piece);
            return true;
        } catch (const json::ParseError&) {
            return false;
        }
    }

    json::Abridged text_;
    bool readable_ = true;
};

/// How much may come from the server for that, documents included.
inline constexpr std::uint64_t abridged_bytes = 64u << 20;

} // namespace efaxd::fhir
