#include "convert/converter.hpp"

#include "convert/conversion.hpp"

#include <utility>

namespace efaxd::convert {

std::filesystem::path converter_program() {
    namespace fs = std::filesystem;
    constexpr auto name = "efaxd-convert";
    std::error_code unknown; // then a path that leads nowhere
    const fs::path folder = fs::read_symlink("/proc/self/exe", unknown).parent_path();
    if (fs::exists(folder / name, unknown))
        return folder / name;
    return folder.parent_path() / "libexec" / "efaxd" / name;
}

ProcessConverter::ProcessConverter(ConverterOptions options) : options_(std::move(options)) {}

std::unique_ptr<Conversion> ProcessConverter::begin(std::stop_token stop) {
    return std::make_unique<ProcessConversion>(options_, std::move(stop));
}

} // namespace efaxd::convert
