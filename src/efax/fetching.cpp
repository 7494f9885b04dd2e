#include "efax/fetching.hpp"

#include "efax/document_reader.hpp"
#include "efax/image_pages.hpp"
#include "efax/picture_sink.hpp"
#include "efax/wire.hpp"

#include <utility>

namespace efaxd::efax {

namespace {

/// So many failures in a row may be the conversion to PDF failing, not the moment.
constexpr int failures_before_tiff = 3;

http::Limits document_limits(std::uint64_t document_bytes) {
    http::Limits limits;
    // Base64 needs 4/3; the rest is room for its line breaks, escaped at worst, and for the JSON around it.
    limits.reply_bytes = document_bytes + document_bytes / 2 + (1u << 20);
    limits.total = std::chrono::minutes{15};
    limits.idle = std::chrono::seconds{60};
    return limits;
}

/// TIFF is tried where PDF was too large or failed. If it is refused as well, or not understood, waiting
/// brings nothing for a document that is too large; any other outcome may be better the next time.
Fault fault_of_both(const http::Reply& pdf, const http::Reply& tiff, Instant now) {
    const bool settled = pdf.status != 413 || tiff.status == 413 || tiff.status == 400;
    return fault_of(settled ? pdf : tiff, Call::image, now);
}

} // namespace

void Fetching::fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
                     const std::stop_token& stop) {
    const http::Reply pdf = read_image(user_id, fax, "PDF", sink, stop);
    if (pdf.status == 200)
        return;
    if (!tiff_may_help(fax, pdf))
        throw fault_of(pdf, Call::image, session_.now());
    const http::Reply tiff = read_image(user_id, fax, "TIFF", sink, stop);
    if (tiff.status == 200)
        return;
    const Fault failed = fault_of_both(pdf, tiff, session_.now());
    if (!options_.converter || tiff.status == 403)
        throw failed;
    ImagePages pages(session_, options_, user_id, fax);
    if (!pages.read_into(*options_.converter, sink, stop))
        throw failed;
    failures_.forget(fax.id);
}

/// Any status is returned; unless it is 2xx, the sink has got nothing.
http::Reply Fetching::read_image(const std::string& user_id, const Fax& fax, std::string_view format,
                                 const DocumentSink& sink, const std::stop_token& stop) {
    PictureSink pictures(options_.converter, sink, stop);
    const DocumentSink into = [&pictures](std::string_view bytes) { pictures.feed(bytes); };
    DocumentReader reader(fax, into, options_.document_bytes);
    http::Request request;
    request.limits = document_limits(options_.document_bytes);
    request.bulky = true;
    http::Reply reply =
        session_.call(Call::image, user_id, fax_path(fax) + "/image?desired_format=" + std::string(format),
                      std::move(request), stop, [&reader](const http::Reply& head, std::string_view piece) {
                          reader.feed(head, piece);
                      });
    if (reply.status != 200)
        return reply;
    reader.finish();
    pictures.finish();
    failures_.forget(fax.id);
    return reply;
}

/// After such a reply to a request for a PDF: may the fax come as a TIFF? A gateway that ran out of time will
/// do so again; yet a TIFF is kept from those above only where it can become a PDF.
bool Fetching::tiff_may_help(const Fax& fax, const http::Reply& reply) {
    if (reply.status == 413 || (reply.status == 504 && options_.converter))
        return true;
    const std::string reason = fault_of(reply, Call::image, session_.now()).reason;
    const bool failed = reason == "efax.image_missing" || reason == "efax.image_unavailable";
    return failed && failures_.add(fax.id) >= failures_before_tiff;
}

} // namespace efaxd::efax
