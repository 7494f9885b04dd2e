// Sent faxes as the simulated eFax writes them.
#pragma once

#include "sandbox/sent_store.hpp"
#include "json/writer.hpp"

namespace efaxd::sandbox {

/// One object of a list; the metadata call's has its direction too.
void write_sent_item(json::Writer& writer, const SentRecord& fax, const EfaxStyle& style,
                     bool with_direction);

/// The reply of the transmission details.
void write_details(json::Writer& writer, const SentRecord& fax, const EfaxStyle& style);

/// `transmission_status`, `error_code`, `error_message`, as members of the present object.
void write_transmission(json::Writer& writer, const SentRecord& fax, const EfaxStyle& style);

} // namespace efaxd::sandbox
