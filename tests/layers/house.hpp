// The source tree as the tests of the house read it: files, and the room each belongs to.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace efaxd::layers {

struct SourceFile {
    std::string path; ///< from the top of the tree, e.g. `src/http/client.cpp`
    std::string room; ///< `core`, `ports`, `log`, or the folder under src
    std::string text;
};

inline std::string read(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw std::runtime_error("cannot read " + path.string());
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

inline std::string read_in_tree(const std::string& path) {
    return read(std::filesystem::path(EFAXD_SOURCE_DIR) / path);
}

/// The room of a path such as `efaxd/core/fax.hpp` or `http/client.hpp`; empty if it names none.
inline std::string room_of(const std::string& path) {
    if (path.starts_with("efaxd/core/"))
        return "core";
    if (path.starts_with("efaxd/ports/"))
        return "ports";
    if (path.starts_with("efaxd/"))
        return "log";
    const auto slash = path.find('/');
    return slash == path.npos ? "" : path.substr(0, slash);
}

/// Every C++ file under src/ and include/.
inline std::vector<SourceFile> sources() {
    std::vector<SourceFile> files;
    const std::filesystem::path top(EFAXD_SOURCE_DIR);
    for (const char* folder : {"src", "include"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(top / folder)) {
            const auto extension = entry.path().extension();
            if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp"))
                continue;
            const std::string inside = entry.path().lexically_relative(top / folder).generic_string();
            files.push_back({folder + ('/' + inside), room_of(inside), read(entry.path())});
        }
    return files;
}

} // namespace efaxd::layers
