#include "sandbox/fhir_service.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/timestamp.hpp"
#include "sandbox/fhir_replies.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>

namespace efaxd::sandbox {

namespace {

constexpr std::string_view base_path = "/fhir/R4";

bool is_type_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name.front() >= 'A' && name.front() <= 'Z' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 &&
           id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") ==
               std::string_view::npos;
}

bool is_digits(std::string_view id) { return id.find_first_not_of("0123456789") == std::string_view::npos; }

bool is_fhir_json(std::string_view content_type) {
    const std::string type = lower(content_type.substr(0, content_type.find(';')));
    return type == "application/fhir+json" || type == "application/json";
}

struct Place {
    std::string endpoint = "fhir.other";
    std::string type;
    std::string id;
    int status = 404;
};

Place in_type(const std::string& method, const std::string& type) {
    if (method == "GET")
        return {"fhir.search", type, {}};
    if (method == "POST")
        return {type == "Binary" ? "fhir.binary" : "fhir.create", type, {}};
    return {"fhir.other", type, {}, 405};
}

Place in_resource(const std::string& method, const std::string& type, const std::string& id) {
    if (method == "POST" && id == "_search")
        return {"fhir.search", type, {}};
    if (id.starts_with('$') || id.starts_with('_'))
        return {};
    if (method == "GET")
        return {"fhir.read", type, id};
    if (method == "PUT")
        return {type == "Binary" ? "fhir.binary" : "fhir.update", type, id};
    if (method == "DELETE")
        return {"fhir.delete", type, id};
    return {"fhir.other", type, id, 405};
}

Place place_of(const HttpRequest& request) {
    if (request.path == "/oauth2/token")
        return request.method == "POST" ? Place{"fhir.token", {}, {}} : Place{"fhir.other", {}, {}, 405};
    if (!request.path.starts_with(base_path))
        return {};
    const std::string_view rest = std::string_view{request.path}.substr(base_path.size());
    if (rest == "/metadata" && request.method == "GET")
        return {"fhir.metadata", {}, {}};
    if (rest == "/.well-known/smart-configuration" && request.method == "GET")
        return {"fhir.smart", {}, {}};
    const auto parts = split(rest.substr(std::min<std::size_t>(1, rest.size())), '/');
    if (!is_type_name(parts[0]) || parts.size() > 2)
        return {};
    return parts.size() == 1 ? in_type(request.method, parts[0])
                             : in_resource(request.method, parts[0], parts[1]);
}

} // namespace

struct SimulatedFhir::Call {
    const HttpRequest& request;
    const FhirStyle& style;
    std::string origin; ///< as the client calls us
    Place place;

    std::string base() const { return origin + std::string{base_path}; }
    Duration search_delay() const { return Duration{style.search_delay_ms}; }
    bool hapi() const { return style.server == ServerStyle::hapi; }
    bool minimal() const {
        return hapi() && request.header("prefer").find("return=minimal") != std::string_view::npos;
    }
    HttpResponse error(int status, std::string_view id, std::string_view code, std::string_view text) const {
        return outcome(style.server, status, id, code, text);
    }
    HttpResponse written(const FhirStore::Written& done) const {
        return resource_reply(style.server, done.created ? 201 : 200, done.resource, base(), true, minimal());
    }
};

SimulatedFhir::SimulatedFhir(std::uint64_t seed, const SimulatedClock& clock, Faults& faults,
                             Journal& journal)
    : store_(seed, clock), auth_(seed, clock), clock_(clock), faults_(faults), journal_(journal) {}

FhirStyle SimulatedFhir::style() const {
    const std::lock_guard lock(style_mutex_);
    return style_;
}

void SimulatedFhir::set_style(const FhirStyle& style) {
    const std::lock_guard lock(style_mutex_);
    style_ = style;
}

std::optional<std::size_t> SimulatedFhir::digests(const HttpRequest& head) const {
    if (place_of(head).endpoint != "fhir.binary" || is_fhir_json(head.header("content-type")))
        return std::nullopt;
    return static_cast<std::size_t>(style().keep_bytes);
}

HttpResponse SimulatedFhir::answer(const HttpRequest& request) {
    const FhirStyle now = style();
    const Call call{request, now, "http://" + std::string{request.header("host")}, place_of(request)};
    JournalEntry entry;
    entry.side = "fhir";
    entry.endpoint = call.place.endpoint;
    entry.method = request.method;
    entry.target = call.place.endpoint == "fhir.token" ? request.path : request.target;
    if (!call.place.id.empty())
        entry.subject = call.place.type + "/" + call.place.id;
    return attempt(faults_, journal_, clock_, std::move(entry),
                   [&](const FaultRule*, JournalEntry& line) { return serve(call, line); });
}

HttpResponse SimulatedFhir::serve(const Call& call, JournalEntry& entry) {
    const std::string& endpoint = call.place.endpoint;
    if (endpoint == "fhir.token")
        return auth_.token(call.request, call.style, call.origin + "/oauth2/token");
    if (endpoint == "fhir.metadata")
        return metadata(call);
    if (endpoint == "fhir.smart")
        return smart_configuration(call);
    if (call.place.type.empty() && call.place.status == 405)
        return call.error(405, {}, "not-supported", "Method not allowed");
    if (!auth_.grants(call.request, call.style)) {
        HttpResponse refused = call.error(401, "unauthorized", "login", "Unauthorized");
        refused.headers.emplace_back("WWW-Authenticate", "Bearer");
        return refused;
    }
    if (endpoint == "fhir.search")
        return search(call);
    if (endpoint == "fhir.read")
        return read(call);
    if (endpoint == "fhir.create")
        return create(call, entry);
    if (endpoint == "fhir.update")
        return update(call);
    if (endpoint == "fhir.binary")
        return write_binary(call, entry);
    if (endpoint == "fhir.delete")
        return remove(call);
    return call.place.status == 405 ? call.error(405, {}, "not-supported", "Method not allowed")
                                    : call.error(404, "not-found", "not-found", "Not found");
}

HttpResponse SimulatedFhir::metadata(const Call& call) {
    json::Writer writer;
    writer.begin_object().member("resourceType", "CapabilityStatement").member("status", "active");
    writer.member("date", "2026-01-01T00:00:00Z").member("kind", "instance").member("fhirVersion", "4.0.1");
    writer.key("software").begin_object().member("name", "efax-sandbox").end_object();
    writer.key("implementation").begin_object().member("description", "A sandbox for efaxd").end_object();
    writer.key("format").begin_array().text("application/fhir+json").end_array();
    writer.key("rest").begin_array().begin_object().member("mode", "server");
    writer.key("resource").begin_array();
    for (const std::string_view type : {"Communication", "Binary", "Organization", "Practitioner"}) {
        writer.begin_object().member("type", type).key("interaction").begin_array();
        for (const std::string_view code : {"read", "create", "update", "delete", "search-type"})
            writer.begin_object().member("code", code).end_object();
        writer.end_array().member("versioning", "versioned-update");
        writer.member("updateCreate", call.style.update_create == UpdateCreate::allow);
        writer.member("conditionalCreate", call.style.conditional_create && type != "Binary").end_object();
    }
    writer.end_array().end_object().end_array().end_object();
    return fhir_json(200, writer.take());
}

HttpResponse SimulatedFhir::smart_configuration(const Call& call) {
    const auto list = [](json::Writer& writer, std::string_view name,
                         std::initializer_list<std::string_view> texts) {
        writer.key(name).begin_array();
        for (const auto text : texts)
            writer.text(text);
        writer.end_array();
    };
    json::Writer writer;
    writer.begin_object().member("token_endpoint", call.origin + "/oauth2/token");
    list(writer, "token_endpoint_auth_methods_supported",
         {"client_secret_basic", "client_secret_post", "private_key_jwt"});
    list(writer, "token_endpoint_auth_signing_alg_values_supported", {"RS384", "ES384"});
    list(writer, "grant_types_supported", {"client_credentials"});
    list(writer, "scopes_supported", {"system/*.cruds"});
    list(writer, "capabilities",
         {"client-confidential-asymmetric", "client-confidential-symmetric", "permission-v2"});
    writer.end_object();
    HttpResponse response = fhir_json(200, writer.take());
    response.headers = {{"Content-Type", "application/json"}};
    return response;
}

namespace {

bool wants_resource(std::string_view accept) {
    return accept.find("fhir+json") != std::string_view::npos ||
           accept.find("application/json") != std::string_view::npos;
}

std::string with_data(const Resource& binary) {
    const auto document = json::Document::parse(binary.text);
    json::Writer writer;
    writer.begin_object();
    for (std::size_t i = 0; i < document.root().size(); ++i)
        writer.key(document.root().name_at(i)).raw(document.root().member_at(i).raw());
    writer.member("data", base64(binary.content->kept)).end_object();
    return writer.take();
}

} // namespace

HttpResponse SimulatedFhir::read(const Call& call) {
    const auto resource = store_.read(call.place.type, call.place.id);
    if (!resource)
        return call.error(404, "not-found", "not-found", "Not found");
    if (resource->deleted)
        return call.error(410, "gone", "deleted", "Gone");
    if (!resource->content)
        return resource_reply(call.style.server, 200, *resource, call.base(), false, false);
    const bool kept = !resource->content->kept.empty();
    if (wants_resource(call.request.header("accept"))) {
        HttpResponse response = resource_reply(call.style.server, 200, *resource, call.base(), false, false);
        if (call.hapi() && kept)
            response.body = with_data(*resource);
        return response;
    }
    if (!kept)
        return call.error(501, {}, "not-supported", "The sandbox did not keep these bytes");
    HttpResponse response;
    response.headers = {{"Content-Type", resource->content_type}};
    response.body = resource->content->kept;
    return response;
}

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

std::variant<SimulatedFhir::Criteria, HttpResponse> SimulatedFhir::criteria(const Call& call,
                                                                            const Pairs& query) const {
    Criteria wanted;
    for (const auto& [key, value] : query) {
        if (is_control_parameter(key))
            continue;
        const auto colon = key.find(':');
        const std::string name = key.substr(0, colon);
        const std::string modifier = colon == std::string::npos ? "" : key.substr(colon + 1);
        const bool known =
            is_search_parameter(call.place.type, name) &&
            (modifier.empty() || modifier == "not" || modifier == "exact" || modifier == "contains");
        if (known)
            wanted.push_back({name, modifier, value});
        else if (!call.style.unknown_parameters)
            return call.error(400, {}, "invalid", "Unknown search parameter: " + name);
    }
    return wanted;
}

HttpResponse SimulatedFhir::search(const Call& call) {
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
            writer.key("resource").raw(found[i].text);
            writer.key("search").begin_object().member("mode", "match").end_object().end_object();
        }
        writer.end_array();
    }
    writer.end_object();
    return fhir_json(200, writer.take());
}

std::optional<HttpResponse> SimulatedFhir::objection(const Call& call, json::Value resource) const {
    const auto issues = call.place.type == "Communication" ? check_communication(resource)
                                                           : check_json(resource, call.place.type);
    if (!issues.empty())
        return refusal(call.style.server, issues);
    return call.style.referential_integrity ? dangling(call, resource) : std::nullopt;
}

std::optional<HttpResponse> SimulatedFhir::dangling(const Call& call, json::Value resource) const {
    std::vector<std::string> references;
    for (const Mark& mark : marks_of(resource))
        if (mark.parameter == "recipient" || mark.parameter == "sender" || mark.parameter == "subject")
            references.push_back(mark.value);
    for (std::size_t i = 0; i < resource["payload"].size(); ++i)
        if (const auto url = resource["payload"].at(i)["contentAttachment"]["url"].text())
            references.emplace_back(*url);
    for (const std::string& reference : references) {
        const auto parts = split(reference, '/');
        if (parts.size() == 2 && is_type_name(parts[0]) && !store_.exists(parts[0], parts[1]))
            return call.error(400, {}, "processing", "HAPI-1094: Resource " + reference + " not found");
    }
    return std::nullopt;
}

HttpResponse SimulatedFhir::create(const Call& call, JournalEntry& entry) {
    if (!is_fhir_json(call.request.header("content-type")))
        return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
    std::optional<json::Document> document;
    try {
        document = json::Document::parse(call.request.body);
    } catch (const json::ParseError&) {
        return call.error(400, {}, "structure", "The body is no JSON");
    }
    if (auto refused = objection(call, document->root()))
        return std::move(*refused);
    std::optional<Criteria> unless;
    std::string_view condition = call.request.header("if-none-exist");
    if (!condition.empty() && call.style.conditional_create) {
        const auto mark = condition.find('?');
        if (mark != std::string_view::npos && !call.hapi())
            return call.error(400, {}, "invalid", "If-None-Exist is a bare query");
        if (mark != std::string_view::npos)
            condition.remove_prefix(mark + 1);
        auto wanted = criteria(call, parse_query(condition));
        if (auto* refused = std::get_if<HttpResponse>(&wanted))
            return std::move(*refused);
        unless = std::get<Criteria>(std::move(wanted));
        if (unless->empty())
            return call.error(400, {}, "invalid", "If-None-Exist has no criteria");
        Resource draft;
        draft.marks = marks_of(document->root());
        if (call.hapi() && !meets(draft, *unless))
            return call.error(400, {}, "processing",
                              "HAPI-0929: the resource does not meet its own condition");
    }
    const auto done = store_.create(document->root(), unless ? &*unless : nullptr, call.search_delay());
    if (done.matches > 1)
        return call.error(412, "multiple-matches", "multiple-matches", "Multiple resources match");
    entry.subject = done.resource.type + "/" + done.resource.id;
    return call.written(done);
}

namespace {

std::optional<std::int64_t> version_in(std::string_view if_match) {
    std::string digits;
    std::copy_if(if_match.begin(), if_match.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    return whole_number(digits);
}

} // namespace

HttpResponse SimulatedFhir::update(const Call& call) {
    const std::string& id = call.place.id;
    if (!is_fhir_json(call.request.header("content-type")))
        return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
    std::optional<json::Document> document;
    try {
        document = json::Document::parse(call.request.body);
    } catch (const json::ParseError&) {
        return call.error(400, {}, "structure", "The body is no JSON");
    }
    if (auto refused = objection(call, document->root()))
        return std::move(*refused);
    if (!is_id(id) || document->root()["id"].text_or("") != id)
        return call.error(400, {}, "invalid", "Incorrect ID");
    if (!store_.read(call.place.type, id)) {
        if (call.style.update_create == UpdateCreate::not_found)
            return call.error(404, "not-found", "not-found", "Not found");
        if (call.style.update_create == UpdateCreate::not_allowed)
            return call.error(405, {}, "not-supported", "Update cannot create");
        if (call.hapi() && is_digits(id))
            return call.error(400, {}, "processing", "HAPI-0960: a client-assigned id must have a letter");
    }
    const std::string_view if_match = call.request.header("if-match");
    const auto version = if_match.empty() ? std::nullopt : std::optional{version_in(if_match).value_or(-1)};
    const auto done = store_.update(document->root(), id, version, call.search_delay(), true);
    if (!done)
        return call.error(412, "precondition-failed", "conflict", "Precondition failed");
    return call.written(*done);
}

HttpResponse SimulatedFhir::write_binary(const Call& call, JournalEntry& entry) {
    const std::string& id = call.place.id;
    if (!id.empty() && !store_.read("Binary", id)) {
        if (call.style.update_create == UpdateCreate::not_found)
            return call.error(404, "not-found", "not-found", "Not found");
        if (call.style.update_create == UpdateCreate::not_allowed)
            return call.error(405, {}, "not-supported", "Update cannot create");
        if (!is_id(id) || (call.hapi() && is_digits(id)))
            return call.error(400, {}, "invalid", "Incorrect ID");
    }
    const std::string type{call.request.header("content-type")};
    if (call.request.digest) {
        if (!call.style.raw_binary || type.empty())
            return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
        if (call.request.digest->size == 0)
            return call.error(400, {}, "invalid", "The Binary is empty");
        return keep_binary(call, *call.request.digest, type, entry);
    }
    if (!call.style.json_binary)
        return call.error(400, {}, "not-supported", "Binaries are not taken as JSON");
    std::optional<json::Document> document;
    try {
        document = json::Document::parse(call.request.body);
    } catch (const json::ParseError&) {
        return call.error(400, {}, "structure", "The body is no JSON");
    }
    auto issues = check_json(document->root(), "Binary");
    const std::string content_type{document->root()["contentType"].text_or("")};
    auto bytes = decode_base64(document->root()["data"].text_or(""));
    if (content_type.empty())
        issues.push_back({false, "required", "Binary.contentType", "Missing required property"});
    if (!bytes)
        issues.push_back({true, "value", "Binary.data", "Invalid base64Binary format"});
    if (!id.empty() && document->root()["id"].text_or("") != id)
        issues.push_back({true, "value", "Binary.id", "Incorrect ID"});
    if (!issues.empty())
        return refusal(call.style.server, issues);
    if (call.style.json_binary_limit > 0 &&
        bytes->size() > static_cast<std::size_t>(call.style.json_binary_limit))
        return call.error(400, {}, "value",
                          "base64Binary exceeds " + std::to_string(call.style.json_binary_limit) + " bytes");
    Digest content{bytes->size(), crypto::sha256_hex(*bytes), {}};
    if (content.size <= static_cast<std::uint64_t>(call.style.keep_bytes))
        content.kept = std::move(*bytes);
    return keep_binary(call, std::move(content), content_type, entry);
}

HttpResponse SimulatedFhir::keep_binary(const Call& call, Digest content, const std::string& type,
                                        JournalEntry& entry) {
    const auto done = store_.put_binary(std::move(content), type, call.place.id);
    entry.subject = "Binary/" + done.resource.id;
    return call.written(done);
}

HttpResponse SimulatedFhir::remove(const Call& call) {
    const auto resource = store_.read(call.place.type, call.place.id);
    if (!resource)
        return call.error(404, "not-found", "not-found", "Not found");
    if (!store_.remove(call.place.type, call.place.id))
        return call.error(410, "gone", "deleted", "Gone");
    return call.error(200, "ok", "informational", "All OK");
}

std::string SimulatedFhir::put(std::string_view json) {
    const auto document = json::Document::parse(json);
    const std::string type{document.root()["resourceType"].text_or("")};
    const std::string id{document.root()["id"].text_or("")};
    if (!is_type_name(type) || (!id.empty() && !is_id(id)))
        throw BadCall("a resource needs a resourceType, and its id must be one");
    if (!check_json(document.root(), type).empty())
        throw BadCall("the resource breaks the rules of FHIR JSON");
    const auto done = id.empty() ? store_.create(document.root(), nullptr, {})
                                 : *store_.update(document.root(), id, std::nullopt, {}, false);
    return done.resource.type + "/" + done.resource.id;
}

bool SimulatedFhir::change(const std::string& id, std::string_view member, const std::string& json) {
    const auto old = store_.read("Communication", id);
    if (!old || old->deleted)
        return false;
    const auto document = json::Document::parse(old->text);
    json::Writer writer;
    writer.begin_object();
    for (std::size_t i = 0; i < document.root().size(); ++i)
        if (document.root().name_at(i) != member)
            writer.key(document.root().name_at(i)).raw(document.root().member_at(i).raw());
    writer.key(member).raw(json).end_object();
    const auto changed = json::Document::parse(writer.take());
    store_.update(changed.root(), id, std::nullopt, {}, false);
    return true;
}

bool SimulatedFhir::staff_archives(const std::string& id) {
    return change(id, "status", "\"entered-in-error\"");
}

bool SimulatedFhir::staff_assigns(const std::string& id, const std::string& subject) {
    json::Writer writer;
    writer.begin_object().member("reference", subject).end_object();
    return change(id, "subject", writer.take());
}

bool SimulatedFhir::staff_deletes(const std::string& id) { return store_.remove("Communication", id); }

} // namespace efaxd::sandbox
