// A page of a FHIR search: Communications, Organizations, Practitioners and the link to the next page.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/phone_number.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/bundle.hpp"
#include "fhir/found.hpp"
#include "fhir/owner_users.hpp"
#include "fhir/person.hpp"
#include "fhir/resource.hpp"

#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

constexpr std::string_view base_url = "https://fhir.example.org/fhir/R4";
constexpr std::string_view fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";

void try_found(const json::Value& bundle) {
    for (const bool inbound : {false, true}) {
        fhir::FoundFaxes found(fax_id, inbound);
        found.add_page(bundle, true);
        for (const Match& match : found.take())
            must(fhir::is_id(match.id), "a match has an id");
    }
}

void try_owner(const json::Value& owner, OwnerKind kind, Instant now) {
    std::set<std::string> seen;
    for (const auto& user : fhir::users_on(owner, kind, now)) {
        must(fhir::is_id(user.owner.id) && !user.user_id.empty(), "an owner has both ids");
        must(seen.insert(user.user_id).second, "a user ID counts once");
    }
    if (const auto entry = fhir::fax_entry(owner, "1", now); entry && entry->number)
        must(fuzz::is_e164(*entry->number), "a fax number is a number");
    must(fuzz::is_one_line(fhir::name_on(owner)), "a name is one line");
}

void try_bundle(const json::Value& bundle) {
    static const Instant now = read_timestamp("2026-10-03T14:00:00Z")->instant;
    const auto owners = [&](const char* type, OwnerKind kind) {
        fhir::each_match(bundle, type, [&](const json::Value& owner) { try_owner(owner, kind, now); });
    };
    owners("Organization", OwnerKind::organization);
    owners("Practitioner", OwnerKind::practitioner);
    fhir::each_match(bundle, "Communication",
                     [](const json::Value& communication) { fhir::match_of(communication); });
    try_found(bundle);
    const auto next = fhir::next_page(bundle, base_url);
    must(next.empty() || next.starts_with("https://fhir.example.org/"), "the next page is on the server");
    must(fuzz::is_printable_ascii(next) && next.find(' ') == next.npos, "and its URL is one word");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        const auto bundle = fhir::read_resource(std::string(fuzz::text_of(bytes, size)), "Bundle");
        try_bundle(bundle.root());
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.bad_reply" && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
    }
    return 0;
}
