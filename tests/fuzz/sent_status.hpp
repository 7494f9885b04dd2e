// What must hold for every status of a sent fax.
#pragma once

#include "efaxd/ports/fax_sender.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>

namespace efaxd::fuzz {

inline void check(const SendStatus& status) {
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    must(status.code.size() <= 16 && std::ranges::all_of(status.code, allowed), "a result code is short");
    must(status.pages >= 0 && status.tries >= 0, "no count is negative");
}

} // namespace efaxd::fuzz
