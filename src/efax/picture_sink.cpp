#include "efax/picture_sink.hpp"

#include "efaxd/core/document.hpp"

#include <utility>

namespace efaxd::efax {

namespace {

constexpr std::size_t enough = 1024; ///< bytes to tell the kind of a document

bool is_picture(std::string_view head) {
    DocumentInspector inspector;
    inspector.feed(head);
    const MediaType type = inspector.type();
    return type == MediaType::tiff || type == MediaType::jpeg || type == MediaType::png;
}

} // namespace

PictureSink::PictureSink(Converter* converter, const DocumentSink& sink, std::stop_token stop)
    : converter_(converter), sink_(sink), stop_(std::move(stop)), decided_(!converter) {}

void PictureSink::feed(std::string_view bytes) {
    if (!decided_) {
        head_ += bytes;
        if (head_.size() >= enough)
            decide();
    } else if (conversion_) {
        conversion_->feed(bytes);
    } else {
        sink_(bytes);
    }
}

void PictureSink::finish() {
    if (!decided_)
        decide();
    if (conversion_)
        conversion_->finish(sink_);
}

void PictureSink::decide() {
    decided_ = true;
    const std::string head = std::exchange(head_, {});
    if (is_picture(head)) {
        conversion_ = converter_->begin(stop_);
        conversion_->next();
    }
    if (!head.empty())
        feed(head);
}

} // namespace efaxd::efax
