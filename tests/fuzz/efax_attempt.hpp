// Reading a reply of eFax, or of whatever stands in its place.
#pragma once

#include "efaxd/core/fault.hpp"
#include "fuzz/fuzz.hpp"

#include <optional>

namespace efaxd::fuzz {

/// What reading gives; nothing if the reply is refused, which it may be by a Fault only.
template <class Read>
auto attempt(Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Fault& fault) {
        must(fault.reason.starts_with("efax.") && is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
        return std::nullopt;
    }
}

} // namespace efaxd::fuzz
