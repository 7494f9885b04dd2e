// Replies that are meant to fill the memory of whoever reads them.
#pragma once

#include "security/endpoints.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace efaxd::security {

struct Bomb {
    std::string name;
    Answer answer;
    std::shared_ptr<std::atomic<std::uint64_t>> poured; ///< bytes, whoever was answered
};

/// Bodies, heads, chunks and trailers without an end, announced or not, encoded or not.
std::vector<Bomb> endless_bombs();

/// Whole JSON texts of about this size: deep, wide, or one long string.
std::vector<Bomb> json_bombs(std::size_t bytes);

/// The texts alone, by name.
std::vector<std::pair<std::string, std::string>> json_texts(std::size_t bytes);

} // namespace efaxd::security
