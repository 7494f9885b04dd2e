// How a transmission is laid into the table `transmission`, and read back.
#pragma once

#include "efaxd/core/transmission.hpp"
#include "ledger/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::ledger {

/// The beginning of every statement that reads rows with `read_transmission`; tables `transmission t` and
/// `outbound_number n`. The part behind it may say which index `t` is read by.
std::string select_transmissions(std::string_view from_transmission);

Transmission read_transmission(const Query& row);

/// Binds all columns of the table, in its order.
void bind_transmission(Query& query, const Transmission& row);

/// Writes, changes or removes the number of a row; none stays once it is reported.
void write_number(Database& writer, const Transmission& row);

/// One line for each document: size, position of its type in MediaType, digest.
std::string text_of(const std::vector<Document>& documents);
/// Throws GroundFault for a text that is none of these.
std::vector<Document> documents_of(std::string_view text);

} // namespace efaxd::ledger
