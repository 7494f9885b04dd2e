// The spool as a folder of files, one for each document.
#pragma once

#include "efaxd/ports/spool.hpp"
#include "spool/files.hpp"
#include "spool/folder_sync.hpp"
#include "spool/memory.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace efaxd::spool {

/// A document is written as NAME.N.part, synced, and only then renamed to NAME, so that a NAME is always
/// whole. Folder and files are for their owner only. A document is not taken in, `spool.full`, when less than
/// 64 MiB are free on the file system: they are left to the ledger, which must record what frees space again.
/// A small one is in memory until `finish`, so that one which is delivered at once never becomes a file.
class FileSpool : public Spool {
  public:
    /// What the daemon gives to documents in memory.
    static constexpr std::size_t usual_memory = std::size_t{16} << 20;

    /// Makes the folder if there is none, and removes what unfinished writers of an earlier life left in it.
    /// The caller has made sure that no other process uses it (system/state_dir.hpp).
    /// `memory`: bytes that documents which no file holds yet may take together, and each an eighth of them.
    explicit FileSpool(const std::filesystem::path& folder, Files& files = system_files(),
                       std::size_t memory = 0);

    std::unique_ptr<SpoolWriter> write(const FaxKey& key) override;
    std::unique_ptr<SpoolReader> open(const FaxKey& key, const Document& recorded) override;
    void remove(const FaxKey& key) override;

    /// Name of a key's file: SHA-256 of project and fax id, in hex.
    static std::string name_of(const FaxKey& key);

    /// Removes the documents whose name is not wanted, such as those of faxes that were delivered just before
    /// a crash. To be called while nobody writes. Returns how many went.
    std::size_t sweep(const std::function<bool(std::string_view name)>& wanted);

  private:
    std::filesystem::path folder_;
    Files& files_;
    std::atomic<std::uint64_t> writers_{0};
    Allowance memory_;
    FolderSync folder_sync_;
};

} // namespace efaxd::spool
