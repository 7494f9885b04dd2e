// Searches of the simulated FHIR server.
#include "sandbox/fhir_call.hpp"
#include "sandbox/fhir_service.hpp"

#include "efaxd/core/timestamp.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>

namespace efaxd::sandbox {

namespace {

bool is_control_parameter(std::string_view name) {
    static constexpr std::array<std::string_view, 8> names{"_count",   "_offset", "_sort",   "_elements",
                                                           "_summary", "_total",  "_format", "_pretty"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_search_parameter(const std::string& type, const std::string& name) {
    static const std::vector<std::string> common{"_id", "_lastUpdated", "_tag"};
    static const std::vector<std::string> communication{"identifier", "category", "medium",   "status",
                                                        "recipient",  "sender",   "subject",  "patient",
                                                        "sent",       "received", "encounter"};
    static const std::vector<std::string> organization{"identifier", "name", "active", "type"};
    static const std::vector<std::string> person{"identifier", "name",  "active", "telecom",
                                                 "family",     "given", "gender"};
    static const std::vector<std::string> other{"identifier", "name",    "status", "code",
                                                "category",   "subject", "patient"};
    const auto in = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (in(common))
        return true;
    if (type == "Communication")
        return in(communication);
    if (type == "Organization")
        return in(organization);
    return type == "Practitioner" || type == "Patient" || type == "RelatedPerson" ? in(person) : in(other);
}

std::int64_t number_in(const Pairs& query, std::string_view name, std::int64_t otherwise) {
    const auto text = find(query, name);
    return text ? std::max<std::int64_t>(whole_number(*text).value_or(otherwise), 0) : otherwise;
}

void sort_by(std::vector<Resource>& found, std::string_view order) {
    const bool down = order.starts_with('-');
    const std::string_view key = order.substr(down ? 1 : 0);
    const auto key_of = [&](const Resource& resource) -> std::string {
        if (key == "_lastUpdated")
            return precise_timestamp(resource.updated);
        for (const Mark& mark : resource.marks)
            if (mark.parameter == key)
                return mark.value;
        return {};
    };
    std::stable_sort(found.begin(), found.end(), [&](const Resource& one, const Resource& other) {
        return down ? key_of(other) < key_of(one) : key_of(one) < key_of(other);
    });
}

/// The query again, with another offset.
std::string page_url(const std::string& base, const std::string& type, const Pairs& query,
                     std::int64_t offset) {
    std::string url = base + "/" + type + "?";
    for (const auto& [name, value] : query)
        if (name != "_offset")
            url += percent_encode(name) + "=" + percent_encode(value) + "&";
    return url + "_offset=" + std::to_string(offset);
}

void write_link(json::Writer& writer, std::string_view relation, const std::string& url) {
    writer.begin_object().member("relation", relation).member("url", url).end_object();
}

} // namespace

std::variant<SimulatedFhir::Criteria, HttpResponse> SimulatedFhir::criteria(const FhirCall& call,
                                                                            const Pairs& query) const {
    Criteria wanted;
    for (const auto& [key, value] : query) {
        if (is_control_parameter(key))
            continue;
        const auto colon = key.find(':');
        const std::string name = key.substr(0, colon);
        const std::string modifier = colon == std::string::npos ? "" : key.substr(colon + 1);
        const bool known = is_search_parameter(call.place.type, name) &&
                           (modifier.empty() || modifier == "not" || modifier == "exact" ||
                            modifier == "contains" || modifier == "missing");
        if (known)
            wanted.push_back({name, modifier, value});
        else if (!call.style.unknown_parameters)
            return call.error(400, {}, "invalid", "Unknown search parameter: " + name);
    }
    return wanted;
}

HttpResponse SimulatedFhir::search(const FhirCall& call) {
    Pairs query = call.request.query;
    if (call.request.method == "POST")
        for (auto& pair : parse_query(call.request.body))
            query.push_back(std::move(pair));
    auto wanted = criteria(call, query);
    if (auto* refused = std::get_if<HttpResponse>(&wanted))
        return std::move(*refused);
    auto found = store_.search(call.place.type, std::get<Criteria>(wanted));
    if (const auto order = find(query, "_sort"))
        sort_by(found, *order);
    const bool count_only = find(query, "_summary") == "count";
    const auto offset = static_cast<std::size_t>(number_in(query, "_offset", 0));
    const auto count = static_cast<std::size_t>(
        count_only ? 0 : std::min<std::int64_t>(number_in(query, "_count", call.style.default_count), 1000));
    const std::size_t first = std::min(offset, found.size());
    const std::size_t last = std::min(first + count, found.size());

    json::Writer writer;
    writer.begin_object()
        .member("resourceType", "Bundle")
        .member("type", "searchset")
        .member("total", found.size());
    writer.key("link").begin_array();
    write_link(writer, "self",
               page_url(call.base(), call.place.type, query, static_cast<std::int64_t>(offset)));
    if (last < found.size() && count > 0)
        write_link(writer, "next",
                   page_url(call.base(), call.place.type, query, static_cast<std::int64_t>(last)));
    writer.end_array();
    if (last > first) {
        writer.key("entry").begin_array();
        for (std::size_t i = first; i < last; ++i) {
            writer.begin_object().member("fullUrl", call.base() + "/" + found[i].type + "/" + found[i].id);
            writer.key("resource").raw(call.shown(found[i]));
            writer.key("search").begin_object().member("mode", "match").end_object().end_object();
        }
        writer.end_array();
    }
    writer.end_object();
    return fhir_json(200, writer.take());
}

} // namespace efaxd::sandbox
