// Documents on our disk that are not yet delivered.
#pragma once

#include "efaxd/core/document.hpp"
#include "efaxd/core/fax.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace efaxd {

/// Gives one document out, from its beginning, in pieces. Throws Fault `spool.unreadable` (passing) when the
/// disk does not give it back, and in place of its last bytes when its SHA-256 is not the recorded one, so
/// that no wrong document ever leaves whole: remove it and fetch it again.
class SpoolReader {
  public:
    virtual ~SpoolReader() = default;

    virtual std::uint64_t size() const = 0;
    /// Fills the buffer as far as it can; 0 at the end.
    virtual std::size_t read(char* buffer, std::size_t most) = 0;
    virtual void rewind() = 0;
};

/// Takes one document in. Thrown away unless `finish` returned.
class SpoolWriter {
  public:
    virtual ~SpoolWriter() = default;

    virtual void append(std::string_view bytes) = 0;
    /// Size and SHA-256 of the whole; the type is the caller's to tell. Nothing is appended from here on.
    virtual Document end() = 0;
    /// The ended document while it is in memory alone and a power cut would take it: a small one for which
    /// there was room. Nothing if a file holds it. Lives no longer than the writer, and not over `finish`.
    virtual std::unique_ptr<SpoolReader> in_memory() = 0;
    /// Ends the document, writes what is in memory alone, and syncs file and folder: it survives a power cut
    /// from here on. Replaces an earlier one of the key.
    virtual Document finish() = 0;
};

/// File names are made from a hash of the key: an id from outside is never a path. Every verb may throw
/// GroundFault, and Fault (passing) `spool.full` when the disk is nearly full, and `spool.busy` when the
/// system has no file handle or memory left. Safe from any thread.
class Spool {
  public:
    virtual ~Spool() = default;

    virtual std::unique_ptr<SpoolWriter> write(const FaxKey& key) = 0;
    /// Nothing if there is no such document, or it has another size than recorded. Throws as a
    /// reader does.
    virtual std::unique_ptr<SpoolReader> open(const FaxKey& key, const Document& recorded) = 0;
    /// Throws Fault `spool.unreadable` (passing) when the disk does not let this one go.
    virtual void remove(const FaxKey& key) = 0;
};

} // namespace efaxd
