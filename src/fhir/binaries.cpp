#include "fhir/binaries.hpp"

#include "efaxd/log.hpp"
#include "fhir/abridged_body.hpp"
#include "fhir/binary_body.hpp"
#include "fhir/outcome.hpp"
#include "fhir/resource.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

bool succeeded(int status) { return status >= 200 && status < 300; }

/// Is it worth trying the other form?
bool refuses_the_form(const http::Reply& reply, bool as_json) {
    if (reply.status == 413)
        return as_json; // base64 is longer, and some servers limit JSON alone
    return reply.status == 400 || reply.status == 415 || reply.status == 422 ||
           (!as_json && reply.status == 500 && read_outcome(reply.body).unread);
}

/// Perhaps: a document that nobody takes is refused with 400 or 422 too. 409 and 412 only say that another
/// request was at the same Binary.
bool may_refuse_the_id(int status) {
    return status == 400 || status == 403 || status == 404 || status == 405 || status == 422;
}

} // namespace

std::string Binaries::upload(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                             const std::stop_token& stop) {
    const auto answer = exchange(document, media_type, wanted_id, stop);
    const auto status = answer.reply.status;
    if (wanted_id.empty()) {
        const SpoolReader* same = &document;
        if (refused_under_an_id_.compare_exchange_strong(same, nullptr) && succeeded(status))
            client_ids_refused_ = true; // so it was the id and not the document
    } else if (may_refuse_the_id(status)) {
        refused_under_an_id_ = &document;
        throw Fault(Fault::Kind::passing, "fhir.client_id_refused",
                    "the FHIR server takes no Binary under an id of ours", std::chrono::seconds{1});
    }
    return judge(answer, wanted_id);
}

Binaries::Answer Binaries::exchange(SpoolReader& document, std::string_view media_type,
                                    const std::string& wanted_id, const std::stop_token& stop) {
    const bool as_json = json_;
    auto first = send(document, media_type, wanted_id, as_json, stop);
    if (!automatic_ || !refuses_the_form(first.reply, as_json))
        return first;
    auto second = send(document, media_type, wanted_id, !as_json, stop);
    if (succeeded(second.reply.status) && json_.exchange(!as_json) == as_json)
        log::write(log::fhir_mode, {log::project(project_)});
    // Where neither will do, the answer to JSON is about the document, and the other perhaps about the form.
    return as_json && refuses_the_form(second.reply, false) ? first : second;
}

Binaries::Answer Binaries::send(SpoolReader& document, std::string_view media_type,
                                const std::string& wanted_id, bool as_json, const std::stop_token& stop) {
    AbridgedBody body; // some servers send the document back
    auto reply = session_.call(
        wanted_id.empty() ? Call::creates : Call::puts,
        [&] { return make(document, media_type, wanted_id, as_json); }, stop, body.forgiving_sink());
    return {std::move(reply), body.take()};
}

http::Request Binaries::make(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                             bool as_json) const {
    auto request = wanted_id.empty() ? session_.request(http::Method::post, "Binary")
                                     : session_.request(http::Method::put, "Binary/" + wanted_id);
    request.headers.push_back({"Content-Type", as_json ? "application/fhir+json" : std::string(media_type)});
    request.headers.push_back({"Prefer", "return=minimal"});
    request.stream = as_json ? json_body(document, media_type, wanted_id) : raw_body(document);
    request.limits = upload_limits(request.stream->size);
    request.bulky = true;
    return request;
}

std::string Binaries::judge(const Answer& answer, const std::string& wanted_id) const {
    const auto& reply = answer.reply;
    const bool creates = wanted_id.empty();
    if (succeeded(reply.status)) {
        auto id = created_id(reply, answer.body, "Binary");
        if (id.empty() && creates)
            throw Fault(Fault::Kind::unknown, "fhir.unknown_outcome", "the new Binary's id was not told");
        return id.empty() ? wanted_id : id;
    }
    throw refusal(reply, creates ? Call::creates : Call::puts, clock_.now());
}

void Binaries::remove(const std::string& id, const std::stop_token& stop) {
    if (!is_id(id))
        return; // never was one of the server's
    const auto reply = session_.call(
        Call::puts, [&] { return session_.request(http::Method::del, "Binary/" + id); }, stop);
    if (reply.status != 200 && reply.status != 202 && reply.status != 204 && reply.status != 404 &&
        reply.status != 410)
        throw refusal(reply, Call::puts, clock_.now());
}

} // namespace efaxd::fhir
