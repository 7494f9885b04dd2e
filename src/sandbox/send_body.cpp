#include "sandbox/send_body.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::sandbox {

void SendBody::feed(std::string_view piece) {
    size_ += piece.size();
    if (too_large())
        return;
    while (!piece.empty()) {
        std::size_t done = in_ == In::content && !backslash_ && !in_unicode_ ? plain_content(piece) : 0;
        if (done == 0) {
            step(piece.front());
            done = 1;
        }
        piece.remove_prefix(done);
    }
}

void SendBody::step(char c) {
    if (in_ == In::content) {
        if (backslash_ || in_unicode_)
            escaped(c);
        else if (c == '\\')
            backslash_ = true;
        else // a quote: plain_content takes everything else
            end_text();
        return;
    }
    skeleton_ += c;
    if (in_ == In::structure)
        return structure(c);
    if (backslash_)
        backslash_ = false;
    else if (c == '\\')
        backslash_ = true;
    else if (c == '"')
        return end_text();
    if (last_text_.size() < 64)
        last_text_ += c;
}

void SendBody::structure(char c) {
    if (c == '"')
        return begin_text();
    if (c == ':')
        after_colon_ = true;
    else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        last_text_.clear();
        after_colon_ = false;
    }
}

void SendBody::begin_text() {
    const bool ours = after_colon_ && last_text_ == "document_content";
    last_text_.clear();
    after_colon_ = false;
    in_ = ours ? In::content : In::text;
    if (!ours)
        return;
    skeleton_ += std::to_string(documents_.size());
    documents_.push_back(std::make_unique<Decoding>());
}

void SendBody::end_text() {
    if (in_ == In::content) {
        skeleton_ += '"';
        finish(*documents_.back());
    }
    in_ = In::structure;
}

std::size_t SendBody::plain_content(std::string_view piece) {
    const auto end = std::min(piece.find_first_of("\"\\"), piece.size());
    const auto text = piece.substr(0, end);
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
        documents_.back()->bad = true; // JSON has no bare control characters
    decode(text);
    return end;
}

void SendBody::escaped(char c) {
    if (in_unicode_) {
        unicode_ += c;
        if (unicode_.size() < 4)
            return;
        in_unicode_ = false;
        unsigned value = 0;
        const auto [end, error] = std::from_chars(unicode_.data(), unicode_.data() + 4, value, 16);
        const bool good = error == std::errc{} && end == unicode_.data() + 4 && value < 0x80;
        return decode(good ? std::string{static_cast<char>(value)} : "?");
    }
    backslash_ = false;
    if (c == 'u') {
        in_unicode_ = true;
        unicode_.clear();
    } else if (c == '/') {
        decode("/");
    } else if (c == 'n' || c == 'r' || c == 't') {
        decode("\n");
    } else {
        decode("?"); // no base64, whatever it is
    }
}

void SendBody::decode(std::string_view text) {
    Decoding& decoding = *documents_.back();
    if (decoding.bad)
        return;
    std::string bytes;
    try {
        decoding.base64.feed(text, bytes);
    } catch (const Base64Error&) {
        decoding.bad = true;
        return;
    }
    SentDocument& document = decoding.document;
    document.size += bytes.size();
    decoding.hash.feed(bytes);
    decoding.pages.feed(bytes);
    if (decoding.head.size() <= most_kept)
        decoding.head += std::string_view{bytes}.substr(0, most_kept + 1 - decoding.head.size());
}

void SendBody::finish(Decoding& decoding) {
    SentDocument& document = decoding.document;
    try {
        decoding.base64.finish();
    } catch (const Base64Error&) {
        decoding.bad = true;
    }
    decoding.bad = decoding.bad || document.size == 0;
    document.sha256 = decoding.hash.hex();
    document.pdf = std::string_view{decoding.head}.substr(0, 1024).find("%PDF-") != std::string_view::npos;
    document.pages = document.pdf ? decoding.pages.count() : 0;
    if (decoding.head.size() <= most_kept)
        document.kept = std::make_shared<const std::string>(std::move(decoding.head));
}

std::vector<SendBody::Content> SendBody::contents() {
    std::vector<Content> all;
    for (const auto& decoding : documents_)
        all.push_back({std::move(decoding->document), !decoding->bad});
    documents_.clear();
    return all;
}

} // namespace efaxd::sandbox
