#include "efax/image_pages.hpp"

#include "efax/wire.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/document.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::efax {

namespace {

constexpr std::uint64_t reply_bytes = 16u << 20; // of one page or several

/// No fax has so many; a server that gives the same pages for ever is left here at the latest.
constexpr int most_pages = 5000;

constexpr std::size_t piece_bytes = 64u << 10;

Fault bad_document(const std::string& detail) { return {Fault::Kind::passing, "efax.bad_document", detail}; }

Fault too_large() { return {Fault::Kind::lasting, "efax.too_large", "The document is over the limit."}; }

bool no_page(int status) { return status == 404 || status == 400; }

/// The number at the end of `…-P-12.tiff`.
std::optional<std::int64_t> number_in(std::string_view file_name) {
    const auto mark = file_name.rfind("-P-");
    if (mark == file_name.npos)
        return std::nullopt;
    const std::string_view digits = file_name.substr(mark + 3);
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

bool is_picture(std::string_view bytes) {
    DocumentInspector inspector;
    inspector.feed(bytes);
    const MediaType type = inspector.type();
    return type == MediaType::tiff || type == MediaType::jpeg || type == MediaType::png;
}

} // namespace

bool ImagePages::read_into(Converter& converter, const DocumentSink& sink, const std::stop_token& stop) {
    const std::unique_ptr<Conversion> conversion = converter.begin(stop);
    Batch batch = Batch::read;
    while (batch == Batch::read && (fax_.pages == 0 || pages_ < fax_.pages))
        batch = next_batch(*conversion, stop);
    if (batch == Batch::refused)
        return false;
    check_number();
    conversion->finish(sink);
    return true;
}

ImagePages::Batch ImagePages::next_batch(Conversion& conversion, const std::stop_token& stop) {
    std::optional<http::Reply> reply = ask(stop);
    if (!reply)
        return Batch::read; // to be asked for anew, with fewer pages
    const bool no_such_page = no_page(reply->status);
    if (no_such_page && pages_ > 0)
        return Batch::end;
    if (no_such_page || reply->status == 405 || reply->status == 413 || reply->status == 501)
        return Batch::refused;
    if (reply->status != 200)
        throw fault_of(*reply, Call::image, session_.now());
    const int got = take(std::move(reply->body), conversion);
    pages_ += got;
    if (pages_ > most_pages)
        throw bad_document("eFax gives more pages than a fax can have.");
    return got > 0 ? Batch::read : Batch::end;
}

/// Nothing if so many pages were too large at once, or reached beyond the last one, which some servers
/// refuse.
std::optional<http::Reply> ImagePages::ask(const std::stop_token& stop) {
    http::Request request;
    request.bulky = true;
    request.limits.reply_bytes = reply_bytes;
    request.limits.total = std::chrono::minutes{5};
    request.limits.idle = std::chrono::seconds{60};
    const std::string path = fax_path(fax_) + "/image/pages?start_page=" + std::to_string(pages_) +
                             "&num_pages=" + std::to_string(wanted());
    try {
        http::Reply reply = session_.call(Call::image, user_id_, path, std::move(request), stop);
        if ((no_page(reply.status) || reply.status == 413 || reply.status == 504) && smaller())
            return std::nullopt;
        return reply;
    } catch (const Fault& fault) {
        if (fault.reason == "efax.too_large" && smaller())
            return std::nullopt;
        throw;
    }
}

int ImagePages::wanted() const { return fax_.pages > 0 ? std::min(batch_, fax_.pages - pages_) : batch_; }

bool ImagePages::smaller() {
    if (wanted() == 1)
        return false;
    batch_ = wanted() / 2;
    return true;
}

/// How many pages there were.
int ImagePages::take(std::string body, Conversion& conversion) {
    const json::Document document = [&body] {
        try {
            return json::Document::take(std::move(body), json::mended);
        } catch (const json::ParseError&) {
            throw bad_document("The reply with the pages is no JSON.");
        }
    }();
    const json::Value root = document.root();
    const json::Value id = root["fax_id"];
    if (reports_errors(root) || !root["pages"].is_array() || root["pages"].size() > most_pages)
        throw bad_document("The reply holds no pages.");
    if (id && clean_fax_id(id.text_or({})) != fax_.id)
        throw bad_document("The reply is about another fax.");
    int taken = 0;
    for (const json::Value& page : one_or_many(root["pages"])) {
        check_place(page, pages_ + taken++);
        take_page(page, conversion);
    }
    return taken;
}

/// What a page says of its place must fit the order in which the pages come; it may say nothing.
void ImagePages::check_place(const json::Value& page, int place) {
    auto number = number_in(page["file_name"].text_or({}));
    if (!number)
        number = page["page_number"].integer();
    if (!number)
        return;
    if (!first_number_)
        first_number_ = *number - place;
    if (*first_number_ < 0 || *first_number_ > 1 || *number != *first_number_ + place)
        throw bad_document("The pages come in disorder.");
}

void ImagePages::take_page(const json::Value& page, Conversion& conversion) {
    std::string_view text = page["image"].text_or({});
    Base64Decoder decoder;
    std::string bytes;
    bool first = true;
    try {
        for (; !text.empty(); text.remove_prefix(std::min(text.size(), piece_bytes))) {
            bytes.clear();
            decoder.feed(text.substr(0, piece_bytes), bytes);
            if (first && !is_picture(bytes))
                throw bad_document("A page is no picture.");
            if (first)
                conversion.next();
            first = false;
            size_ += bytes.size();
            if (size_ > options_.document_bytes)
                throw too_large();
            conversion.feed(bytes);
        }
        decoder.finish();
    } catch (const Base64Error&) {
        throw bad_document("A page is no sound base64.");
    }
    if (first)
        throw bad_document("A page is empty.");
}

void ImagePages::check_number() const {
    if (pages_ == 0 || pages_ < fax_.pages)
        throw bad_document("Fewer pages came than the fax has.");
}

} // namespace efaxd::efax
