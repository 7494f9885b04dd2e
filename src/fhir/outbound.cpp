#include "fhir/outbound.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/bundle.hpp"
#include "fhir/callers.hpp"
#include "fhir/resource.hpp"
#include "fhir/search_text.hpp"
#include "fhir/standing.hpp"
#include "fhir/whole_body.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

constexpr std::size_t most_in_progress = 500; ///< of those that wait, and of those that were sent

/// Some servers ignore parameters they do not know, so that every hit is looked at again.
bool is_in_progress(json::Value communication) {
    return communication["status"].text_or("") == "in-progress" && is_id(communication["id"].text_or("")) &&
           is_fax(communication) && match_of(communication).direction == Direction::outbound;
}

InProgress in_progress_of(json::Value communication) {
    InProgress found;
    found.id = communication["id"].text_or("");
    found.sent = !identifiers_of(communication, efax_system).empty();
    if (const auto stamp = read_timestamp(communication["meta"]["lastUpdated"].text_or("")))
        found.changed = stamp->instant;
    return found;
}

} // namespace

Outbound::Outbound(Session& session, Reader& reader, const ServerOptions& options, Clock& clock)
    : session_(session), reader_(reader), clock_(clock),
      places_(options.remote.base_url, options.document_hosts),
      outbound_reader_(reader, places_, options, clock), filing_(session, reader, clock),
      documents_(session, options, places_, clock), writer_(session, reader, clock) {}

OutboundCommunication Outbound::read(const std::string& id, std::stop_token stop) {
    return outbound_reader_.read(id, stop);
}

OutboundCommunication Outbound::read_body(std::string_view body, std::stop_token stop) {
    return outbound_reader_.read_body(body, stop);
}

std::string Outbound::file(const OutboundCommunication& communication, std::stop_token stop) {
    return filing_.file(communication, stop);
}

void Outbound::fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) {
    documents_.fetch(document, sink, stop);
}

std::optional<CommunicationStanding> Outbound::standing(const std::string& id, std::stop_token stop) {
    if (!is_id(id))
        return std::nullopt;
    auto reply = reader_.get_fresh("Communication/" + id, whole_bytes, stop);
    if (reply.status == 404 || reply.status == 410)
        return std::nullopt;
    if (reply.status != 200)
        throw refusal(reply, Call::asks, clock_.now());
    return standing_of(std::move(reply));
}

Written Outbound::change(const std::string& id, const CommunicationStanding& known,
                         const CommunicationChange& change, std::stop_token stop) {
    if (!is_id(id))
        return Written::gone;
    return writer_.write(id, known, edits_for(known, change), stop);
}

bool Outbound::claim(const std::string& id, const std::string& installation, std::stop_token stop) {
    const auto known = standing(id, stop);
    if (!known)
        return false;
    if (!known->claim.empty())
        return known->claim == installation;
    if (writer_.write(id, *known, edits_for_claim(*known, installation), stop) != Written::done)
        return false;
    const auto claimed = standing(id, stop); // a server may heed neither versions nor tests
    return claimed && claimed->claim == installation;
}

std::vector<InProgress> Outbound::in_progress(std::stop_token stop) {
    std::vector<InProgress> all;
    std::size_t waiting = 0;
    const auto query = "Communication?medium=" + token(medium_system, "FAXWRIT") +
                       "&category=" + token(direction_system, "outbound") +
                       "&status=in-progress&_sort=_lastUpdated&_count=100";
    reader_.search(query, stop, [&](json::Value bundle, bool) {
        each_match(bundle, "Communication", [&](json::Value communication) {
            if (!is_in_progress(communication))
                return;
            auto found = in_progress_of(communication);
            const std::size_t alike = found.sent ? all.size() - waiting : waiting;
            if (alike >= most_in_progress || std::ranges::find(all, found.id, &InProgress::id) != all.end())
                return; // pages may overlap
            waiting += found.sent ? 0 : 1;
            all.push_back(std::move(found));
        });
        return waiting < most_in_progress ? Onward::yes : Onward::no;
    });
    return all;
}

CallerRight Outbound::check_caller(const std::string& authorization, const std::string& reference,
                                   std::stop_token stop) {
    return fhir::check_caller(session_, clock_, authorization, reference, stop);
}

} // namespace efaxd::fhir
