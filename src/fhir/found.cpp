#include "fhir/found.hpp"

#include "efaxd/core/timestamp.hpp"
#include "fhir/bundle.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/resource.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

bool is_of_fax(json::Value communication, std::string_view fax_id) {
    const auto identifiers = communication["identifier"];
    for (std::size_t i = 0; i < identifiers.size(); ++i)
        if (identifiers.at(i)["system"].text_or("") == efax_system &&
            same_text(identifiers.at(i)["value"].text_or(""), fax_id))
            return true;
    return false;
}

std::optional<Instant> updated(json::Value communication) {
    const auto stamp = read_timestamp(communication["meta"]["lastUpdated"].text_or(""));
    return stamp ? std::optional(stamp->instant) : std::nullopt;
}

} // namespace

void FoundFaxes::add_page(json::Value bundle, bool last) {
    bool strangers = false;
    bool known = !hits_.empty();
    each_match(bundle, "Communication", [&](json::Value communication) {
        if (!is_of_fax(communication, fax_id_)) {
            strangers = true;
            return;
        }
        known = true;
        Match match = match_of(communication);
        if (is_id(match.id) && !(inbound_only_ && match.direction == Direction::outbound))
            hits_.push_back({updated(communication), std::move(match)});
    });
    if (strangers && !known && !last)
        throw bad_reply("the FHIR server ignores the search for an identifier");
}

std::vector<Match> FoundFaxes::take() {
    std::sort(hits_.begin(), hits_.end(), [](const Hit& one, const Hit& other) {
        const auto end = Instant::max();
        return std::pair(one.updated.value_or(end), std::string_view(one.match.id)) <
               std::pair(other.updated.value_or(end), std::string_view(other.match.id));
    });
    std::vector<Match> matches;
    for (auto& hit : hits_)
        if (matches.empty() || matches.back().id != hit.match.id) // pages may overlap
            matches.push_back(std::move(hit.match));
    return matches;
}

} // namespace efaxd::fhir
