#include "serve/crowd.hpp"

#include <map>
#include <tuple>

namespace efaxd::serve {

std::optional<std::size_t> who_must_go(const std::vector<Guest>& guests, std::uint32_t newcomer) {
    std::map<std::uint32_t, std::size_t> places;
    for (const Guest& guest : guests)
        ++places[guest.uid];
    const auto may_go = [&](const Guest& guest) {
        return guest.busy != Guest::Busy::with_being_answered ||
               (guest.uid != newcomer && places[guest.uid] > guests.size() / 2);
    };
    // Smaller goes first.
    const auto claim = [&](const Guest& guest) {
        return std::tuple(guests.size() - places[guest.uid], guest.busy, guest.since);
    };
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < guests.size(); ++i)
        if (may_go(guests[i]) && (!found || claim(guests[i]) < claim(guests[*found])))
            found = i;
    return found;
}

} // namespace efaxd::serve
