// The daemon's answers as a person reads them. Pure: JSON in, text out.
#pragma once

#include "ctl/table.hpp"
#include "efaxd/core/instant.hpp"
#include "json/value.hpp"

#include <cstddef>
#include <string>

namespace efaxd::ctl {

/// How and when it is looked at.
struct Look {
    bool colour = false;
    std::size_t width = 0; ///< of the terminal; 0: none
    Instant now{};
    bool titles = true; ///< above lists
};

/// The first line answers "is it working?"; then the alarms, the projects and what they send.
std::string status_view(const json::Value& status, const Look& look);

/// A line for each project that sends or has anything to do with sending; empty if none does.
std::string sending_table(const json::Value& projects, const Look& look);

Table mailbox_table(const Look& look);
void add_mailbox(Table& table, const json::Value& mailbox, const Look& look);

Table fax_table(const Look& look);
void add_fax(Table& table, const json::Value& fax, const Look& look);

/// One fax, a fact a line.
std::string fax_view(const json::Value& fax, const Look& look);

Table transmission_table(const Look& look);
void add_transmission(Table& table, const json::Value& transmission, const Look& look);

/// One transmission, a fact a line.
std::string transmission_view(const json::Value& transmission, const Look& look);

/// A connectivity report: a line for each check, with advice below.
std::string check_view(const json::Value& answer, const Look& look);

} // namespace efaxd::ctl
