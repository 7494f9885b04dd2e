// Takes the body of `POST /faxes` as it comes: of its documents only digests and the first bytes stay.
#pragma once

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/pdf_pages.hpp"
#include "sandbox/sent_store.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

/// Every string member `document_content`, at any depth, is decoded while it passes; in the skeleton that is
/// kept of the JSON its text is the number of the document, from 0.
class SendBody : public BodySink {
  public:
    /// A body over `limit` bytes, or a skeleton over 1 MiB, is read to its end and not kept.
    explicit SendBody(std::uint64_t limit) : limit_(limit) {}

    void feed(std::string_view piece) override;

    bool too_large() const { return size_ > limit_ || skeleton_.size() > most_skeleton; }
    const std::string& skeleton() const { return skeleton_; }

    struct Content {
        SentDocument document;
        bool good = false; ///< whole and valid base64, and not empty
    };
    /// In order of appearance. At the end only, once.
    std::vector<Content> contents();

  private:
    static constexpr std::size_t most_skeleton = 1u << 20;
    static constexpr std::size_t most_kept = 64u << 10;

    struct Decoding {
        Base64Decoder base64;
        crypto::Sha256 hash;
        PdfPages pages;
        SentDocument document;
        std::string head;
        bool bad = false;
    };
    enum class In { structure, text, content };

    void step(char c);
    void structure(char c);
    void begin_text();
    void end_text();
    /// How far the piece is content without anything special; fed to the document.
    std::size_t plain_content(std::string_view piece);
    void escaped(char c);
    void decode(std::string_view text);
    static void finish(Decoding& decoding);

    const std::uint64_t limit_;
    std::uint64_t size_ = 0;
    std::string skeleton_;
    In in_ = In::structure;
    bool backslash_ = false;
    std::string last_text_; ///< the string that ended last, if nothing but a colon came since
    bool after_colon_ = false;
    std::string unicode_; ///< digits of \uXXXX
    bool in_unicode_ = false;
    std::vector<std::unique_ptr<Decoding>> documents_;
};

} // namespace efaxd::sandbox
