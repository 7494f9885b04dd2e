#include "spool/memory.hpp"

#include <algorithm>

namespace efaxd::spool {

bool Allowance::take(std::size_t bytes) {
    std::size_t taken = taken_;
    do
        if (bytes > most_ - taken)
            return false;
    while (!taken_.compare_exchange_weak(taken, taken + bytes));
    return true;
}

bool InMemory::append(std::string_view bytes) {
    if (!make_room(bytes.size()))
        return false;
    while (!bytes.empty()) {
        const std::size_t at = size_ % block;
        const std::size_t count = bytes.copy(blocks_[size_ / block].get() + at, block - at);
        bytes.remove_prefix(count);
        size_ += count;
    }
    return true;
}

bool InMemory::make_room(std::size_t bytes) {
    const std::size_t needed = (size_ + bytes + block - 1) / block;
    if (needed * block > allowance_.most() / 8)
        return false;
    while (blocks_.size() < needed) {
        blocks_.push_back(std::unique_ptr<char[]>(new char[block]));
        if (!allowance_.take(block)) {
            blocks_.pop_back();
            return false;
        }
    }
    return true;
}

void InMemory::clear() {
    allowance_.give_back(blocks_.size() * block);
    blocks_.clear();
    size_ = 0;
}

std::string_view InMemory::from(std::size_t at) const {
    if (at >= size_)
        return {};
    const std::size_t within = at % block;
    return {blocks_[at / block].get() + within, std::min(block - within, size_ - at)};
}

} // namespace efaxd::spool
