#include "app/ground_check.hpp"

#include "efaxd/core/fault.hpp"
#include "system/state_dir.hpp"

#include <string_view>

namespace efaxd::app {

namespace {

constexpr std::uint64_t least_bytes = 256u << 20;
constexpr std::uint64_t least_files = 1000;

using Verdict = serve::CheckLine::Verdict;

/// A white PNG of one dot.
constexpr unsigned char one_dot[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00,
    0xb1, 0x38, 0xf6, 0x14, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

Finding failed(std::string what, std::string detail, std::string advice) {
    return {{{}, std::move(what), Verdict::failed, std::move(detail), std::move(advice)}, 73};
}

} // namespace

Finding check_converter(Converter& converter, const std::stop_token& stop) {
    try {
        const auto conversion = converter.begin(stop);
        conversion->next();
        conversion->feed({reinterpret_cast<const char*>(one_dot), sizeof one_dot});
        conversion->finish([](std::string_view) {});
        return {{{}, "converter", Verdict::ok, "efaxd-convert makes a PDF of a picture", {}}, 0};
    } catch (const Fault& fault) {
        return failed(
            "converter", fault.detail.empty() ? fault.reason : fault.reason + ": " + fault.detail,
            "see whether libexec/efaxd/efaxd-convert is installed and may be run, and at free memory");
    }
}

Finding check_state_dir(const config::Config& config) {
    constexpr auto what = "state directory";
    try {
        system::check_state_dir(config.state_dir, system::InMemory::allowed);
        const auto room = system::free_room(config.state_dir);
        const std::string detail = config.state_dir.string() + ", " + std::to_string(room.bytes >> 20) +
                                   " MiB and " + std::to_string(room.files) + " files free";
        if (room.bytes < least_bytes)
            return failed(what, detail,
                          "make room: at least " + std::to_string(least_bytes >> 20) + " MiB are wanted");
        if (room.files < least_files)
            return failed(what, detail, "make room: the file system is out of inodes; remove files from it");
        return {{{}, what, Verdict::ok, detail, {}}, 0};
    } catch (const system::StateDirError& error) {
        const std::string_view sentence = error.what();
        const auto colon = sentence.find(": "); // what is wrong: what to do
        if (colon == std::string_view::npos)
            return failed(what, std::string(sentence), "see docs/troubleshooting.md");
        return failed(what, std::string(sentence.substr(0, colon)), std::string(sentence.substr(colon + 2)));
    }
}

} // namespace efaxd::app
