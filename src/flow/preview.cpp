#include "flow/preview.hpp"

namespace efaxd::flow {

namespace {

std::string next_step(const Entry& entry) {
    if (entry.held)
        return "stays held (" + entry.reason + ")";
    switch (entry.stage) {
    case Stage::claimed:
        return "would be fetched and delivered";
    case Stage::stored:
        return "would be uploaded and delivered";
    case Stage::attached:
        return "would be delivered";
    case Stage::delivered:
        return "would be acknowledged at eFax";
    case Stage::acknowledged:
        return "would be deleted at eFax when its time comes";
    }
    return {};
}

} // namespace

std::vector<Intention> preview_mailbox(const Mailbox& mailbox, Poll& poll, FhirServer& fhir, Ledger& ledger,
                                       std::stop_token stop) {
    std::vector<Intention> intentions;
    for (const Fax& fax : poll.look(mailbox, poll.recall(mailbox), stop).faxes) {
        if (ledger.find({mailbox.project, fax.id}))
            continue;
        bool there = false;
        for (const Match& match : fhir.find(fax.listed_id, false, stop))
            there |= match.direction != Direction::outbound;
        intentions.push_back({mailbox.id, fax.id,
                              there ? "new here; its Communication exists and would be adopted"
                                    : "new; would be claimed, fetched and delivered"});
    }
    return intentions;
}

std::vector<Intention> preview_waiting(const std::string& project, Ledger& ledger) {
    std::vector<Intention> intentions;
    LedgerQuery query;
    query.project = project;
    query.unsettled_only = true;
    while (true) {
        const auto page = ledger.list(query);
        for (const Entry& entry : page)
            intentions.push_back({entry.mailbox, entry.key.fax_id, next_step(entry)});
        if (page.size() < query.limit)
            return intentions;
        query.after = page.back().key;
    }
}

} // namespace efaxd::flow
