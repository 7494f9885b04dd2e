#include "fhir/binary_body.hpp"

#include "efaxd/core/base64.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace efaxd::fhir {

namespace {

std::string beginning(std::string_view media_type, std::string_view id) {
    json::Writer out;
    out.begin_object().member("resourceType", "Binary");
    if (!id.empty())
        out.member("id", id);
    out.member("contentType", media_type).member("data", "").end_object();
    auto text = out.take();
    text.resize(text.size() - 2); // without `"}`
    return text;
}

/// Beginning, base64 in pieces, end.
class Encoded {
  public:
    Encoded(SpoolReader& document, std::string first) : document_(document), ready_(std::move(first)) {}

    std::size_t read(char* buffer, std::size_t most) {
        if (at_ == ready_.size())
            refill();
        const auto count = ready_.copy(buffer, most, at_);
        at_ += count;
        return count;
    }

  private:
    // A multiple of three, so that only the last piece is padded.
    static constexpr std::size_t piece = std::size_t{3} * 8192;

    void refill() {
        at_ = 0;
        ready_.clear();
        if (ended_)
            return;
        std::size_t filled = 0;
        while (filled < bytes_.size()) {
            const auto count = document_.read(bytes_.data() + filled, bytes_.size() - filled);
            if (count == 0)
                break;
            filled += count;
        }
        ready_ = base64({bytes_.data(), filled});
        ended_ = filled < bytes_.size();
        if (ended_)
            ready_ += "\"}";
    }

    SpoolReader& document_;
    std::string ready_;
    std::size_t at_ = 0;
    std::array<char, piece> bytes_{};
    bool ended_ = false;
};

} // namespace

http::BodySource raw_body(SpoolReader& document) {
    document.rewind();
    return {document.size(),
            [&document](char* buffer, std::size_t most) { return document.read(buffer, most); }};
}

http::BodySource json_body(SpoolReader& document, std::string_view media_type, std::string_view id) {
    document.rewind();
    auto first = beginning(media_type, id);
    const auto size = first.size() + (document.size() + 2) / 3 * 4 + 2;
    auto encoded = std::make_shared<Encoded>(document, std::move(first));
    return {size, [encoded](char* buffer, std::size_t most) { return encoded->read(buffer, most); }};
}

http::Limits upload_limits(std::uint64_t size) {
    http::Limits limits;
    limits.reply_bytes = (4u << 20) + size * 2;
    limits.total = std::chrono::minutes{2} + std::chrono::seconds{size / (64u << 10)};
    limits.idle = limits.total;
    return limits;
}

} // namespace efaxd::fhir
