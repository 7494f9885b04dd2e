// The images of received faxes: whole or page by page, good or spoilt.
#include "efaxd/core/base64.hpp"
#include "sandbox/efax_call.hpp"
#include "sandbox/efax_service.hpp"

#include <algorithm>

namespace efaxd::sandbox {

void SimulatedEfax::mark_read(const FaxRecord& fax, Served served, const EfaxStyle& style,
                              HttpResponse& response) {
    store_.serve(fax.id, served);
    if (style.mark == MarkStyle::request)
        store_.mark(fax.id, true);
    response.sent = [this, id = fax.id, marks = style.mark == MarkStyle::sent] {
        store_.image_was_sent(id);
        if (marks)
            store_.mark(id, true);
    };
}

namespace {

std::string image_front(const std::string& id, std::string_view suffix) {
    return R"({"fax_id":")" + id + R"(","file_name":")" + id + std::string{suffix} + R"(","image":")";
}

/// The image replies whose document is not the one in the plan; nothing if the fault is of another kind.
std::optional<std::string> spoilt_image(const FaultRule* fault, const std::string& front,
                                        const FaxDocument& document) {
    if (fault == nullptr)
        return std::nullopt;
    const auto whole = [&](std::string_view bytes) { return front + base64(bytes) + "\"}"; };
    std::string text;
    switch (fault->kind) {
    case FaultKind::bad_base64:
        text = whole(document.bytes());
        text[front.size() + (text.size() - front.size()) / 2] = '*';
        return text;
    case FaultKind::cut_base64:
        text = base64(document.bytes());
        return front + text.substr(0, text.size() / 8 * 4 + 1) + "\"}";
    case FaultKind::cut_document:
        text = document.bytes();
        return whole(
            std::string_view{text}.substr(0, text.size() - std::min<std::size_t>(text.size(), 1500)));
    case FaultKind::html_document:
        return whole("<html><body>Sign in to see this fax</body></html>\n");
    case FaultKind::empty_image:
        return whole("");
    default:
        return std::nullopt;
    }
}

} // namespace

HttpResponse SimulatedEfax::image(const EfaxCall& call, const FaxRecord& asked) {
    const auto format = find(call.request.query, "desired_format");
    if (format && *format != "PDF" && *format != "TIFF")
        return call.error(400, "bad value for desired_format");
    if (!asked.stored || asked.image_from > clock_.now())
        return call.error(404, "cannot get fax image");
    const bool pdf =
        call.style.format == FormatStyle::pdf || (call.style.format == FormatStyle::asked && format == "PDF");
    FaxRecord fax = asked;
    if (call.met(FaultKind::other_fax))
        fax = store_.another(asked).value_or(asked);
    if (call.met(FaultKind::other_bytes))
        fax.plan.text += " (another document)";
    const auto document =
        std::make_shared<FaxDocument>(fax.plan, pdf ? DocumentKind::pdf : DocumentKind::tiff);
    const std::string front = image_front(fax.id, pdf ? ".pdf" : ".tiff");
    HttpResponse response = json_response({});
    if (auto text = spoilt_image(call.fault, front, *document))
        response.body = std::move(*text);
    else
        response.stream = base64_stream(document, front, "\"}", call.style.base64_breaks);
    mark_read(asked, pdf ? Served::pdf : Served::tiff, call.style, response);
    return response;
}

HttpResponse SimulatedEfax::pages(const EfaxCall& call, const FaxRecord& fax) {
    const auto read = [&](std::string_view name, std::int64_t otherwise) {
        const auto text = find(call.request.query, name);
        return text ? whole_number(*text).value_or(-1) : otherwise;
    };
    const std::int64_t start = read("start_page", 0);
    const std::int64_t count = read("num_pages", 10);
    if (start < 0 || count < 1)
        return call.error(400, "bad page range");
    if (!fax.stored || fax.image_from > clock_.now())
        return call.error(404, "cannot get fax image");
    json::Writer writer;
    writer.begin_object().member("fax_id", fax.id).key("pages").begin_array();
    for (std::int64_t page = start;
         page < std::min<std::int64_t>(start + std::min<std::int64_t>(count, 50), fax.plan.pages); ++page) {
        DocumentPlan plan = fax.plan;
        plan.pages = 1;
        plan.first_page = static_cast<int>(page) + 1;
        plan.size = fax.plan.size / static_cast<std::uint64_t>(fax.plan.pages);
        plan.seed += static_cast<std::uint64_t>(page);
        writer.begin_object().member("page_number", page);
        writer.member("file_name", fax.id + "-P-" + std::to_string(page) + ".tiff");
        writer.member("image", base64(FaxDocument(plan, DocumentKind::tiff).bytes())).end_object();
    }
    writer.end_array().end_object();
    HttpResponse response = json_response(writer.take());
    mark_read(fax, Served::pages, call.style, response);
    return response;
}

} // namespace efaxd::sandbox
