#include "flow/confirmation.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/phone_number.hpp"

#include <algorithm>

namespace efaxd::flow {

bool is_taken(Outbox& outbox, const TransmissionKey& key, const std::string& fax_id) {
    OutboxQuery query;
    query.project = key.project;
    query.limit = 1000;
    const auto wanted = clean_fax_id(fax_id);
    while (true) {
        const auto page = outbox.list(query);
        if (std::ranges::any_of(page, [&](const Transmission& row) {
                return row.key != key && !row.fax_id.empty() && clean_fax_id(row.fax_id) == wanted;
            }))
            return true;
        if (page.size() < query.limit)
            return false;
        query.after = page.back().key;
    }
}

Decision ask_about(FaxSender& sender, const Transmission& row, const std::string& fax_id,
                   std::stop_token stop) {
    try {
        const SendStatus status = sender.status(row.user_id, fax_id, std::move(stop));
        if (!status.destination.empty() && !row.number.empty() && !same_line(status.destination, row.number))
            return {false, "the fax with this id went to another number; look up the id in the eFax portal"};
        return {true, {}};
    } catch (const Fault& fault) {
        if (fault.reason != "efax.not_visible")
            throw;
        return {false, "eFax knows no fax with this id under the sender's user ID; look it up in the eFax "
                       "portal"};
    }
}

} // namespace efaxd::flow
