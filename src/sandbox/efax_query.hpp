// The query and the paging headers of the two lists.
#pragma once

#include "sandbox/efax_store.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/sent_store.hpp"

#include <string>

namespace efaxd::sandbox {

/// `complaint` is set to the first thing that is wrong, and left alone otherwise.
ListQuery read_list_query(const HttpRequest& request, const EfaxStyle& style, std::string& complaint);
SentQuery read_sent_query(const HttpRequest& request, const EfaxStyle& style, std::string& complaint);

} // namespace efaxd::sandbox
