#include "config/endpoint.hpp"

#include "config/auth.hpp"

#include <array>

namespace efaxd::config {

namespace {

void read_endpoint(Section& box, Endpoint& endpoint, Need base_url) {
    endpoint.base_url = box.text("base_url", form::url, base_url, endpoint.base_url);
    while (endpoint.base_url.ends_with('/'))
        endpoint.base_url.pop_back();
    endpoint.in_flight = box.number("in_flight", 1, 256, endpoint.in_flight);
    endpoint.spacing = box.duration("spacing", {.most = std::chrono::hours{1}}, endpoint.spacing);
    endpoint.ca_file = box.text("ca_file", form::path, Need::optional);
    endpoint.proxy = box.text("proxy", form::proxy, Need::optional);
}

} // namespace

void read_efax(Section box, Endpoint& efax) {
    constexpr std::array<std::string_view, 1> ways{"api"};
    if (box.says("via", "operation"))
        box.wrong(*box.find("via"), "via", "operation is not in this version: use api");
    else
        box.choice("via", ways, Need::optional, "api");
    read_endpoint(box, efax, Need::optional);
    box.finish();
}

void read_fhir(Section box, Fhir& fhir) {
    read_endpoint(box, fhir.endpoint, Need::required);
    if (auto auth = box.section("auth", Need::optional, Section::Kind::confidential))
        read_auth(*auth, fhir.auth);
    fhir.settle = box.duration("settle", {.least = std::chrono::milliseconds{100}}, fhir.settle);
    constexpr std::array<std::string_view, 3> modes{"auto", "raw", "json"};
    if (const auto mode = box.choice("binary", modes, Need::optional, "auto"))
        fhir.binary = static_cast<BinaryMode>(*mode); // in the order of the words
    box.finish();
}

} // namespace efaxd::config
