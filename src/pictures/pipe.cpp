#include "pictures/pipe.hpp"

#include "frames/picture_frames.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace efaxd::pictures {
namespace {

void read_exactly(void* buffer, std::size_t count) {
    auto* to = static_cast<char*>(buffer);
    while (count > 0) {
        const ssize_t got = ::read(STDIN_FILENO, to, count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw std::runtime_error("the input was cut");
        to += got;
        count -= static_cast<std::size_t>(got);
    }
}

std::uint32_t read_number() {
    frames::Head head{};
    read_exactly(head.data(), head.size());
    return frames::number_of(head);
}

/// Grows by a quarter instead of doubling: address space is limited.
void make_room(std::vector<char>& picture, std::size_t count) {
    if (picture.capacity() - picture.size() < count)
        picture.reserve(picture.size() + std::max(count, picture.size() / 4));
}

void read_bytes(std::vector<char>& picture, std::size_t count) {
    make_room(picture, count);
    const std::size_t size = picture.size();
    picture.resize(size + count);
    read_exactly(picture.data() + size, count);
}

} // namespace

Batch read_pictures() {
    Batch pictures;
    for (;;) {
        const std::uint32_t number = read_number();
        if (number == frames::the_end)
            return pictures;
        if (number == frames::next_picture)
            pictures.emplace_back();
        else if (number <= frames::most_bytes && !pictures.empty())
            read_bytes(pictures.back(), number);
        else
            throw std::runtime_error("the input has no frames");
    }
}

void write_out(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw std::runtime_error("the output is closed");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace efaxd::pictures
