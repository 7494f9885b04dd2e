#include "efax/sending.hpp"

#include "efax/reading.hpp"
#include "efax/submission.hpp"
#include "efax/transmission_status.hpp"
#include "efax/wire.hpp"
#include "efaxd/log.hpp"

#include <array>
#include <utility>

namespace efaxd::efax {

namespace {

bool good(int status) { return status >= 200 && status < 300; }

bool unknown_fax(int status) { return status == 404 || status == 410; }

http::Request submission_request(SubmissionBody& body) {
    http::Request request;
    request.method = http::Method::post;
    request.headers = {{"Content-Type", "application/json"}};
    request.stream = body.source();
    request.limits.total = std::chrono::minutes{15};
    request.limits.idle = std::chrono::seconds{120};
    request.bulky = true;
    // A warm connection may have been closed by the server a moment ago: the fax would be lost in it, and
    // nobody could tell.
    request.fresh = true;
    return request;
}

} // namespace

std::string Sending::submit(const Submission& submission, const std::stop_token& stop) {
    SubmissionBody body(submission);
    if (body.size() > options_.submission_bytes)
        throw Fault(Fault::Kind::lasting, "efax.too_large_to_send", "The fax is larger than eFax takes.");
    http::Reply reply;
    try {
        reply = session_.call(Call::submit, submission.user_id, "/faxes", submission_request(body), stop);
    } catch (const Stopped&) {
        if (!body.begun())
            throw;
        throw Fault(Fault::Kind::unknown, "efax.stopped",
                    "The daemon stopped while the fax was handed over.");
    } catch (const Fault& fault) {
        // What lacks its end is no JSON and cannot have been taken.
        if (fault.kind == Fault::Kind::unknown && !body.whole())
            throw Fault(Fault::Kind::passing, "efax.broken", "The connection broke before all was sent.");
        throw;
    }
    if (!good(reply.status))
        throw fault_of(reply, Call::submit, session_.now());
    const Submitted submitted = read_submitted(reply.body, submission.number);
    if (submitted.odd)
        note_odd("efax.odd_submission", submitted.fax_id);
    return submitted.fax_id;
}

std::optional<SentFax> Sending::find_sent(const std::string& user_id, const std::string& reference,
                                          Instant since, Duration may_be_old, const std::stop_token& stop) {
    return sent_.find({user_id, reference, session_.by_their_clock(since), may_be_old},
                      [&](const std::string& path, std::size_t offset) {
                          return read_page(session_, user_id, path, offset, stop);
                      });
}

/// One page of eFax's documentation spells the path in the singular. Metadata know final states only, and
/// of faxes whose details are gone.
SendStatus Sending::status(const std::string& user_id, const std::string& fax_id,
                           const std::stop_token& stop) {
    constexpr std::array<std::string_view, 3> places = {"/transmission-details", "/transmission-detail",
                                                        "/metadata"};
    for (const std::string_view place : places) {
        const http::Reply reply = session_.call(Call::status, user_id, fax_path(fax_id) + std::string(place),
                                                http::Request{}, stop);
        if (reply.status == 200) {
            const SendStatus status = read_status(reply.body, fax_id);
            if (status.state == SendStatus::State::unknown)
                note_odd("efax.odd_status", fax_id);
            return status;
        }
        // A gateway may answer 403 or 405 where there is no such path.
        const bool no_path = place != places.front() && (reply.status == 403 || reply.status == 405);
        if (!unknown_fax(reply.status) && !no_path)
            throw fault_of(reply, Call::status, session_.now());
    }
    throw Fault(Fault::Kind::passing, "efax.not_visible", "eFax knows no such fax, or not any more.");
}

CancelReply Sending::cancel(const std::string& user_id, const std::string& fax_id,
                            const std::stop_token& stop) {
    http::Request request;
    request.method = http::Method::post;
    const http::Reply reply =
        session_.call(Call::cancel, user_id, fax_path(fax_id) + "/cancel", std::move(request), stop);
    if (reply.status == 409)
        return CancelReply::too_late;
    if (unknown_fax(reply.status))
        return CancelReply::unknown;
    check_done(reply, Call::cancel, session_.now());
    return CancelReply::noted;
}

void Sending::note_odd(std::string_view reason, const std::string& fax_id) const {
    log::write(log::efax_odd_reply, {log::project(options_.project), log::reason(reason), log::fax(fax_id)});
}

} // namespace efaxd::efax
