#include "efax/efax_service.hpp"

#include "efax/bounds.hpp"
#include "efax/fetching.hpp"
#include "efax/listing.hpp"
#include "efax/reading.hpp"
#include "efax/sending.hpp"
#include "efax/session.hpp"
#include "efax/wire.hpp"
#include "efaxd/log.hpp"

#include <utility>

namespace efaxd::efax {

namespace {

void drop_before(Instant since, std::vector<Fax>& faxes) {
    std::erase_if(faxes, [since](const Fax& fax) { return fax.completed && *fax.completed < since; });
}

/// A fax that is gone is done with.
bool gone(const http::Reply& reply) { return reply.status == 404 || reply.status == 410; }

} // namespace

struct EfaxService::Parts {
    Parts(ServiceOptions options_, ReadCredentials credentials, Clock& clock)
        : options(std::move(options_)), session(options, std::move(credentials), clock), bounds(clock),
          fetching(options, session), sending(options, session, clock) {}

    Listing read_list(const Mailbox& mailbox, const std::string& path, const Pages& settled,
                      const std::stop_token& stop) {
        ReadListing read = read_listing(
            [&](std::size_t offset) { return read_page(session, mailbox.user_id, path, offset, stop); },
            settled);
        note_odd(mailbox, "efax.odd_timestamp", read.odd_timestamps);
        note_odd(mailbox, "efax.missing_zone", read.missing_zones);
        return std::move(read.listing);
    }

    void note_odd(const Mailbox& mailbox, std::string_view reason, int items) const {
        if (items > 0)
            log::write(log::efax_odd_reply, {log::project(options.project), log::mailbox(mailbox.id),
                                             log::reason(reason), log::count("items", items)});
    }

    Listing list_window(const Mailbox& mailbox, Instant since, const Pages& settled,
                        const std::stop_token& stop) {
        for (const BoundForm form : bounds.forms()) {
            try {
                Listing listing = read_list(mailbox, list_path(ListPass::window, since, form), settled, stop);
                bounds.remember(form);
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

    const ServiceOptions options;
    Session session;
    Bounds bounds;
    Fetching fetching;
    Sending sending;
};

EfaxService::EfaxService(ServiceOptions options, ReadCredentials credentials, Clock& clock)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(credentials), clock)) {}

EfaxService::~EfaxService() = default;

Listing EfaxService::list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                          std::stop_token stop) {
    if (pass == ListPass::window)
        return parts_->list_window(mailbox, parts_->session.by_their_clock(since), settled, stop);
    return parts_->read_list(mailbox, list_path(pass, since, BoundForm::none), settled, stop);
}

void EfaxService::fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
                        std::stop_token stop) {
    parts_->fetching.fetch(user_id, fax, sink, stop);
}

void EfaxService::acknowledge(const std::string& user_id, const Fax& fax, std::stop_token stop) {
    http::Request request;
    request.method = http::Method::patch;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = acknowledgement();
    const http::Reply reply = parts_->session.call(Call::acknowledge, user_id, fax_path(fax) + "/metadata",
                                                   std::move(request), std::move(stop));
    if (!gone(reply))
        check_done(reply, Call::acknowledge, parts_->session.now());
}

void EfaxService::remove(const std::string& user_id, const Fax& fax, std::stop_token stop) {
    http::Request request;
    request.method = http::Method::del;
    const http::Reply reply =
        parts_->session.call(Call::remove, user_id, fax_path(fax), std::move(request), std::move(stop));
    if (!gone(reply))
        check_done(reply, Call::remove, parts_->session.now());
}

std::string EfaxService::submit(const Submission& submission, std::stop_token stop) {
    return parts_->sending.submit(submission, stop);
}

std::optional<SentFax> EfaxService::find_sent(const std::string& user_id, const std::string& reference,
                                              Instant since, Duration may_be_old, std::stop_token stop) {
    return parts_->sending.find_sent(user_id, reference, since, may_be_old, stop);
}

SendStatus EfaxService::status(const std::string& user_id, const std::string& fax_id, std::stop_token stop) {
    return parts_->sending.status(user_id, fax_id, stop);
}

CancelReply EfaxService::cancel(const std::string& user_id, const std::string& fax_id, std::stop_token stop) {
    return parts_->sending.cancel(user_id, fax_id, stop);
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
