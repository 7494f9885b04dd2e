// Is what we fetched a whole document, and of which kind?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd {

/// The ledger stores it by its position.
enum class MediaType { unknown, pdf, tiff, jpeg, png };

/// `application/pdf`, `image/tiff`, `image/jpeg`, `image/png`, `application/octet-stream`.
std::string_view name_of(MediaType type);
/// `pdf`, `tiff`, `jpg`, `png`, `bin`.
std::string_view extension_of(MediaType type);
MediaType media_type(std::string_view name);

/// The facts of a document that we have had whole.
struct Document {
    std::uint64_t size = 0; ///< bytes
    std::string sha256;     ///< lower-case hex
    MediaType type = MediaType::unknown;

    bool operator==(const Document&) const = default;
};

/// Looks at a document as it streams by, keeping only its first and last KiB. The kind is told by magic bytes
/// (`%PDF-` within the first 1024 bytes, `II*\0`, `MM\0*`, JPEG's and PNG's own), never by name. Used by one
/// thread at a time.
class DocumentInspector {
  public:
    void feed(std::string_view bytes);

    std::uint64_t size() const { return size_; }
    MediaType type() const;
    /// Empty when the document may be kept; else the reason code: `document.empty`, `document.unknown_type`,
    /// `document.cut_short` (a PDF without `%%EOF` in its last KiB).
    std::string_view complaint() const;

  private:
    std::string head_;
    std::string tail_;
    std::uint64_t size_ = 0;
};

} // namespace efaxd
