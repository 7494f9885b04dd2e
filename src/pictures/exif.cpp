#include "pictures/exif.hpp"

#include "pictures/bytes.hpp"

namespace efaxd::pictures {
namespace {

constexpr std::uint32_t orientation_tag = 0x0112;
constexpr std::uint32_t short_type = 3;
constexpr std::size_t entry_size = 12;

int look_up(std::string_view block) {
    const auto number = block.starts_with("MM") ? big_number : little_number;
    const std::size_t directory = number(block, 4, 4);
    const std::uint32_t entries = number(block, directory, 2);
    for (std::uint32_t index = 0; index < entries; ++index) {
        const std::size_t entry = directory + 2 + index * entry_size;
        if (number(block, entry, 2) != orientation_tag || number(block, entry + 2, 2) != short_type)
            continue;
        const std::uint32_t orientation = number(block, entry + 8, 2);
        return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    }
    return 1;
}

} // namespace

int exif_orientation(std::string_view block) {
    try {
        return look_up(block);
    } catch (const Unconvertible&) { // the notes are damaged, not the picture
        return 1;
    }
}

} // namespace efaxd::pictures
