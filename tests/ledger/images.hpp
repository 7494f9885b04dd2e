// The ledger's files as bytes.
#pragma once

#include "ledger/database.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace efaxd::ledger {

inline void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const auto& item : std::filesystem::directory_iterator(from))
        std::filesystem::copy_file(item.path(), to / item.path().filename());
}

inline std::string integrity(const std::filesystem::path& dir) {
    return Database(dir / "ledger.db", Access::reader).text("PRAGMA integrity_check");
}

/// All numbers (12 characters) that begin so and lie anywhere in the files of a folder.
inline std::set<std::string> found_in(const std::filesystem::path& dir, const std::string& begin) {
    std::set<std::string> found;
    for (const auto& item : std::filesystem::directory_iterator(dir)) {
        std::ifstream file(item.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        for (auto at = bytes.find(begin); at != std::string::npos; at = bytes.find(begin, at + 1))
            found.insert(bytes.substr(at, 12));
    }
    return found;
}

} // namespace efaxd::ledger
