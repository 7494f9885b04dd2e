#include "server/world.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>

namespace efaxd::bench {

namespace {

constexpr std::size_t fax_id_size = 16; // a letter's worth of mailbox kind, and 15 digits
constexpr std::uint64_t page = 100;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string format_time(const char* format, std::time_t moment) {
    std::tm parts{};
    ::gmtime_r(&moment, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

std::string fax_id(char kind, std::uint64_t number) {
    std::string digits = std::to_string(number);
    return kind + std::string(fax_id_size - 1 - std::min(digits.size(), fax_id_size - 1), '0') + digits;
}

std::uint64_t number_behind(std::string_view text, std::string_view prefix) {
    std::uint64_t number = 0;
    text.remove_prefix(std::min(prefix.size(), text.size()));
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void add_item(std::string& list, const std::string& id, std::string_view completed, bool downloaded,
              std::uint64_t pages) {
    if (list.back() == '}')
        list += ',';
    list.append(R"({"fax_id":")").append(id);
    list += R"(","direction":"INBOUND","fax_status":"STORED","size":200000,"duration":41,"pages":)";
    list += std::to_string(pages);
    list.append(R"(,"image_downloaded":)").append(downloaded ? "true" : "false");
    list.append(R"(,"completed_timestamp":")").append(completed);
    list += R"(","originating_fax_number":"+18005551212","originating_fax_tsid":"",)"
            R"("destination_fax_number":"+13035550123","destination_fax_csid":"EXAMPLE",)"
            R"("resource_url":"https://efax.invalid/faxes/)";
    list.append(id).append("\"}");
}

std::string random_document(std::size_t bytes) {
    constexpr std::string_view head = "%PDF-1.4\n";
    constexpr std::string_view tail = "\n%%EOF\n";
    std::mt19937_64 dice(1); // the same bytes each time; like compressed images they do not repeat
    std::string document(head);
    while (document.size() + tail.size() < bytes)
        document += static_cast<char>(dice() & 0xffu);
    return document.append(tail);
}

std::string base64(const std::string& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

constexpr std::string_view empty_bundle = R"({"resourceType":"Bundle","type":"searchset","total":0})";

constexpr std::string_view capabilities =
    R"({"resourceType":"CapabilityStatement","status":"active","kind":"instance","fhirVersion":"4.0.1",)"
    R"("software":{"name":"bench"},"format":["json"],"rest":[{"mode":"server","resource":[)"
    R"({"type":"Binary","updateCreate":true},{"type":"Communication","conditionalCreate":true}]}]})";

} // namespace

World::World() : completed_(format_time("%Y-%m-%dT%H:%M:%SZ", std::time(nullptr) - 3600)) {
    document(200'000);
}

void World::document(std::size_t bytes) {
    const std::string plain = random_document(bytes);
    document_bytes_ = plain.size();
    image_ = base64(plain) + "\"}";
}

void World::offer(std::size_t faxes) {
    faxes_.resize(faxes);
    acknowledged_ = static_cast<std::size_t>(std::count(faxes_.begin(), faxes_.end(), true));
}

void World::items(std::size_t number) { items_ = number; }

void World::mark() {
    first_list_.reset();
    first_image_.reset();
    last_acknowledged_.reset();
}

std::string_view World::date() {
    const std::time_t moment = std::time(nullptr);
    if (moment != dated_) {
        dated_ = moment;
        date_ = format_time("%a, %d %b %Y %H:%M:%S GMT", moment);
    }
    return date_;
}

World::Kind World::kind_of(const Request& request) const {
    const auto is = [&](std::string_view method, std::string_view prefix) {
        return request.method == method && request.target.starts_with(prefix);
    };
    if (is("GET", "/efax/faxes/received"))
        return list;
    if (is("GET", "/efax/faxes/"))
        return image;
    if (is("PATCH", "/efax/faxes/"))
        return acknowledge;
    if (is("POST", "/efax/tokens"))
        return token;
    if (is("PUT", "/fhir/Binary/") || is("POST", "/fhir/Binary"))
        return binary;
    if (is("POST", "/fhir/Communication"))
        return create;
    if (is("GET", "/fhir/metadata"))
        return metadata;
    return is("GET", "/fhir/") ? search : unknown;
}

void World::note(Kind kind, const Request& request) {
    ++count_[kind];
    if (kind == list && !first_list_)
        first_list_ = now();
    if (kind == image && !first_image_)
        first_image_ = now();
    if (kind == binary && request.body != document_bytes_)
        ++wrong_sizes_;
    if (kind != acknowledge)
        return;
    const auto number = number_behind(request.target, "/efax/faxes/2");
    if (number < faxes_.size() && !faxes_[number]) {
        faxes_[number] = true;
        ++acknowledged_;
    }
    last_acknowledged_ = now();
}

std::string World::main_page(const Request& request) const {
    const bool unread = request.target.find("image_downloaded=false") != std::string_view::npos;
    std::string body = R"({"faxes":[)";
    std::size_t skip = request.offset;
    std::size_t left = std::min<std::size_t>(request.limit, page);
    for (std::size_t number = faxes_.size(); number-- > 0 && left > 0;) {
        if (unread && faxes_[number])
            continue;
        if (skip > 0) {
            --skip;
            continue;
        }
        add_item(body, fax_id('2', number), completed_, faxes_[number], 1);
        --left;
    }
    return body + "]}";
}

std::string World::idle_page(const Request& request) const {
    std::string body = R"({"faxes":[)";
    if (request.target.find("image_downloaded=false") == std::string_view::npos && request.offset == 0) {
        const auto mailbox = number_behind(request.user_id, "idle-");
        for (std::uint64_t item = 0; item < items_; ++item)
            add_item(body, fax_id('1', mailbox * items_ + item), completed_, true, 1);
    }
    return body + "]}";
}

std::string World::known_page(const Request& request) {
    std::string body = R"({"faxes":[)";
    if (request.target.find("image_downloaded=false") == std::string_view::npos) {
        const auto mailbox = number_behind(request.user_id, "known-");
        for (std::uint64_t item = 0; item + 1 < page; ++item) { // one short of full: there is no next page
            const std::uint64_t scattered = (mailbox * page + item + 1) * 0x9e3779b97f4a7c15u;
            add_item(body, fax_id('1', (scattered >> 20u) % rows_), completed_, true,
                     item == 0 ? count_[list] : 1);
        }
    }
    return body + "]}";
}

Answer World::answer(const Request& request) {
    const Kind kind = kind_of(request);
    note(kind, request);
    return reply(kind, request);
}

Answer World::reply(Kind kind, const Request& request) {
    std::string status = "200 OK";
    std::string headers;
    std::string body;
    std::string_view shared;
    switch (kind) {
    case token:
        body = R"({"access_token":"bench","token_type":"Bearer","expires_in":86400})";
        break;
    case list:
        if (request.user_id.starts_with("idle-"))
            body = idle_page(request);
        else
            body = request.user_id.starts_with("known-") ? known_page(request) : main_page(request);
        break;
    case image:
        body = R"({"fax_id":")";
        body.append(request.target.substr(12, fax_id_size)).append(R"(","image":")");
        shared = image_;
        break;
    case acknowledge:
        body = "{}";
        break;
    case search:
        body = empty_bundle;
        break;
    case binary:
        status = "201 Created";
        headers = "Location: " + std::string(request.target) + "/_history/1\r\nETag: W/\"1\"\r\n";
        break;
    case create: {
        const std::string id = "c" + std::to_string(count_[create]);
        status = "201 Created";
        headers = "Location: /fhir/Communication/" + id + "/_history/1\r\nETag: W/\"1\"\r\n";
        body = R"({"resourceType":"Communication","id":")" + id + R"(","status":"completed"})";
        break;
    }
    case metadata:
        body = capabilities;
        break;
    case unknown:
        status = "404 Not Found";
    }
    Answer answer{"HTTP/1.1 " + status + "\r\nDate: ", shared};
    answer.text.append(date()).append("\r\nContent-Type: application/json\r\n").append(headers);
    answer.text += "Content-Length: " + std::to_string(body.size() + shared.size()) + "\r\n\r\n";
    answer.text += body;
    return answer;
}

std::string World::statistics() const {
    constexpr std::array<const char*, unknown + 1> names = {
        "token", "list", "image", "acknowledge", "search", "binary", "create", "metadata", "unknown"};
    std::string json = "{";
    for (std::size_t kind = 0; kind < names.size(); ++kind)
        json += '"' + std::string(names.at(kind)) + "\":" + std::to_string(count_.at(kind)) + ',';
    const auto moment = [&](const char* name, const std::optional<double>& value) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "%.6f", value.value_or(0));
        json += '"' + std::string(name) + "\":" + (value ? text.data() : "null") + ',';
    };
    moment("first_list", first_list_);
    moment("first_image", first_image_);
    moment("last_acknowledge", last_acknowledged_);
    return json + "\"wrong_sizes\":" + std::to_string(wrong_sizes_) + '}';
}

} // namespace efaxd::bench
