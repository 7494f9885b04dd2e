#include "sandbox/document.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "sandbox/pictures.hpp"
#include "sandbox/random.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

namespace efaxd::sandbox {

namespace {

/// Numbers of fixed width, so that a document's size does not depend on what it says.
std::string ten_digits(std::uint64_t number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%010llu", static_cast<unsigned long long>(number));
    return text.data();
}

std::string pdf_text(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '(' || c == ')' || c == '\\')
            escaped += '\\';
        escaped += c >= ' ' && c <= '~' ? c : '?';
    }
    return escaped;
}

/// Objects 1 catalogue, 2 page tree, 3 font, 4 padding, then page and content in turn.
struct PdfParts {
    std::string head; ///< ends where the padding begins
    std::string tail;
};

/// What the trailer of an encrypted PDF says; its strings and streams need not make sense to anybody.
constexpr std::string_view encryption =
    " /ID [ <00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff> ] /Encrypt << /Filter "
    "/Standard"
    " /V 1 /R 2 /P -44 /O <0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef>"
    " /U <fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210> >>";

PdfParts lay_out_pdf(const DocumentPlan& plan, std::uint64_t padding) {
    const int pages = plan.shape == DocumentShape::no_pages ? 0 : plan.pages;
    std::vector<std::uint64_t> offsets{0};
    std::string text = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
    const auto begin = [&] {
        offsets.push_back(text.size());
        text += std::to_string(offsets.size() - 1) + " 0 obj\n";
    };
    std::string kids;
    for (int page = 0; page < pages; ++page)
        kids += std::to_string(5 + 2 * page) + " 0 R ";
    begin();
    text += "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";
    begin();
    text += "<< /Type /Pages /Count " + std::to_string(pages) + " /Kids [ " + kids + "] >>\nendobj\n";
    begin();
    text += "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n";
    offsets.push_back(0); // the padding stands last
    for (int page = 0; page < pages; ++page) {
        begin();
        text +=
            "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 612 792 ] /Resources << /Font << /F1 3 0 R >> >> "
            "/Contents " +
            std::to_string(6 + 2 * page) + " 0 R >>\nendobj\n";
        const std::string content = "BT /F1 24 Tf 72 700 Td (" + pdf_text(plan.text) + ", page " +
                                    std::to_string(plan.first_page + page) + ") Tj ET";
        begin();
        text += "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content +
                "\nendstream\nendobj\n";
    }
    offsets[4] = text.size();
    text += "4 0 obj\n<< /Length " + ten_digits(padding) + " >>\nstream\n";

    std::string tail = "\nendstream\nendobj\n";
    const std::uint64_t table = text.size() + padding + tail.size();
    tail += "xref\n0 " + std::to_string(offsets.size()) + "\n0000000000 65535 f \n";
    for (std::size_t object = 1; object < offsets.size(); ++object)
        tail += ten_digits(offsets[object]) + " 00000 n \n";
    tail += "trailer\n<< /Size " + std::to_string(offsets.size()) + " /Root 1 0 R";
    if (plan.shape == DocumentShape::encrypted)
        tail += encryption;
    tail += " >>\nstartxref\n" + ten_digits(table) + "\n%%EOF\n";
    return {std::move(text), std::move(tail)};
}

/// Lines of base64 that are made at once; the padding repeats at this length, so that most pieces are alike.
constexpr std::size_t line_bytes = 57; // 76 characters
constexpr std::size_t tile_bytes = line_bytes * 512;

/// Bytes from `@` to DEL, so that no PDF keyword with `%` or `>` can turn up in them.
std::string make_tile(std::uint64_t seed, std::uint64_t most) {
    std::string tile(static_cast<std::size_t>(std::min<std::uint64_t>(most, tile_bytes)), '\0');
    Dice dice(scatter(seed));
    for (std::size_t at = 0; at < tile.size(); at += 8) {
        const std::uint64_t word = (dice() & 0x3f3f3f3f3f3f3f3fu) | 0x4040404040404040u;
        std::memcpy(tile.data() + at, &word, std::min<std::size_t>(8, tile.size() - at));
    }
    return tile;
}

} // namespace

std::string_view media_type_of(DocumentKind kind) {
    static constexpr std::array<std::string_view, 4> types{"application/pdf", "image/tiff", "image/jpeg",
                                                           "image/png"};
    return types.at(static_cast<std::size_t>(kind));
}

FaxDocument::FaxDocument(const DocumentPlan& plan, DocumentKind kind) {
    if (kind == DocumentKind::jpeg || kind == DocumentKind::png) {
        head_ = kind == DocumentKind::jpeg ? grey_jpeg(plan.text) : grey_png(plan.text);
    } else if (kind == DocumentKind::tiff) {
        head_ = barred_tiff(plan.pages, plan.first_page);
        padding_ = plan.size > head_.size() ? plan.size - head_.size() : 0;
    } else {
        const PdfParts bare = lay_out_pdf(plan, 0);
        const std::uint64_t least = bare.head.size() + bare.tail.size();
        padding_ = plan.size > least ? plan.size - least : 0;
        PdfParts parts = lay_out_pdf(plan, padding_);
        head_ = std::move(parts.head);
        tail_ = std::move(parts.tail);
    }
    tile_ = make_tile(plan.seed, padding_);
}

std::size_t FaxDocument::read(std::uint64_t offset, char* buffer, std::size_t most) const {
    std::size_t done = 0;
    while (done < most && offset < size()) {
        const std::size_t room = most - done;
        std::size_t count = 0;
        if (offset < head_.size()) {
            count = std::min<std::size_t>(room, head_.size() - static_cast<std::size_t>(offset));
            std::copy_n(head_.data() + offset, count, buffer + done);
        } else if (offset < head_.size() + padding_) {
            const std::uint64_t at = offset - head_.size();
            const auto skip = static_cast<std::size_t>(at % tile_bytes);
            count =
                static_cast<std::size_t>(std::min<std::uint64_t>({room, tile_.size() - skip, padding_ - at}));
            std::copy_n(tile_.data() + skip, count, buffer + done);
        } else {
            const auto at = static_cast<std::size_t>(offset - head_.size() - padding_);
            count = std::min(room, tail_.size() - at);
            std::copy_n(tail_.data() + at, count, buffer + done);
        }
        done += count;
        offset += count;
    }
    return done;
}

std::string FaxDocument::bytes() const {
    std::string all(static_cast<std::size_t>(size()), '\0');
    read(0, all.data(), all.size());
    return all;
}

std::string FaxDocument::sha256() const {
    crypto::Sha256 hash;
    std::vector<char> piece(64u << 10);
    for (std::uint64_t at = 0; at < size();) {
        const std::size_t got = read(at, piece.data(), piece.size());
        hash.feed({piece.data(), got});
        at += got;
    }
    return hash.hex();
}

namespace {

constexpr std::string_view line_break = "\\r\\n";

/// Makes the text piece by piece: a few lines' worth of the document at a time.
class Base64Text {
  public:
    Base64Text(std::shared_ptr<const FaxDocument> document, std::string front, std::string back,
               bool line_breaks)
        : document_(std::move(document)), ready_(std::move(front)), back_(std::move(back)),
          line_breaks_(line_breaks) {}

    std::uint64_t size() const {
        const std::uint64_t length = (document_->size() + 2) / 3 * 4;
        const std::uint64_t lines = (document_->size() + line_bytes - 1) / line_bytes;
        return ready_.size() + length + (line_breaks_ ? lines * line_break.size() : 0) + back_.size();
    }

    std::size_t read(char* buffer, std::size_t most) {
        std::size_t done = 0;
        while (done < most) {
            if (taken_ == ready_.size() && !prepare())
                break;
            const std::size_t count = std::min(most - done, ready_.size() - taken_);
            std::copy_n(ready_.data() + taken_, count, buffer + done);
            done += count;
            taken_ += count;
        }
        return done;
    }

  private:
    bool prepare() {
        taken_ = 0;
        ready_.clear();
        if (at_ < document_->size()) {
            std::array<char, tile_bytes> piece{};
            const std::size_t got = document_->read(at_, piece.data(), piece.size());
            at_ += got;
            encode({piece.data(), got});
        } else if (!ended_) {
            ended_ = true;
            ready_ = back_;
        }
        return !ready_.empty();
    }

    void encode(std::string_view bytes) {
        if (bytes != last_bytes_) {
            last_bytes_ = bytes;
            last_text_ = line_breaks_ ? lines_of(bytes) : base64(bytes);
        }
        ready_ = last_text_;
    }

    static std::string lines_of(std::string_view bytes) {
        std::string text;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(line_bytes, bytes.size()))) {
            text += base64(bytes.substr(0, line_bytes));
            text += line_break;
        }
        return text;
    }

    std::shared_ptr<const FaxDocument> document_;
    std::string ready_;
    std::string back_;
    bool line_breaks_;
    std::string last_bytes_;
    std::string last_text_;
    std::size_t taken_ = 0;
    std::uint64_t at_ = 0;
    bool ended_ = false;
};

} // namespace

HttpResponse::Stream base64_stream(std::shared_ptr<const FaxDocument> document, std::string front,
                                   std::string back, bool line_breaks) {
    auto text =
        std::make_shared<Base64Text>(std::move(document), std::move(front), std::move(back), line_breaks);
    return {text->size(), [text](char* buffer, std::size_t most) { return text->read(buffer, most); }};
}

} // namespace efaxd::sandbox
