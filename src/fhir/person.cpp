#include "fhir/person.hpp"

#include "efaxd/core/phone_number.hpp"
#include "fhir/period.hpp"
#include "fhir/plain_text.hpp"

#include <limits>

namespace efaxd::fhir {

namespace {

constexpr std::string_view placeholder = "Fax Recipient"; // apps name an Organization so for its number alone

std::string human_name(json::Value name) {
    if (auto text = one_line(name["text"].text_or("")); !text.empty())
        return text;
    std::string joined;
    const auto add = [&](std::string_view part) {
        if (const auto clean = one_line(part); !clean.empty())
            joined += (joined.empty() ? "" : " ") + clean;
    };
    const auto given = name["given"];
    for (std::size_t i = 0; i < given.size(); ++i)
        add(given.at(i).text_or(""));
    add(name["family"].text_or(""));
    return joined;
}

std::string first_name(json::Value names) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names.at(i)["use"].text_or("") != "old")
            if (auto name = human_name(names.at(i)); !name.empty())
                return name;
    return {};
}

/// The value of the best current fax entry of one list of ContactPoints; empty if there is none.
std::string_view best_fax(json::Value telecom, Instant now) {
    constexpr auto unranked = std::numeric_limits<std::int64_t>::max();
    std::string_view best;
    auto best_rank = unranked;
    for (std::size_t i = 0; i < telecom.size(); ++i) {
        const auto entry = telecom.at(i);
        const auto value = entry["value"].text_or("");
        if (entry["system"].text_or("") != "fax" || value.empty() || !is_current(entry, now))
            continue;
        const auto rank = entry["rank"].integer().value_or(unranked);
        if (best.empty() || rank < best_rank) {
            best = value;
            best_rank = rank;
        }
    }
    return best;
}

std::string_view fax_of_contacts(json::Value contacts, Instant now) {
    for (std::size_t i = 0; i < contacts.size(); ++i)
        if (const auto value = best_fax(contacts.at(i)["telecom"], now); !value.empty())
            return value;
    return {};
}

} // namespace

std::string name_on(json::Value resource) {
    const auto name = resource["name"];
    if (name.is_array())
        return first_name(name);
    if (resource["resourceType"].text_or("") == "Device") {
        const auto names = resource["deviceName"];
        return one_line(names.at(0)["name"].text_or(""));
    }
    auto text = one_line(name.text_or(""));
    return text == placeholder ? std::string() : text;
}

std::optional<FaxEntry> fax_entry(json::Value resource, std::string_view country, Instant now) {
    const auto type = resource["resourceType"].text_or("");
    // A Device keeps its ContactPoints under another name; a Patient's contacts are other people.
    auto value = best_fax(resource[type == "Device" ? "contact" : "telecom"], now);
    if (value.empty() && type == "Organization")
        value = fax_of_contacts(resource["contact"], now);
    if (value.empty())
        return std::nullopt;
    return FaxEntry{e164(value, country)};
}

} // namespace efaxd::fhir
