#include "efax/wire.hpp"

#include "efaxd/core/base64.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "http/url.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace efaxd::efax {

namespace {

constexpr std::size_t most_values = 100'000; // a page of a hundred faxes has some thousands
constexpr std::size_t longest_number = 64;
constexpr std::size_t longest_token = 8u << 10;
constexpr std::chrono::hours shortest_guess{1};
constexpr std::chrono::hours longest_life{24};
constexpr std::int64_t useless_life = 300;

bool visible(char character) { return character > ' ' && character <= '~'; }

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

Fault bad_reply(const std::string& detail) { return {Fault::Kind::passing, "efax.bad_reply", detail}; }

int pages_of(const json::Value& value) {
    const std::int64_t pages = value.integer().value_or(0);
    return static_cast<int>(std::clamp<std::int64_t>(pages, 0, std::numeric_limits<int>::max()));
}

void read_completed(const json::Value& value, Fax& fax, ListPage& page) {
    const auto text = value.text();
    if (!value || (text && text->empty()))
        return;
    const auto timestamp = text ? read_timestamp(*text) : std::nullopt;
    if (!timestamp) {
        ++page.odd_timestamps;
        return;
    }
    fax.completed = timestamp->instant;
    if (timestamp->zone_missing)
        ++page.missing_zones;
}

void read_item(const json::Value& item, ListPage& page) {
    const std::string_view listed_id = item["fax_id"].text_or({});
    auto id = clean_fax_id(listed_id);
    if (!id) {
        ++page.unreadable;
        return;
    }
    Fax fax;
    fax.id = std::move(*id);
    fax.listed_id = listed_id;
    read_completed(item["completed_timestamp"], fax, page);
    fax.from_number = number_of(item["originating_fax_number"]);
    fax.to_number = number_of(item["destination_fax_number"]);
    fax.pages = pages_of(item["pages"]);
    fax.downloaded = item["image_downloaded"].boolean().value_or(false);
    fax.stored = plain(item["fax_status"].text_or({})) != "notstored";
    page.faxes.push_back(std::move(fax));
}

Duration lifetime_of(const json::Value& value) {
    const std::int64_t seconds = value.integer().value_or(0);
    if (seconds <= useless_life)
        return shortest_guess;
    return std::chrono::seconds{std::min<std::int64_t>(seconds, std::chrono::seconds{longest_life}.count())};
}

} // namespace

json::Document parse_reply(std::string_view body) {
    try {
        return json::Document::parse(body, {.most_values = most_values, .mend = true});
    } catch (const json::ParseError&) {
        throw bad_reply("The reply is no JSON, or holds more than any has use for.");
    }
}

std::string plain(std::string_view text) {
    std::string result;
    for (const char character : text)
        if (character != ' ' && character != '_' && character != '-')
            result += lower(character);
    return result;
}

std::string number_of(const json::Value& value) {
    if (const auto text = value.text()) {
        if (text->size() > longest_number || plain(*text) == "unavailable")
            return {};
        return std::string(*text);
    }
    const auto integer = value.integer();
    return integer ? std::to_string(*integer) : std::string();
}

std::vector<json::Value> one_or_many(const json::Value& value) {
    std::vector<json::Value> found;
    if (value.is_object())
        found.push_back(value);
    for (std::size_t index = 0; value.is_array() && index < value.size(); ++index)
        found.push_back(value.at(index));
    return found;
}

json::Value unwrapped(const json::Value& value) { return value.is_array() ? value.at(0) : value; }

std::string bound_query(Instant since, BoundForm form) {
    if (form == BoundForm::none)
        return {};
    std::string text = precise_timestamp(since);
    if (form == BoundForm::offset)
        text.replace(text.size() - 1, 1, "+0000");
    return "min_completed_timestamp=" + http::encode(text);
}

std::string list_path(ListPass pass, Instant since, BoundForm form) {
    const std::string path = "/faxes/received";
    if (pass == ListPass::unread)
        return path + "?image_downloaded=false";
    return form == BoundForm::none ? path : path + '?' + bound_query(since, form);
}

std::string fax_path(const Fax& fax) {
    const auto listed = clean_fax_id(fax.listed_id);
    if (!listed || *listed != fax.id)
        throw Fault(Fault::Kind::lasting, "efax.bad_request", "The id of this fax cannot be asked for.");
    return "/faxes/" + fax.listed_id;
}

std::string fax_path(std::string_view fax_id) {
    if (!clean_fax_id(fax_id))
        throw Fault(Fault::Kind::lasting, "efax.bad_request", "The id of this fax cannot be asked for.");
    return "/faxes/" + std::string(fax_id);
}

std::string acknowledgement() {
    json::Writer writer;
    writer.begin_object().member("image_downloaded", true).end_object();
    return writer.take();
}

std::string uuid(std::uint64_t high, std::uint64_t low) {
    high = (high & 0xffffffffffff0fffu) | 0x4000u;
    low = (low & 0x3fffffffffffffffu) | 0x8000000000000000u;
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20)
            text += '-';
        const std::uint64_t half = nibble < 16 ? high : low;
        text += digits[(half >> (60 - 4 * (nibble % 16))) & 0xfu];
    }
    return text;
}

bool usable_user_id(std::string_view user_id) {
    return !user_id.empty() && user_id.size() <= 256 && std::all_of(user_id.begin(), user_id.end(), visible);
}

std::string basic(std::string_view app_id, std::string_view api_key) {
    return "Basic " + base64(std::string(app_id) + ':' + std::string(api_key));
}

std::uint64_t fingerprint(std::string_view body) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char character : body)
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3u;
    return hash;
}

ListPage read_list_page(std::string_view body) {
    const json::Document document = parse_reply(body);
    const json::Value root = document.root();
    if (reports_errors(root))
        throw bad_reply("The reply reports an error although its status does not.");
    const json::Value faxes = root["faxes"];
    if (!faxes.is_array())
        throw bad_reply("The reply holds no list of faxes.");
    ListPage page;
    page.items = faxes.size();
    for (std::size_t index = 0; index < page.items; ++index)
        read_item(faxes.at(index), page);
    return page;
}

http::Token read_token(std::string_view body) {
    const json::Document document = parse_reply(body);
    const json::Value root = document.root();
    const std::string_view value = root["access_token"].text_or({});
    if (reports_errors(root) || value.empty() || value.size() > longest_token ||
        !std::all_of(value.begin(), value.end(), visible))
        throw bad_reply("The sign-in was answered without a usable token.");
    return {std::string(value), lifetime_of(root["expires_in"])};
}

bool reports_errors(const json::Value& root) {
    const json::Value errors = root["errors"];
    const bool empty = (errors.is_array() || errors.is_object()) && errors.size() == 0;
    return static_cast<bool>(errors) && !empty;
}

} // namespace efaxd::efax
