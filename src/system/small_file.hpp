// A small file that is always whole: the old text or the new one, also after a power cut.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace efaxd::system {

/// The first 4 KiB of a file; nothing if there is no such file. Throws GroundFault.
std::optional<std::string> read_small_file(const std::filesystem::path& path);

/// Replaces it durably, readable for its owner only; what was to be the new file lies beside it under
/// NAME.new meanwhile. Throws GroundFault, and Fault `ledger.full` (passing) if there is no room; the old
/// text is there then.
void replace_small_file(const std::filesystem::path& path, const std::string& text);

} // namespace efaxd::system
