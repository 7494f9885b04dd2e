// Runs a target on every file of the folders and on the files named, where there is no libFuzzer.
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& place) {
    if (!fs::is_directory(place))
        return {place};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(place))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

void replay(const fs::path& path) {
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout); // to be seen if this is the last one
    std::ifstream file(path, std::ios::binary);
    const std::string input(std::istreambuf_iterator<char>(file), {});
    efaxd::fuzz::must(!file.bad() && !input.empty(), "the file can be read");
    // A block of its own size, so that a sanitizer sees whoever reads beyond the end.
    const std::vector<std::uint8_t> exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

} // namespace

int main(int count, char** arguments) {
    int files = 0;
    for (int i = 1; i < count; ++i)
        for (const auto& path : files_of(arguments[i])) {
            replay(path);
            ++files;
        }
    efaxd::fuzz::must(files > 0, "there is something to replay");
}
