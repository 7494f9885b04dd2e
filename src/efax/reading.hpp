// Calls that several parts of this room make alike.
#pragma once

#include "efax/session.hpp"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::efax {

/// The headers that ask for a part of a list.
std::vector<http::Header> page_headers(std::size_t offset, std::size_t limit);

/// The body of one page of a list, or nothing where the server says that there is no such page. Throws Fault.
std::optional<std::string> read_page(Session& session, const std::string& user_id, const std::string& path,
                                     std::size_t offset, const std::stop_token& stop);

/// For a call whose success needs no body: throws Fault unless the status is 2xx and the body, if there is
/// one, reports no error.
void check_done(const http::Reply& reply, Call call, Instant now);

} // namespace efaxd::efax
