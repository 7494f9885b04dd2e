#include "fhir/bundle.hpp"

#include "fhir/resource.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace efaxd::fhir {

void each_match(json::Value bundle, std::string_view type, const std::function<void(json::Value)>& visit) {
    const auto entries = bundle["entry"];
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto mode = entries.at(i)["search"]["mode"].text_or("match");
        const auto resource = entries.at(i)["resource"];
        if (mode == "match" && resource["resourceType"].text_or("") == type)
            visit(resource);
    }
}

std::string next_page(json::Value bundle, std::string_view base_url) {
    const auto links = bundle["link"];
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (links.at(i)["relation"].text_or("") != "next")
            continue;
        std::string url(links.at(i)["url"].text_or(""));
        const auto next = http::parse_url(url);
        const auto base = http::parse_url(base_url);
        const bool printable =
            std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
        if (!next || !base || !printable || !http::same_origin(*next, *base))
            throw bad_reply("the link to the next page leads to another server");
        return url;
    }
    return {};
}

} // namespace efaxd::fhir
