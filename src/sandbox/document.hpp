// Fax documents made up on the spot: the same plan gives the same bytes, and none of them is stored.
#pragma once

#include "sandbox/http_server.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

enum class DocumentKind { pdf, tiff, jpeg, png };
inline constexpr std::array<std::string_view, 4> document_kind_names{"pdf", "tiff", "jpeg", "png"};

/// `application/pdf` …
std::string_view media_type_of(DocumentKind kind);

/// Oddities that a PDF may have and be whole all the same.
enum class DocumentShape { usual, no_pages, encrypted };
inline constexpr std::array<std::string_view, 3> document_shape_names{"usual", "no_pages", "encrypted"};

struct DocumentPlan {
    std::string text; ///< on each page, followed by `, page N`
    int pages = 1;
    std::uint64_t size = 0; ///< bytes wanted; what the pages need at least is never undercut
    std::uint64_t seed = 0; ///< of the padding
    int first_page = 1;     ///< what the first page calls itself
    DocumentShape shape = DocumentShape::usual; ///< of a PDF

    bool operator==(const DocumentPlan&) const = default;
};

/// A whole document: some bytes in front, padding made from the seed (which repeats), some bytes behind. A
/// PDF opens in any reader, begins with `%PDF-` and ends with `%%EOF`. A TIFF has one directory a page: 1728
/// by 2200 dots in Group 4, with as many black bars as the page's number (40 at the most); its padding is a
/// tail that no directory points at. JPEG and PNG are one grey page, and have no padding.
class FaxDocument {
  public:
    FaxDocument(const DocumentPlan& plan, DocumentKind kind);

    std::uint64_t size() const { return head_.size() + padding_ + tail_.size(); }
    /// Copies up to `most` bytes from `offset` on.
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t most) const;
    std::string bytes() const;  ///< all of them: small documents only
    std::string sha256() const; ///< lower-case hex, read through once

  private:
    std::string head_;
    std::uint64_t padding_ = 0;
    std::string tail_;
    std::string tile_; ///< what the padding repeats
};

/// `front`, the document in base64, `back`; with `line_breaks`, a JSON-escaped CR LF after every 76
/// characters.
HttpResponse::Stream base64_stream(std::shared_ptr<const FaxDocument> document, std::string front,
                                   std::string back, bool line_breaks);

} // namespace efaxd::sandbox
