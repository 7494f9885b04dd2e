#include "efax/efax_service.hpp"

#include "efax/document_reader.hpp"
#include "efax/image_failures.hpp"
#include "efax/listing.hpp"
#include "efax/session.hpp"
#include "efax/wire.hpp"
#include "efaxd/log.hpp"

#include <array>
#include <utility>

namespace efaxd::efax {

namespace {

/// How long a server's refusal of every bound is believed.
constexpr std::chrono::hours unbounded_for{24};

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

std::vector<http::Header> page_headers(std::size_t offset, std::size_t limit) {
    return {{"pagination-offset", std::to_string(offset)}, {"pagination-limit", std::to_string(limit)}};
}

/// A body is optional; one that reports an error is believed rather than the status.
void check_done(const http::Reply& reply, Call call, Instant now) {
    const int status = reply.status;
    if (status == 404 || status == 410)
        return;
    if (status < 200 || status >= 300)
        throw fault_of(reply, call, now);
    try {
        if (!reply.body.empty() && reports_errors(json::Document::parse(reply.body).root()))
            throw Fault(Fault::Kind::passing, "efax.bad_reply",
                        "The reply reports an error although its status does not.");
    } catch (const json::ParseError&) { // some successes are answered in plain words
    }
}

/// TIFF is tried where PDF was too large or failed. If it is refused as well, or not understood, waiting
/// brings nothing for a document that is too large; any other outcome may be better the next time.
Fault fault_of_both(const http::Reply& pdf, const http::Reply& tiff, Instant now) {
    const bool settled = pdf.status != 413 || tiff.status == 413 || tiff.status == 400;
    return fault_of(settled ? pdf : tiff, Call::image, now);
}

void drop_before(Instant since, std::vector<Fax>& faxes) {
    std::erase_if(faxes, [since](const Fax& fax) { return fax.completed && *fax.completed < since; });
}

} // namespace

struct EfaxService::Parts {
    Parts(ServiceOptions options_, ReadCredentials credentials, Clock& clock_)
        : options(options_), clock(clock_), session(std::move(options_), std::move(credentials), clock_) {}

    std::optional<std::string> read_page(const std::string& user_id, const std::string& path,
                                         std::size_t offset, const std::stop_token& stop) {
        http::Request request;
        request.headers = page_headers(offset, page_items);
        http::Reply reply = session.call(Call::list, user_id, path, std::move(request), stop);
        if (reply.status == 200)
            return std::move(reply.body);
        if (offset > 0 && (reply.status == 404 || reply.status == 400))
            return std::nullopt;
        throw fault_of(reply, Call::list, session.now());
    }

    Listing read_list(const Mailbox& mailbox, const std::string& path, const Pages& settled,
                      const std::stop_token& stop) {
        ReadListing read = read_listing(
            [&](std::size_t offset) { return read_page(mailbox.user_id, path, offset, stop); }, settled);
        note_odd(mailbox, "efax.odd_timestamp", read.odd_timestamps);
        note_odd(mailbox, "efax.missing_zone", read.missing_zones);
        return std::move(read.listing);
    }

    void note_odd(const Mailbox& mailbox, std::string_view reason, int items) const {
        if (items > 0)
            log::write(log::efax_odd_reply, {log::project(options.project), log::mailbox(mailbox.id),
                                             log::reason(reason), log::count("items", items)});
    }

    /// The spelling that worked last comes first, the others after it.
    std::vector<BoundForm> bound_forms() {
        const std::lock_guard lock(mutex);
        if (bound == BoundForm::none && clock.steady() >= unbounded_until)
            bound = BoundForm::zulu;
        switch (bound) {
        case BoundForm::zulu:
            return {BoundForm::zulu, BoundForm::offset, BoundForm::none};
        case BoundForm::offset:
            return {BoundForm::offset, BoundForm::zulu, BoundForm::none};
        case BoundForm::none:
            break;
        }
        return {BoundForm::none};
    }

    void remember(BoundForm form) {
        const std::lock_guard lock(mutex);
        if (form == BoundForm::none && bound != BoundForm::none)
            unbounded_until = clock.steady() + unbounded_for;
        bound = form;
    }

    Listing list_window(const Mailbox& mailbox, Instant since, const Pages& settled,
                        const std::stop_token& stop) {
        for (const BoundForm form : bound_forms()) {
            try {
                Listing listing = read_list(mailbox, list_path(ListPass::window, since, form), settled, stop);
                remember(form);
                if (form == BoundForm::none)
                    drop_before(since, listing.faxes);
                return listing;
            } catch (const Fault& fault) {
                if (fault.reason != "efax.bad_request" || form == BoundForm::none)
                    throw;
            }
        }
        throw std::logic_error("a window without a form of its bound");
    }

    /// Any status is returned; unless it is 2xx, the sink has got nothing.
    http::Reply read_image(const std::string& user_id, const Fax& fax, std::string_view format,
                           const DocumentSink& sink, const std::stop_token& stop) {
        DocumentReader reader(fax, sink, options.document_bytes);
        http::Request request;
        request.limits = document_limits(options.document_bytes);
        request.bulky = true;
        http::Reply reply = session.call(
            Call::image, user_id, fax_path(fax) + "/image?desired_format=" + std::string(format),
            std::move(request), stop,
            [&reader](const http::Reply& head, std::string_view piece) { reader.feed(head, piece); });
        if (reply.status != 200)
            return reply;
        reader.finish();
        failures.forget(fax.id);
        return reply;
    }

    /// After such a reply to a request for a PDF: may the fax come as a TIFF?
    bool tiff_may_help(const Fax& fax, const http::Reply& reply) {
        if (reply.status == 413)
            return true;
        const std::string reason = fault_of(reply, Call::image, session.now()).reason;
        const bool failed = reason == "efax.image_missing" || reason == "efax.image_unavailable";
        return failed && failures.add(fax.id) >= failures_before_tiff;
    }

    const ServiceOptions options;
    Clock& clock;
    Session session;
    ImageFailures failures;

    std::mutex mutex;
    BoundForm bound = BoundForm::zulu;
    Steady unbounded_until{};
};

EfaxService::EfaxService(ServiceOptions options, ReadCredentials credentials, Clock& clock)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(credentials), clock)) {}

EfaxService::~EfaxService() = default;

Listing EfaxService::list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                          std::stop_token stop) {
    if (pass == ListPass::window)
        return parts_->list_window(mailbox, since, settled, stop);
    return parts_->read_list(mailbox, list_path(pass, since, BoundForm::none), settled, stop);
}

void EfaxService::fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
                        std::stop_token stop) {
    const http::Reply pdf = parts_->read_image(user_id, fax, "PDF", sink, stop);
    if (pdf.status == 200)
        return;
    const Instant now = parts_->session.now();
    if (!parts_->tiff_may_help(fax, pdf))
        throw fault_of(pdf, Call::image, now);
    const http::Reply tiff = parts_->read_image(user_id, fax, "TIFF", sink, stop);
    if (tiff.status != 200)
        throw fault_of_both(pdf, tiff, now);
}

void EfaxService::acknowledge(const std::string& user_id, const Fax& fax, std::stop_token stop) {
    http::Request request;
    request.method = http::Method::patch;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = acknowledgement();
    const http::Reply reply = parts_->session.call(Call::acknowledge, user_id, fax_path(fax) + "/metadata",
                                                   std::move(request), std::move(stop));
    check_done(reply, Call::acknowledge, parts_->session.now());
}

void EfaxService::remove(const std::string& user_id, const Fax& fax, std::stop_token stop) {
    http::Request request;
    request.method = http::Method::del;
    const http::Reply reply =
        parts_->session.call(Call::remove, user_id, fax_path(fax), std::move(request), std::move(stop));
    check_done(reply, Call::remove, parts_->session.now());
}

void EfaxService::sign_in(std::stop_token stop) { parts_->session.sign_in(std::move(stop)); }

void EfaxService::check_user(const std::string& user_id, std::stop_token stop) {
    http::Request request;
    request.headers = page_headers(0, 1);
    const http::Reply reply =
        parts_->session.call(Call::list, user_id, "/faxes/received", std::move(request), std::move(stop));
    if (reply.status != 200)
        throw fault_of(reply, Call::list, parts_->session.now());
    read_list_page(reply.body);
}

ServiceState EfaxService::state() const { return parts_->session.state(); }

} // namespace efaxd::efax
