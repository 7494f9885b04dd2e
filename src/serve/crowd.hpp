// Whose place a newcomer gets when all places at a door are taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace efaxd::serve {

struct Guest {
    /// How little is lost with the connection, least first.
    enum class Busy {
        with_nothing,       ///< no whole header has come
        with_sending,       ///< the body is under way
        with_listening,     ///< the answer is, and is not being taken
        with_being_answered ///< the answer is being made
    };
    std::uint32_t uid = 0;
    Busy busy = Busy::with_nothing;
    std::uint64_t since = 0; ///< grows from request to request
};

/// The index of the guest who must go; nobody if all are owed an answer. It is one of whoever holds the most
/// places, the least busy, the one who has been so for longest. Who is owed an answer goes only if its user
/// holds more than half of the places and the newcomer is another: nobody can keep others out.
std::optional<std::size_t> who_must_go(const std::vector<Guest>& guests, std::uint32_t newcomer);

} // namespace efaxd::serve
