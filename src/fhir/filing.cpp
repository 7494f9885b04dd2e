#include "fhir/filing.hpp"

#include "fhir/abridged_body.hpp"
#include "fhir/bundle.hpp"
#include "fhir/communication_change.hpp"
#include "fhir/resource.hpp"
#include "fhir/search_text.hpp"
#include "fhir/standing.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::fhir {

namespace {

std::string query_for(const std::string& digest) { return "identifier=" + token(submission_system, digest); }

bool carries(json::Value communication, const std::string& digest) {
    const auto values = identifiers_of(communication, submission_system);
    return std::find(values.begin(), values.end(), digest) != values.end();
}

} // namespace

std::string Filing::file(const OutboundCommunication& communication, const std::stop_token& stop) {
    if (communication.filed())
        return communication.id;
    const auto digest = communication.id.substr(1);
    if (auto id = find(digest, stop); !id.empty())
        return id;
    CommunicationStanding known;
    known.body = communication.body;
    return create(edited(known.body, edits_for_submission(known, digest)), digest, stop);
}

/// The oldest; empty if there is none.
std::string Filing::find(const std::string& digest, const std::stop_token& stop) {
    std::pair<std::string, std::string> oldest; // when last changed, and its id
    reader_.search("Communication?" + query_for(digest) + "&_count=50", stop, [&](json::Value bundle, bool) {
        each_match(bundle, "Communication", [&](json::Value communication) {
            std::pair<std::string, std::string> hit(communication["meta"]["lastUpdated"].text_or(""),
                                                    communication["id"].text_or(""));
            if (carries(communication, digest) && is_id(hit.second) &&
                (oldest.second.empty() || hit < oldest))
                oldest = std::move(hit);
        });
        return Onward::yes;
    });
    return oldest.second;
}

std::string Filing::create(const std::string& body, const std::string& digest, const std::stop_token& stop) {
    AbridgedBody answer;
    const auto reply = session_.call(
        Call::creates,
        [&] {
            auto request = session_.request(http::Method::post, "Communication");
            request.headers.push_back({"Content-Type", "application/fhir+json"});
            request.headers.push_back({"If-None-Exist", query_for(digest)});
            request.body = body;
            request.limits.reply_bytes = abridged_bytes;
            return request;
        },
        stop, answer.forgiving_sink());
    if (reply.status == 412)
        throw Fault(Fault::Kind::lasting, "fhir.several_matches",
                    "several Communications carry this submission already");
    if (reply.status >= 200 && reply.status < 300)
        if (auto id = created_id(reply, answer.take(), "Communication"); !id.empty())
            return id;
    throw refusal(reply, Call::creates, clock_.now());
}

} // namespace efaxd::fhir
