#include "simulation/judge.hpp"

#include "crypto/crypto.hpp"

#include <algorithm>
#include <set>

namespace efaxd::simulation {

namespace {

bool may_have_arrived(const SendStatus& status) {
    return status.state == SendStatus::State::completed || status.code == "E44" || status.code == "E06";
}

} // namespace

Judge::Judge(Simulation& simulation) : simulation_(simulation), world_(simulation.world_) {
    for (const SimInbound& made : simulation.fhir_.inbound)
        if (made.direction == Direction::inbound && !made.never_known)
            made_.emplace(made.fax_id, &made);
    LedgerQuery query;
    query.limit = 100'000;
    for (Entry& entry : simulation.life_->ledger().list(query))
        entries_.emplace(entry.key.fax_id, std::move(entry));
}

void Judge::expect(bool so, const std::string& complaint) {
    if (!so)
        world_.complain(complaint);
}

void Judge::judge(Result& result) {
    expect(simulation_.all_done(), "something waits for ever");
    for (const auto& fax : simulation_.efax_.faxes())
        judge_fax(*fax, result);
    for (const auto& [fax_id, made] : made_)
        expect(entries_.contains(*clean_fax_id(fax_id)) || made->stranger,
               "a Communication of a fax nobody knows: " + fax_id);
    judge_binaries();
    for (const auto& [id, outbound] : simulation_.fhir_.outbound)
        judge_outbound(outbound, result);
    judge_arrivals();
}

// ---- receiving

void Judge::judge_fax(const SimFax& fax, Result& result) {
    const std::string& id = fax.fax.id;
    const auto found = entries_.find(id);
    const Entry* const entry = found == entries_.end() ? nullptr : &found->second;
    const auto made = made_.count(fax.fax.listed_id);
    expect(made <= 1, std::to_string(made) + " Communications of fax " + id);

    const bool was_stored = entry && entry->stage >= Stage::stored && !fax.spool_lost;
    const bool can_be_had = fax.fax.stored && !fax.poison && !fax.gone;
    const bool stranger = made == 1 && made_.find(fax.fax.listed_id)->second->stranger;
    const bool seen = entry || !fax.ownerless;
    const bool owed = seen && (can_be_had || was_stored || fax.ours) && (!fax.refused || stranger);
    const bool delivered = entry && entry->stage >= Stage::delivered;
    if (owed)
        expect(delivered && made == 1, "fax " + id + " was not delivered");
    if (!delivered)
        return judge_undelivered(fax, entry);
    ++result.delivered;
    expect(entry->settled(), "fax " + id + " is delivered and yet not settled");
    if (made == 1)
        judge_document(fax, *made_.find(fax.fax.listed_id)->second);
    const bool told = simulation_.plan_.project.receive.acknowledge;
    expect(!told || fax.gone || fax.fax.downloaded || entry->reason != "",
           "fax " + id + " was not acknowledged");
}

void Judge::judge_document(const SimFax& fax, const SimInbound& made) {
    const Entry& entry = entries_.at(fax.fax.id);
    expect(entry.communication_id == made.id, "the ledger names another Communication for " + fax.fax.id);
    if (made.stranger)
        return;
    const auto found = simulation_.fhir_.binaries.find(made.binary);
    if (found == simulation_.fhir_.binaries.end())
        return expect(false, "the document of fax " + fax.fax.id + " is gone");
    const std::string& bytes = found->second;
    expect(crypto::sha256_hex(bytes) == made.document.sha256,
           "the Communication of " + fax.fax.id + " speaks of another document");
    bool equal = false;
    for (int rendering = 0; rendering < fax.renderings && !equal; ++rendering)
        equal = bytes == fax.document(rendering);
    expect(equal, "fax " + fax.fax.id + " has other bytes");
}

/// Nobody has its document, or nobody takes its Communication: it is held with a reason, unless nobody ever
/// saw it.
void Judge::judge_undelivered(const SimFax& fax, const Entry* entry) {
    expect(entry || fax.gone || fax.ownerless, "fax " + fax.fax.id + " was never claimed");
    if (entry)
        expect(entry->held && !entry->reason.empty(), "fax " + fax.fax.id + " is neither delivered nor held");
}

void Judge::judge_binaries() {
    std::set<std::string> used;
    for (const SimInbound& made : simulation_.fhir_.inbound)
        used.insert(made.binary);
    for (const auto& [id, entry] : entries_)
        used.insert(entry.binary_id);
    const auto spare = std::ranges::count_if(
        simulation_.fhir_.binaries, [&](const auto& binary) { return !used.contains(binary.first); });
    const auto spares = simulation_.life_->ledger().totals().spares;
    const auto counted = spares.contains("clinic") ? spares.at("clinic") : 0;
    expect(spare <= counted, std::to_string(spare) + " Binaries that nobody uses, and the ledger knows of " +
                                 std::to_string(counted));
}

// ---- sending

void Judge::judge_outbound(const SimOutbound& outbound, Result& result) {
    const std::string& id = outbound.communication.id;
    const auto rows = simulation_.life_->outbox().find({"clinic", id});
    if (rows.empty()) {
        const bool over = outbound.gone || outbound.ended_by_staff || outbound.standing.status == "stopped";
        return expect(over, "Communication " + id + " was never accepted");
    }
    const bool any_held = std::ranges::any_of(rows, &Transmission::held);
    result.held += any_held ? 1 : 0;
    for (const Transmission& row : rows)
        judge_row(row, any_held);
    judge_status(outbound, rows);
}

void Judge::judge_row(const Transmission& row, bool neighbour_held) {
    const std::string name = row.key.communication + '/' + std::to_string(row.key.recipient);
    const bool ended = row.stage == SendStage::reported && row.over();
    const bool held = row.held && !row.reason.empty();
    const bool waits = neighbour_held && row.stage == SendStage::settled && row.told;
    expect(ended || held || waits,
           "transmission " + name + " is neither over nor held: " + std::string(name_of(row.stage)));
    expect((row.outcome == SendOutcome::open) == held, "transmission " + name + " has no outcome");
    expect(!ended || row.number.empty(), "the number of " + name + " was kept");
    const bool by_person = row.reason.starts_with("operator.");
    if (row.outcome == SendOutcome::open || row.fax_id.empty() || by_person)
        return;
    const auto sent =
        std::ranges::find(simulation_.efax_.sent(), row.fax_id, [](const auto& one) { return one->fax_id; });
    if (sent == simulation_.efax_.sent().end())
        return expect(false, "eFax knows nothing of " + row.fax_id);
    const SendStatus truth = simulation_.efax_.state_of(**sent);
    const bool agrees =
        (row.outcome == SendOutcome::completed) == (truth.state == SendStatus::State::completed);
    expect(agrees || row.reason == "send.no_final_state",
           "the outcome of " + name + " is not what eFax says");
}

void Judge::judge_status(const SimOutbound& outbound, std::span<const Transmission> rows) {
    if (outbound.gone || outbound.ended_by_staff)
        return;
    const std::string& id = outbound.communication.id;
    const std::string& status = outbound.standing.status;
    const auto is = [](SendOutcome outcome) {
        return [outcome](const Transmission& row) { return row.outcome == outcome; };
    };
    if (std::ranges::all_of(rows, is(SendOutcome::completed)))
        return expect(status == "completed", id + " has arrived and is " + status);
    expect(!outbound.standing.reason_code.empty() ||
               std::ranges::none_of(
                   rows, [](const auto& row) { return row.held && row.stage >= SendStage::submitting; }),
           id + " does not say why it is held");
    if (std::ranges::none_of(rows, is(SendOutcome::open)))
        expect(status == "stopped" && !outbound.standing.reason_code.empty(), id + " is over and " + status);
}

/// No number ever got a document twice, unless a person wanted it so.
void Judge::judge_arrivals() {
    std::map<std::pair<std::string, std::string>, std::pair<int, int>> seen; // arrived, taken
    for (const auto& sent : simulation_.efax_.sent()) {
        auto& [arrived, taken] = seen[{sent->number, sent->document}];
        ++taken;
        if (may_have_arrived(simulation_.efax_.state_of(*sent)))
            ++arrived;
    }
    for (const auto& [what, times] : seen) {
        const auto asked = simulation_.resends_.find(what);
        const int resends = asked == simulation_.resends_.end() ? 0 : asked->second;
        expect(times.first <= 1 + resends, "a document arrived twice at " + what.first + ": " + what.second);
        expect(times.second <= 1 + resends * (1 + simulation_.plan_.project.send.retries) +
                                   simulation_.plan_.project.send.retries,
               "a document was submitted too often to " + what.first);
    }
}

} // namespace efaxd::simulation
