#include "sandbox/faults.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <stdexcept>

namespace efaxd::sandbox {

const std::vector<std::string_view>& endpoint_names() {
    static const std::vector<std::string_view> names{
        "efax.tokens",   "efax.health", "efax.list",   "efax.metadata", "efax.bulk",   "efax.patch",
        "efax.image",    "efax.pages",  "efax.delete", "efax.send",     "efax.sent",   "efax.details",
        "efax.cancel",   "efax.other",  "fhir.token",  "fhir.smart",    "fhir.read",   "fhir.search",
        "fhir.metadata", "fhir.create", "fhir.update", "fhir.patch",    "fhir.delete", "fhir.binary",
        "fhir.storage",  "fhir.other"};
    return names;
}

namespace {

bool is_endpoint(std::string_view name) {
    const auto& names = endpoint_names();
    return name == "any" || name == "efax.any" || name == "fhir.any" ||
           std::find(names.begin(), names.end(), name) != names.end();
}

bool fits(const FaultRule& rule, std::string_view endpoint, std::string_view user_id, std::string_view target,
          bool first) {
    const bool place =
        rule.endpoint == endpoint || rule.endpoint == "any" ||
        (rule.endpoint.ends_with(".any") && endpoint.substr(0, 5) == rule.endpoint.substr(0, 5));
    const bool turn =
        rule.connection == OnConnection::any || first == (rule.connection == OnConnection::fresh);
    return place && turn && (rule.user_id.empty() || rule.user_id == user_id) &&
           (rule.contains.empty() || target.find(rule.contains) != std::string_view::npos);
}

} // namespace

int Faults::add(FaultRule rule) {
    if (!is_endpoint(rule.endpoint))
        throw std::invalid_argument("no such endpoint: " + rule.endpoint);
    const std::lock_guard lock(mutex_);
    rules_.push_back({++last_, std::move(rule), 0});
    return last_;
}

bool Faults::remove(int number) {
    const std::lock_guard lock(mutex_);
    return std::erase_if(rules_, [&](const Entry& entry) { return entry.number == number; }) > 0;
}

void Faults::clear() {
    const std::lock_guard lock(mutex_);
    rules_.clear();
    dice_ = Dice{scatter(seed_)};
}

std::vector<Faults::Entry> Faults::all() const {
    const std::lock_guard lock(mutex_);
    return rules_;
}

std::optional<FaultRule> Faults::draw(std::string_view endpoint, std::string_view user_id,
                                      std::string_view target, bool first_on_connection) {
    const std::lock_guard lock(mutex_);
    for (auto& [number, rule, struck] : rules_) {
        if (rule.count == 0 || !fits(rule, endpoint, user_id, target, first_on_connection))
            continue;
        if (rule.skip > 0) {
            --rule.skip;
            continue;
        }
        if (rule.probability < 1 && dice_.fraction() >= rule.probability)
            continue;
        if (rule.count > 0)
            --rule.count;
        ++struck;
        return rule;
    }
    return std::nullopt;
}

namespace {

std::string error_code(int status) {
    switch (status) {
    case 400:
        return "BAD_REQUEST";
    case 401:
        return "UNAUTHORIZED";
    case 403:
        return "FORBIDDEN";
    case 404:
        return "NOT_FOUND";
    case 405:
        return "METHOD_NOT_ALLOWED";
    case 429:
        return "TOO_MANY_REQUESTS";
    default:
        return status >= 500 ? "INTERNAL_SERVER_ERROR" : "ERROR";
    }
}

std::string operation_outcome(std::string_view text) {
    json::Writer writer;
    writer.begin_object()
        .member("resourceType", "OperationOutcome")
        .key("issue")
        .begin_array()
        .begin_object();
    writer.member("severity", "error").member("code", "transient");
    writer.key("details").begin_object().member("text", text).end_object();
    writer.end_object().end_array().end_object();
    return writer.take();
}

std::string one_member(std::string_view name, std::string_view value) {
    json::Writer writer;
    writer.begin_object().member(name, value).end_object();
    return writer.take();
}

} // namespace

std::string efax_errors(int status, const std::vector<BadField>& fields) {
    json::Writer writer;
    writer.begin_object().key("errors").begin_array();
    for (const auto& [element, text] : fields) {
        writer.begin_object().member("error_code", error_code(status)).member("element_name", element);
        writer.member("developer_message", text).member("user_message", text).member("more_info", "");
        writer.end_object();
    }
    writer.end_array().end_object();
    return writer.take();
}

HttpResponse error_response(int status, BodyStyle style, std::string_view text) {
    const std::string words{text.empty() ? reason_phrase(status) : text};
    HttpResponse response;
    response.status = status;
    std::string type = "application/json";
    switch (style) {
    case BodyStyle::efax:
        response.body = efax_errors(status, {{{}, words}});
        break;
    case BodyStyle::gateway:
        response.body = one_member("message", words);
        break;
    case BodyStyle::oauth:
        response.body = one_member("error", status == 401 ? "invalid_client" : "invalid_request");
        break;
    case BodyStyle::outcome:
        type = "application/fhir+json";
        response.body = operation_outcome(words);
        break;
    case BodyStyle::html:
        type = "text/html";
        response.body = "<html><body><h1>" + std::to_string(status) + "</h1></body></html>\n";
        break;
    case BodyStyle::empty:
        return response;
    }
    response.headers.emplace_back("Content-Type", type);
    return response;
}

namespace {

bool spares_the_work(FaultKind kind) {
    return kind == FaultKind::status || kind == FaultKind::redirect || kind == FaultKind::hang_up ||
           kind == FaultKind::reset;
}

HttpResponse instead_of_work(const FaultRule& rule) {
    if (rule.kind == FaultKind::status)
        return error_response(rule.status, rule.body);
    HttpResponse response;
    if (rule.kind == FaultKind::redirect) {
        response.status = 302;
        response.headers.emplace_back("Location", rule.location);
        return response;
    }
    response.status = 0;
    response.manner.hang_up = true;
    response.manner.reset = rule.kind == FaultKind::reset;
    return response;
}

void replace_body(HttpResponse& response, std::string body) {
    response.status = 200;
    response.stream.reset();
    response.headers = {{"Content-Type", "application/json"}};
    response.body = std::move(body);
    response.sent = nullptr;
}

std::string whole_body(HttpResponse& response) {
    if (!response.stream)
        return std::move(response.body);
    std::string body(static_cast<std::size_t>(response.stream->size), '\0');
    for (std::size_t at = 0; at < body.size();)
        at += response.stream->read(body.data() + at, body.size() - at);
    return body;
}

void cut_in_half(HttpResponse& response) {
    response.body = whole_body(response);
    response.body.resize(response.body.size() / 2);
    response.stream.reset();
    response.sent = nullptr;
}

std::string retry_after_of(const FaultRule& rule, const SimulatedClock& clock) {
    const auto seconds =
        rule.retry_after.starts_with('+') ? whole_number(rule.retry_after.substr(1)) : std::nullopt;
    return seconds ? http_date(clock.now() + std::chrono::seconds{*seconds}) : rule.retry_after;
}

void spoil(HttpResponse& response, const FaultRule& rule, const SimulatedClock& clock) {
    switch (rule.kind) {
    case FaultKind::lose_reply:
        response.manner.hang_up = true;
        break;
    case FaultKind::status_after:
        response = error_response(rule.status, rule.body);
        break;
    case FaultKind::cut:
        response.manner.cut = rule.bytes;
        break;
    case FaultKind::reset_reply:
        response.manner.cut = rule.bytes;
        response.manner.reset = true;
        break;
    case FaultKind::cut_reply:
        response.manner.cut_reply = rule.bytes;
        break;
    case FaultKind::close:
        response.manner.close = true;
        break;
    case FaultKind::cut_chunked:
        response.manner.cut = rule.bytes;
        response.manner.chunked = true;
        break;
    case FaultKind::cut_json:
        cut_in_half(response);
        break;
    case FaultKind::stall:
        response.manner.stall = rule.bytes;
        break;
    case FaultKind::drip:
        response.manner.drip = rule.bytes;
        response.manner.drip_every = rule.every;
        break;
    case FaultKind::wrong_json:
        replace_body(response, R"({"this": is no JSON)");
        break;
    case FaultKind::wrong_type:
        replace_body(response, "[]");
        break;
    case FaultKind::errors_200:
        replace_body(response, efax_errors(500, {{{}, "an error in disguise"}}));
        break;
    default: // the work brings it about
        break;
    }
    if (!rule.retry_after.empty())
        response.headers.emplace_back("Retry-After", retry_after_of(rule, clock));
    response.manner.delay = rule.delay;
}

} // namespace

HttpResponse attempt(Faults& faults, Journal& journal, const SimulatedClock& clock,
                     const HttpRequest& request, JournalEntry entry, const Work& work) {
    const auto began = std::chrono::steady_clock::now();
    const auto rule = faults.draw(entry.endpoint, entry.user_id, entry.target, request.first);
    const bool late = rule && rule->kind == FaultKind::late;
    if (late && !request.turn_away(rule->delay))
        return {};
    HttpResponse response =
        rule && spares_the_work(rule->kind) ? instead_of_work(*rule) : work(rule ? &*rule : nullptr, entry);
    if (rule) {
        if (!late) // nobody is there to see it
            spoil(response, *rule, clock);
        entry.fault = name_of(rule->kind);
    }
    entry.at = clock.now();
    entry.status = response.status;
    entry.ms = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began).count();
    journal.add(std::move(entry));
    return response;
}

} // namespace efaxd::sandbox
