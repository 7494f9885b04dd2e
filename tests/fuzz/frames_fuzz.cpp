// What efaxd-convert reads from its pipe: any bytes, and pictures that were framed as the daemon does it.
#include "fuzz/fuzz.hpp"

#include "frames/picture_frames.hpp"
#include "pictures/pipe.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

std::optional<pictures::Batch> read_from(std::string_view bytes) {
    static const int memory = ::memfd_create("input", MFD_CLOEXEC);
    must(::dup2(memory, STDIN_FILENO) == STDIN_FILENO && ::ftruncate(memory, 0) == 0 &&
             ::pwrite(memory, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()) &&
             ::lseek(memory, 0, SEEK_SET) == 0,
         "the input can be given");
    try {
        return pictures::read_pictures();
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

void add_number(std::string& stream, std::uint32_t number) {
    const auto head = frames::head_of(number);
    stream.append(reinterpret_cast<const char*>(head.data()), head.size());
}

std::string framed(const std::vector<std::string_view>& parts, std::size_t piece) {
    std::string stream;
    for (const auto part : parts) {
        add_number(stream, frames::next_picture);
        fuzz::in_pieces(part, piece, [&](std::string_view one) {
            add_number(stream, static_cast<std::uint32_t>(one.size()));
            stream += one;
        });
    }
    add_number(stream, frames::the_end);
    return stream;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto input = fuzz::text_of(bytes, size);
    if (const auto batch = read_from(input)) {
        std::size_t taken = 0;
        for (const auto& picture : *batch)
            taken += picture.size();
        must(taken < size, "no byte is made up");
    }
    const auto parts = fuzz::parts_of(input);
    const auto batch = read_from(framed(parts, 1 + size % 113));
    must(batch && batch->size() == parts.size(), "every picture arrives");
    for (std::size_t i = 0; i < parts.size(); ++i)
        must(std::ranges::equal((*batch)[i], parts[i]), "a picture arrives as it was sent");
    return 0;
}
