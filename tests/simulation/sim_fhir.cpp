#include "simulation/sim_fhir.hpp"

#include "efaxd/core/refusal.hpp"
#include "efaxd/ports/spool.hpp"

#include <algorithm>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

fhir::ServerOptions no_options() {
    fhir::ServerOptions options;
    options.project = "clinic";
    options.remote.base_url = "http://127.0.0.1:9";
    return options;
}

} // namespace

SimFhir::SimFhir(World& world)
    : fhir::Server(no_options(), world), client_ids(world.plan().client_ids), world_(world),
      dice_(world.chance().split()) {}

// ---- inbound

std::vector<Match> SimFhir::matches(const std::string& fax_id, bool inbound_only) const {
    std::vector<Match> found;
    const auto [first, last] = by_fax_.equal_range(fax_id);
    for (auto one = first; one != last; ++one) {
        const SimInbound& kept = inbound[one->second];
        if (kept.deleted || (inbound_only && kept.direction != Direction::inbound))
            continue;
        found.push_back({kept.id, kept.direction, {}});
        if (!kept.binary.empty())
            found.back().attachments.push_back("Binary/" + kept.binary);
    }
    return found;
}

std::vector<Match> SimFhir::find(const std::string& fax_id, bool inbound_only, std::stop_token stop) {
    return world_.call(Side::fhir, Call::asks, "find " + fax_id, stop,
                       [&] { return matches(fax_id, inbound_only); });
}

bool SimFhir::takes_client_ids(std::stop_token) {
    world_.moment();
    return client_ids;
}

std::string SimFhir::upload(SpoolReader& document, std::string_view, const std::string& wanted_id,
                            std::stop_token stop) {
    std::string bytes(document.size(), '\0');
    bytes.resize(document.read(bytes.data(), bytes.size()));
    if (!wanted_id.empty() && !client_ids)
        throw Fault(Fault::Kind::passing, "fhir.client_id_refused", "simulated");
    const Call kind = wanted_id.empty() ? Call::creates : Call::sets;
    return world_.call(Side::fhir, kind, "upload " + wanted_id, stop, [this, bytes, wanted_id] {
        const std::string id = wanted_id.empty() ? "b" + std::to_string(++last_id_) : wanted_id;
        binaries[id] = bytes;
        return id;
    });
}

Match SimFhir::make(const InboundCommunication& communication) {
    SimInbound made;
    made.id = "c" + std::to_string(++last_id_);
    made.fax_id = communication.fax_id;
    made.binary = communication.binary;
    made.document = communication.document;
    made.made = world_.time.now();
    if (!binaries.contains(communication.binary))
        world_.complain("a Communication without its Binary, of " + communication.fax_id);
    else if (binaries.at(communication.binary).size() != communication.document.size)
        world_.complain("a Communication beside a Binary of another size, of " + communication.fax_id);
    const auto [first, last] = by_fax_.equal_range(made.fax_id);
    for (auto one = first; one != last; ++one) {
        SimInbound& other = inbound[one->second];
        other.never_known |= other.deleted && !world_.recorded.contains(other.id);
    }
    by_fax_.emplace(made.fax_id, inbound.size());
    inbound.push_back(made);
    world_.note("made", made.id, made.fax_id);
    return {made.id, Direction::inbound, {"Binary/" + made.binary}};
}

Match SimFhir::create(const InboundCommunication& communication, Unless unless, std::stop_token stop) {
    const bool inbound_only = unless == Unless::inbound_identifier_exists;
    // A racy server looks when the request comes, and not again when it writes.
    const bool racing = world_.plan().racy && matches(communication.fax_id, inbound_only).empty();
    return world_.call(Side::fhir, Call::creates, "create " + communication.fax_id, stop,
                       [this, communication, inbound_only, racing] {
                           if (refused.contains(communication.fax_id) ||
                               vanished.contains(communication.recipient))
                               throw Fault(Fault::Kind::lasting, "fhir.refused", "simulated");
                           const auto existing = matches(communication.fax_id, inbound_only);
                           if (racing || existing.empty())
                               return make(communication);
                           if (existing.size() > 1)
                               throw Fault(Fault::Kind::lasting, "fhir.several_matches", "simulated");
                           return existing.front();
                       });
}

void SimFhir::remove_binary(const std::string& id, std::stop_token stop) {
    world_.call(Side::fhir, Call::sets, "remove_binary " + id, stop, [this, id] { binaries.erase(id); });
}

bool SimFhir::exists(const std::string& reference, std::stop_token stop) {
    return world_.call(Side::fhir, Call::asks, "exists " + reference, stop,
                       [&] { return !vanished.contains(reference); });
}

std::vector<OwnedUser> SimFhir::owners(OwnerKind kind, std::stop_token stop) {
    return world_.call(Side::fhir, Call::asks, "owners", stop, [&] {
        std::vector<OwnedUser> some;
        if (world_.stormy() && dice_.chance(world_.plan().odd_lists)) // a search that is broken, not refused
            return some;
        std::ranges::copy_if(users, std::back_inserter(some), [&](const OwnedUser& user) {
            return user.owner.kind == kind && !vanished.contains(user.owner.reference());
        });
        return some;
    });
}

std::vector<OwnedUser> SimFhir::users_of(const Owner& owner, std::stop_token stop) {
    return world_.call(Side::fhir, Call::asks, "users_of", stop, [&] {
        std::vector<OwnedUser> some;
        std::ranges::copy_if(users, std::back_inserter(some),
                             [&](const OwnedUser& user) { return user.owner == owner; });
        return some;
    });
}

void SimFhir::put_by_stranger(const std::string& fax_id, Direction direction) {
    SimInbound made;
    made.id = "s" + std::to_string(++last_id_);
    made.fax_id = fax_id;
    made.direction = direction;
    made.stranger = true;
    made.made = world_.time.now();
    by_fax_.emplace(fax_id, inbound.size());
    inbound.push_back(made);
    world_.note("made by a stranger", made.id, made.fax_id);
}

// ---- outbound

SimOutbound& SimFhir::put_outbound(const std::vector<std::string>& numbers) {
    const std::string id = "o" + std::to_string(++last_id_);
    SimOutbound& made = outbound[id];
    OutboundCommunication& communication = made.communication;
    communication.id = id;
    communication.user_id = "user-system";
    communication.from_name = "Dr Example";
    communication.subject = "Referral";
    for (const std::string& number : numbers)
        communication.recipients.push_back(
            {"Organization/r" + std::to_string(communication.recipients.size()), "Clinic", number});
    const std::string url = "Binary/" + id;
    communication.documents.push_back({"Communication.payload[0]", "application/pdf", url, {}});
    documents[url] = "%PDF-1.4\n" + id + "\n%%EOF\n";
    made.standing.status = "in-progress";
    return made;
}

OutboundCommunication SimFhir::read(const std::string& id, std::stop_token stop) {
    return world_.call(Side::fhir, Call::asks, "read " + id, stop, [&] {
        const auto found = outbound.find(id);
        if (found == outbound.end() || found->second.gone)
            throw Refusal(422, "not-found", "Communication", "send.communication_gone", "It is gone.");
        const CommunicationStanding& standing = found->second.standing;
        if (standing.status != "in-progress" && standing.status != "preparation")
            throw Refusal(422, "business-rule", "Communication.status", "send.wrong_status", "It has ended.");
        if (found->second.communication.recipients.empty())
            throw Refusal(422, "business-rule", "Communication.recipient", "send.no_recipient", "Nobody.");
        OutboundCommunication communication = found->second.communication;
        communication.status = standing.status;
        communication.version = std::to_string(found->second.version);
        communication.fax_ids = standing.fax_ids;
        communication.claim = standing.claim;
        return communication;
    });
}

OutboundCommunication SimFhir::read_body(std::string_view body, std::stop_token stop) {
    return read(std::string(body), std::move(stop));
}

std::string SimFhir::file(const OutboundCommunication& communication, std::stop_token) {
    return communication.id;
}

void SimFhir::fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) {
    const std::string bytes = world_.call(Side::fhir, Call::asks, "fetch " + document.url, stop, [&] {
        const auto found = documents.find(document.url);
        if (found == documents.end())
            throw Refusal(422, "not-found", document.element, "send.document_gone", "The document is gone.");
        return found->second;
    });
    sink(std::string_view(bytes).substr(0, bytes.size() / 2));
    world_.moment();
    sink(std::string_view(bytes).substr(bytes.size() / 2));
}

std::optional<CommunicationStanding> SimFhir::standing(const std::string& id, std::stop_token stop) {
    return world_.call(Side::fhir, Call::asks, "standing " + id, stop,
                       [&]() -> std::optional<CommunicationStanding> {
                           const auto found = outbound.find(id);
                           if (found == outbound.end() || found->second.gone)
                               return std::nullopt;
                           CommunicationStanding standing = found->second.standing;
                           standing.version = std::to_string(found->second.version);
                           return standing;
                       });
}

Written SimFhir::write(const std::string& id, const std::string& version, const CommunicationChange& change) {
    SimOutbound& kept = outbound.at(id);
    if (kept.gone)
        return Written::gone;
    if (version != std::to_string(kept.version))
        return Written::stale;
    const CommunicationStanding before = kept.standing;
    CommunicationStanding next = before;
    for (const auto& fax_id : change.fax_ids)
        if (std::ranges::find(next.fax_ids, fax_id) == next.fax_ids.end())
            next.fax_ids.push_back(fax_id);
    next.sent = change.sent ? change.sent : next.sent;
    next.received = change.received ? change.received : next.received;
    next.status = change.status.value_or(next.status);
    if (change.reason_code) {
        next.reason_code = *change.reason_code;
        next.reason_text = change.reason_text;
    }
    if (change.unclaim)
        next.claim.clear();
    const bool same = next.fax_ids == before.fax_ids && next.sent == before.sent &&
                      next.received == before.received && next.status == before.status &&
                      next.reason_code == before.reason_code && next.reason_text == before.reason_text &&
                      next.claim == before.claim;
    if (same)
        return Written::unchanged;
    if (before.status == "completed" && next.status != "completed")
        world_.complain("a completed Communication went back to " + next.status + ": " + id);
    if (kept.ended_by_staff && before.status == kept.status_by_staff && next.status != before.status)
        world_.complain("staff ended a Communication, and it went to " + next.status + ": " + id);
    kept.standing = next;
    ++kept.version;
    world_.note("written", id, next.status, next.reason_code);
    return Written::done;
}

Written SimFhir::change(const std::string& id, const CommunicationStanding& known,
                        const CommunicationChange& change, std::stop_token stop) {
    return world_.call(Side::fhir, Call::sets, "change " + id, stop,
                       [this, id, version = known.version, change] { return write(id, version, change); });
}

bool SimFhir::claim(const std::string& id, const std::string& installation, std::stop_token stop) {
    const auto known = standing(id, stop);
    if (!known)
        throw Refusal(422, "not-found", "Communication", "send.communication_gone", "It is gone.");
    if (!known->claim.empty())
        return known->claim == installation;
    return world_.call(Side::fhir, Call::sets, "claim " + id, stop,
                       [this, id, installation, version = known->version] {
                           SimOutbound& kept = outbound.at(id);
                           if (kept.gone || version != std::to_string(kept.version))
                               return false;
                           kept.standing.claim = installation;
                           ++kept.version;
                           return true;
                       });
}

std::vector<InProgress> SimFhir::in_progress(std::stop_token stop) {
    return world_.call(Side::fhir, Call::lists, "in-progress", stop, [&] {
        std::vector<InProgress> all;
        for (const auto& [id, kept] : outbound)
            if (!kept.gone && kept.standing.status == "in-progress")
                all.push_back({id, !kept.standing.fax_ids.empty(), {}});
        return all;
    });
}

} // namespace efaxd::simulation
