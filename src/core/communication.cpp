#include "efaxd/core/communication.hpp"

#include "efaxd/core/phone_number.hpp"

namespace efaxd {

InboundCommunication compose(const Entry& entry, std::string_view recipient) {
    return {
        .fax_id = entry.fax.listed_id.empty() ? entry.key.fax_id : entry.fax.listed_id,
        .recipient = std::string(recipient),
        .from_number = tidy_number(entry.fax.from_number),
        .sent = entry.fax.completed.value_or(entry.first_seen),
        .binary = entry.binary_id,
        .document = entry.document,
        .members = entry.fax.members,
    };
}

} // namespace efaxd
