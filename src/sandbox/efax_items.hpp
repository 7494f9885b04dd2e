// Faxes as the simulated eFax writes them, in every style seen or feared.
#pragma once

#include "sandbox/efax_store.hpp"

#include <string>

namespace efaxd::sandbox {

std::string efax_timestamp(Instant instant, TimestampStyle style);

/// One object of a list; the metadata call's has its direction too.
void write_item(json::Writer& writer, const FaxRecord& fax, const EfaxStyle& style, bool with_direction);

/// `errors` with one entry, or the gateway's `message`.
HttpResponse efax_error(int status, ErrorStyle style, std::string_view words = {});

} // namespace efaxd::sandbox
