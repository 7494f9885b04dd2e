#include "fhir/search_text.hpp"

#include "http/url.hpp"

namespace efaxd::fhir {

namespace {

std::string escape(std::string_view value) {
    std::string escaped;
    for (const char c : value) {
        if (c == '\\' || c == ',' || c == '|' || c == '$')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

} // namespace

std::string token(std::string_view system, std::string_view value) {
    return http::encode(std::string(system) + "|" + escape(value));
}

std::string fax_query(std::string_view fax_id, Unless which) {
    std::string query = "identifier=" + token(efax_system, fax_id);
    if (which == Unless::inbound_identifier_exists)
        query += "&category=" + token(direction_system, "inbound");
    return query;
}

std::string owners_query() {
    return "identifier=" + token(efax_system, "") + "&_elements=identifier,active&_count=100";
}

} // namespace efaxd::fhir
