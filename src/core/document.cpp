#include "efaxd/core/document.hpp"

#include <algorithm>

namespace efaxd {

namespace {
constexpr std::size_t kept = 1024; ///< bytes of the head, and of the tail
} // namespace

std::string_view name_of(MediaType type) {
    switch (type) {
    case MediaType::pdf:
        return "application/pdf";
    case MediaType::tiff:
        return "image/tiff";
    case MediaType::jpeg:
        return "image/jpeg";
    case MediaType::png:
        return "image/png";
    case MediaType::unknown:
        break;
    }
    return "application/octet-stream";
}

std::string_view extension_of(MediaType type) {
    switch (type) {
    case MediaType::pdf:
        return "pdf";
    case MediaType::tiff:
        return "tiff";
    case MediaType::jpeg:
        return "jpg";
    case MediaType::png:
        return "png";
    case MediaType::unknown:
        break;
    }
    return "bin";
}

MediaType media_type(std::string_view name) {
    for (const MediaType type : {MediaType::pdf, MediaType::tiff, MediaType::jpeg, MediaType::png})
        if (name_of(type) == name)
            return type;
    return MediaType::unknown;
}

void DocumentInspector::feed(std::string_view bytes) {
    size_ += bytes.size();
    head_ += bytes.substr(0, kept - head_.size());
    tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), kept));
    if (tail_.size() > kept)
        tail_.erase(0, tail_.size() - kept);
}

MediaType DocumentInspector::type() const {
    using namespace std::string_view_literals;
    if (head_.starts_with("II*\0"sv) || head_.starts_with("MM\0*"sv))
        return MediaType::tiff;
    if (head_.starts_with("\xff\xd8\xff"sv))
        return MediaType::jpeg;
    if (head_.starts_with("\x89PNG\r\n\x1a\n"sv))
        return MediaType::png;
    if (head_.find("%PDF-") != head_.npos)
        return MediaType::pdf;
    return MediaType::unknown;
}

std::string_view DocumentInspector::complaint() const {
    if (size_ == 0)
        return "document.empty";
    const MediaType kind = type();
    if (kind == MediaType::unknown)
        return "document.unknown_type";
    if (kind == MediaType::pdf && tail_.find("%%EOF") == tail_.npos)
        return "document.cut_short";
    return {};
}

} // namespace efaxd
