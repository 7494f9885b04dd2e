#include "fhir/resource.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string id_in_body(std::string_view body, std::string_view type) {
    if (body.empty())
        return {};
    try {
        const auto document = json::Document::parse(body);
        if (document.root()["resourceType"].text_or("") != type)
            return {};
        const auto id = document.root()["id"].text_or("");
        return is_id(id) ? std::string(id) : std::string();
    } catch (const json::ParseError&) { // a proxy's page: the headers may still tell
        return {};
    }
}

std::string id_in_location(std::string_view location, std::string_view type) {
    location = location.substr(0, location.find_first_of("?#"));
    const std::string marker = std::string(type) + "/";
    for (auto at = location.rfind(marker); at != std::string_view::npos;
         at = at == 0 ? std::string_view::npos : location.rfind(marker, at - 1)) {
        if (at != 0 && location[at - 1] != '/')
            continue;
        const auto rest = location.substr(at + marker.size());
        const auto id = rest.substr(0, rest.find('/'));
        if (is_id(id))
            return std::string(id);
    }
    return {};
}

Direction direction_by(std::string_view code) {
    if (code == "inbound")
        return Direction::inbound;
    return code == "outbound" ? Direction::outbound : Direction::missing;
}

Direction direction_of(json::Value categories) {
    for (std::size_t i = 0; i < categories.size(); ++i) {
        const auto codings = categories.at(i)["coding"];
        for (std::size_t j = 0; j < codings.size(); ++j) {
            const auto system = codings.at(j)["system"];
            if (system && system.text_or("") != direction_system)
                continue;
            const auto direction = direction_by(codings.at(j)["code"].text_or(""));
            if (direction != Direction::missing)
                return direction;
        }
    }
    return Direction::missing;
}

} // namespace

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && text != "." && text != ".." &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

bool is_local_reference(std::string_view text) {
    const auto slash = text.find('/');
    return slash != std::string_view::npos && slash > 0 && is_id(text.substr(slash + 1)) &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), is_letter);
}

Fault bad_reply(const std::string& detail) { return {Fault::Kind::passing, "fhir.bad_reply", detail}; }

json::Document read_resource(std::string body, std::string_view type) {
    try {
        auto document = json::Document::take(std::move(body), json::mended);
        if (document.root()["resourceType"].text_or("") == type)
            return document;
    } catch (const json::ParseError&) { // told below
    }
    throw bad_reply("the FHIR server answered with something that is no " + std::string(type));
}

std::string created_id(const http::Reply& reply, std::string_view body, std::string_view type) {
    if (auto id = id_in_body(body, type); !id.empty())
        return id;
    for (const auto* name : {"location", "content-location"})
        if (const auto location = reply.header(name))
            if (auto id = id_in_location(*location, type); !id.empty())
                return id;
    return {};
}

bool is_fax(json::Value communication) {
    const auto medium = communication["medium"];
    for (std::size_t i = 0; i < medium.size(); ++i) {
        const auto codings = medium.at(i)["coding"];
        for (std::size_t j = 0; j < codings.size(); ++j) {
            const auto system = codings.at(j)["system"];
            if (codings.at(j)["code"].text_or("") == "FAXWRIT" &&
                (!system || system.text_or("") == medium_system))
                return true;
        }
    }
    return false;
}

Match match_of(json::Value communication) {
    Match match;
    match.id = communication["id"].text_or("");
    match.direction = direction_of(communication["category"]);
    const auto payload = communication["payload"];
    for (std::size_t i = 0; i < payload.size(); ++i)
        if (const auto url = payload.at(i)["contentAttachment"]["url"].text(); url && !url->empty())
            match.attachments.emplace_back(*url);
    return match;
}

} // namespace efaxd::fhir
