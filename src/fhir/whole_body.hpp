// The body of a reply that is kept whole, since the documents in it are wanted.
#pragma once

#include "efaxd/core/refusal.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd::fhir {

inline constexpr std::uint64_t whole_bytes = 16u << 20;

inline Refusal documents_too_large() {
    return {422, "too-long", "Communication.payload", "send.document_too_large",
            "The documents within the Communication are too large; upload them to the FHIR server as Binary"};
}

/// Made for one reply; `sink` must not outlive it.
class WholeBody {
  public:
    /// Throws Refusal `send.document_too_large` once there is too much.
    http::Sink sink() {
        return [this](const http::Reply&, std::string_view piece) {
            if (text_.size() + piece.size() > whole_bytes)
                throw documents_too_large();
            text_.append(piece);
        };
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

} // namespace efaxd::fhir
