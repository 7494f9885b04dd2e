// One document on its way into the spool.
#pragma once

#include "crypto/crypto.hpp"
#include "efaxd/ports/spool.hpp"
#include "spool/file.hpp"
#include "spool/folder_sync.hpp"
#include "spool/memory.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace efaxd::spool {

/// Takes the document into memory, and into a file once there is no room for it, or when it shall last.
class DocumentWriter : public SpoolWriter {
  public:
    /// What all writers of a spool share; outlives them.
    struct Shared {
        Files& files;
        FolderSync& folder;
        Allowance& memory;
    };

    /// The document becomes `path`; until it is whole and synced its file is `part`.
    DocumentWriter(Shared shared, std::filesystem::path path, std::filesystem::path part);
    ~DocumentWriter() override;

    void append(std::string_view bytes) override;
    Document end() override;
    std::unique_ptr<SpoolReader> in_memory() override;
    Document finish() override;

  private:
    void append_to_file(std::string_view bytes);
    void move_to_file();

    Shared shared_;
    std::filesystem::path path_;
    std::filesystem::path part_;
    InMemory memory_;
    std::optional<Open> file_;
    crypto::Sha256 digest_;
    Document document_;
    std::uint64_t look_at_;
    bool finished_ = false;
};

} // namespace efaxd::spool
