// The Communications that a search for a fax found.
#pragma once

#include "efaxd/core/instant.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "json/value.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace efaxd::fhir {

/// Collects the pages of one search. Some servers ignore parameters they do not know, so that every hit is
/// looked at again; a difference in case only is the same fax id.
class FoundFaxes {
  public:
    FoundFaxes(std::string_view fax_id, bool inbound_only) : fax_id_(fax_id), inbound_only_(inbound_only) {}

    /// Throws `bad_reply` if the page has other faxes only and is not the last: the server ignores what it
    /// was asked, and reading on would read everything it has.
    void add_page(json::Value bundle, bool last);

    /// Oldest first, by the time of their last change, then by id.
    std::vector<Match> take();

  private:
    struct Hit {
        std::optional<Instant> updated;
        Match match;
    };

    std::string_view fax_id_;
    bool inbound_only_;
    std::vector<Hit> hits_;
};

} // namespace efaxd::fhir
