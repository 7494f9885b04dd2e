// Outbound Communications in memory, with versions, staff and lost answers.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/core/refusal.hpp"
#include "efaxd/ports/outbound_fhir.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace efaxd::fakes {

class FakeOutboundFhir : public OutboundFhir {
  public:
    struct Kept {
        OutboundCommunication communication;
        CommunicationStanding standing;
        int version = 1;
        std::optional<Instant> changed; ///< as a search tells
        bool gone = false;
    };

    /// An outbound Communication with one document, to these numbers.
    void put(const std::string& id, const std::vector<std::string>& numbers) {
        Kept kept;
        kept.communication.id = id;
        kept.communication.status = "in-progress";
        kept.communication.user_id = "user-1";
        kept.communication.from_name = "Dr Example";
        kept.communication.subject = "Referral";
        for (const auto& number : numbers)
            kept.communication.recipients.push_back(
                {"Organization/r" + std::to_string(kept.communication.recipients.size()), "Clinic", number});
        kept.communication.documents.push_back(
            {"Communication.payload[0]", "application/pdf", "Binary/" + id, {}});
        kept.standing.status = "in-progress";
        documents["Binary/" + id] = "%PDF-1.4\n" + id + "\n%%EOF\n";
        communications[id] = kept;
    }

    Kept& kept(const std::string& id) { return communications.at(id); }
    const CommunicationStanding& seen(const std::string& id) { return kept(id).standing; }
    std::size_t count(const std::string& verb) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(diary, [&](const std::string& line) { return line.starts_with(verb); }));
    }

    OutboundCommunication read(const std::string& id, std::stop_token) override {
        note("read " + id);
        const auto found = communications.find(id);
        if (found == communications.end() || found->second.gone)
            throw Refusal(422, "not-found", "Communication", "send.communication_gone", "It is gone.");
        if (found->second.standing.status != "in-progress" && found->second.standing.status != "preparation")
            throw Refusal(422, "business-rule", "Communication.status", "send.wrong_status", "It has ended.");
        return found->second.communication;
    }
    OutboundCommunication read_body(std::string_view body, std::stop_token stop) override {
        return read(std::string(body), stop);
    }
    std::string file(const OutboundCommunication& communication, std::stop_token) override {
        note("file " + communication.id);
        const std::string id = "filed-" + communication.id.substr(1);
        if (!communications.contains(id)) {
            Kept kept;
            kept.communication = communication;
            kept.communication.id = id;
            kept.standing.status = "in-progress";
            communications[id] = kept;
        }
        return id;
    }
    void fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token) override {
        note("fetch " + document.url);
        const auto found = documents.find(document.url);
        if (found == documents.end())
            throw Refusal(422, "not-found", document.element, "send.document_gone", "The document is gone.");
        const std::string& bytes = found->second;
        sink(std::string_view(bytes).substr(0, bytes.size() / 2));
        sink(std::string_view(bytes).substr(bytes.size() / 2));
    }
    std::optional<CommunicationStanding> standing(const std::string& id, std::stop_token) override {
        note("standing " + id);
        const auto found = communications.find(id);
        if (found == communications.end() || found->second.gone)
            return std::nullopt;
        auto standing = found->second.standing;
        standing.version = std::to_string(found->second.version);
        return standing;
    }
    Written change(const std::string& id, const CommunicationStanding& known,
                   const CommunicationChange& change, std::stop_token) override {
        note("change " + id);
        Kept& kept = communications.at(id);
        if (kept.gone)
            return Written::gone;
        if (known.version != std::to_string(kept.version))
            return Written::stale;
        CommunicationStanding next = kept.standing;
        for (const auto& fax_id : change.fax_ids)
            if (std::ranges::find(next.fax_ids, fax_id) == next.fax_ids.end())
                next.fax_ids.push_back(fax_id);
        if (change.sent)
            next.sent = change.sent;
        if (change.received)
            next.received = change.received;
        next.status = change.status.value_or(next.status);
        if (change.reason_code) {
            next.reason_code = *change.reason_code;
            next.reason_text = change.reason_text;
        }
        if (change.unclaim)
            next.claim.clear();
        if (same(next, kept.standing))
            return Written::unchanged;
        kept.standing = next;
        ++kept.version;
        statuses[id].push_back(next.status);
        if (after_write)
            after_write(id);
        return Written::done;
    }
    bool claim(const std::string& id, const std::string& installation, std::stop_token) override {
        note("claim " + id);
        Kept& kept = communications.at(id);
        if (stale_claims > 0) { // somebody else wrote in between
            --stale_claims;
            return false;
        }
        if (!kept.standing.claim.empty() && kept.standing.claim != installation)
            return false;
        kept.standing.claim = installation;
        ++kept.version;
        return true;
    }
    std::vector<InProgress> in_progress(std::stop_token) override {
        note("search");
        std::vector<InProgress> all;
        for (const auto& [id, kept] : communications)
            if (!kept.gone && kept.standing.status == "in-progress")
                all.push_back({id, !kept.standing.fax_ids.empty(), kept.changed});
        return all;
    }
    CallerRight check_caller(const std::string&, const std::string&, std::stop_token) override {
        return CallerRight::granted;
    }

    /// Somebody at the clinic does this to the Communication.
    void staff(const std::string& id, const std::function<void(CommunicationStanding&)>& what) {
        what(kept(id).standing);
        ++kept(id).version;
    }

    std::map<std::string, Kept> communications;
    std::map<std::string, std::string> documents;             ///< by URL
    std::map<std::string, std::vector<std::string>> statuses; ///< as written by us, in order
    int stale_claims = 0;
    std::vector<std::string> diary;
    std::function<void(const std::string& call)> on_call;   ///< before anything is done; may throw
    std::function<void(const std::string& id)> after_write; ///< the write is done, the answer may be lost

  private:
    static bool same(const CommunicationStanding& one, const CommunicationStanding& other) {
        return one.fax_ids == other.fax_ids && one.sent == other.sent && one.received == other.received &&
               one.status == other.status && one.reason_code == other.reason_code &&
               one.reason_text == other.reason_text && one.claim == other.claim;
    }
    void note(const std::string& call) {
        diary.push_back(call);
        if (on_call)
            on_call(call);
    }
};

} // namespace efaxd::fakes
