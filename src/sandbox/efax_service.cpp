#include "sandbox/efax_service.hpp"

#include "sandbox/efax_call.hpp"
#include "sandbox/efax_query.hpp"

#include <algorithm>

namespace efaxd::sandbox {

SimulatedEfax::SimulatedEfax(std::uint64_t seed, const SimulatedClock& clock, Faults& faults,
                             Journal& journal)
    : store_(seed, clock), sending_(seed, clock), clock_(clock), faults_(faults), journal_(journal),
      seed_(seed) {}

EfaxStyle SimulatedEfax::style() const {
    const std::lock_guard lock(style_mutex_);
    return style_;
}

void SimulatedEfax::set_style(const EfaxStyle& style) {
    const std::lock_guard lock(style_mutex_);
    style_ = style;
    asked_.clear();
}

/// However requests of many users come between each other, one request's style depends on itself alone.
EfaxStyle SimulatedEfax::style_for(const HttpRequest& request) {
    const std::lock_guard lock(style_mutex_);
    if (!style_.varied)
        return style_;
    const std::string key =
        request.method + ' ' + request.target + ' ' + std::string{request.header("user-id")};
    return varied(style_, seed_ ^ number_of(key) ^ scatter(++asked_[key]));
}

std::size_t SimulatedEfax::rival_downloads_all(const std::string& user_id) {
    return store_.download_all(user_id);
}

bool SimulatedEfax::rival_marks(const std::string& fax_id, bool downloaded) {
    const auto fax = store_.find(fax_id);
    if (!fax || fax->deleted)
        return false;
    store_.mark(fax_id, downloaded);
    return true;
}

bool SimulatedEfax::rival_deletes(const std::string& fax_id) { return store_.remove(fax_id, false); }

void SimulatedEfax::rival_takes_token(const std::string& app) { store_.take_token(app, style()); }

std::shared_ptr<BodySink> SimulatedEfax::sink(const HttpRequest& head) const {
    const EfaxStyle now = style();
    return efax_route(head, now.prefix).endpoint == "efax.send" ? SendService::sink(now) : nullptr;
}

namespace {

void write_expiry(json::Writer& writer, const EfaxStyle& style) {
    const std::int64_t seconds = std::max<std::int64_t>(style.token_seconds - 1, 0);
    switch (style.expires_in) {
    case ExpiryStyle::seconds:
        writer.member("expires_in", seconds);
        return;
    case ExpiryStyle::text:
        writer.member("expires_in", std::to_string(seconds));
        return;
    case ExpiryStyle::zero:
        writer.member("expires_in", 0);
        return;
    case ExpiryStyle::huge:
        writer.member("expires_in", std::int64_t{1} << 60);
        return;
    case ExpiryStyle::absent:
        return;
    }
}

HttpResponse health(const HttpRequest& request, const EfaxStyle& style) {
    if (style.health == HealthStyle::guarded && request.header("authorization").empty())
        return efax_error(401, style.errors);
    if (style.health == HealthStyle::verbose)
        return json_response(R"({"status":"UP","dynamoDb":{"status":"UP","region":"us-west-2"},)"
                             R"("diskSpace":{"status":"UP"}})");
    return json_response(R"({"status":"UP"})");
}

} // namespace

HttpResponse SimulatedEfax::answer(const HttpRequest& request) {
    const EfaxStyle now = style_for(request);
    const EfaxRoute found = efax_route(request, now.prefix);
    JournalEntry entry;
    entry.side = "efax";
    entry.endpoint = found.endpoint;
    entry.method = request.method;
    entry.target = found.endpoint == "efax.tokens" ? request.path : request.target;
    entry.user_id = request.header("user-id");
    entry.subject = found.fax_id;
    return attempt(faults_, journal_, clock_, request, std::move(entry),
                   [&](const FaultRule* fault, JournalEntry& line) {
                       if (fault != nullptr)
                           come_before(*fault, request, now);
                       if (found.endpoint == "efax.tokens")
                           return tokens(request, now, fault);
                       if (found.endpoint == "efax.health")
                           return health(request, now);
                       if (found.endpoint == "efax.other")
                           return efax_error(found.status, now.errors);
                       return with_access({request, now, found.endpoint, {}, {}, found.fax_id, fault}, line);
                   });
}

/// What happens in the world before a request is looked at.
void SimulatedEfax::come_before(const FaultRule& fault, const HttpRequest& request, const EfaxStyle& style) {
    const auto token = bearer_token(request.header("authorization"));
    const std::string app = token ? store_.app_of(*token).value_or("sim-app") : "sim-app";
    const std::string user_id{request.header("user-id")};
    const auto each_newest = [&](bool downloaded, auto&& act) {
        for (const auto& id :
             store_.newest(app, user_id, downloaded, static_cast<std::size_t>(std::max(fault.items, 0))))
            act(id);
    };
    switch (fault.kind) {
    case FaultKind::token_ends:
        return store_.end_token(app);
    case FaultKind::token_taken:
        store_.take_token(app, style);
        return;
    case FaultKind::arrival:
        if (store_.may_use(app, user_id)) {
            NewFaxes faxes;
            faxes.app = app;
            faxes.user_id = user_id;
            faxes.count = fault.items;
            store_.put(faxes);
        }
        return;
    case FaultKind::rival_reads:
        return each_newest(false, [&](const std::string& id) { store_.mark(id, true); });
    case FaultKind::rival_deletes:
        return each_newest(true, [&](const std::string& id) { store_.remove(id, false); });
    default:
        return;
    }
}

HttpResponse SimulatedEfax::tokens(const HttpRequest& request, const EfaxStyle& style,
                                   const FaultRule* fault) {
    const auto oauth = [](int status, std::string_view error, std::string_view words) {
        json::Writer writer;
        writer.begin_object().member("error", error).member("error_description", words).end_object();
        HttpResponse response = json_response(writer.take());
        response.status = status;
        return response;
    };
    const auto form = parse_query(request.body);
    if (request.header("content-type").find("application/x-www-form-urlencoded") == std::string_view::npos ||
        find(form, "grant_type") != "client_credentials")
        return oauth(400, "unsupported_grant_type", "Unsupported grant type");
    const auto credentials = basic_credentials(request.header("authorization"));
    const auto token =
        credentials ? store_.sign_in(credentials->first, credentials->second, style) : std::nullopt;
    if (!token)
        return oauth(401, "invalid_client", "Bad client credentials");
    json::Writer writer;
    writer.begin_object();
    if (fault == nullptr || fault->kind != FaultKind::no_token)
        writer.member("access_token",
                      fault != nullptr && fault->kind == FaultKind::blank_token ? "" : *token);
    writer.member("token_type", "bearer");
    write_expiry(writer, style);
    writer.member("scope", "read write").member("jti", uuid_of(number_of(*token), 1)).end_object();
    return json_response(writer.take());
}

HttpResponse SimulatedEfax::with_access(const EfaxCall& asked, JournalEntry& entry) {
    EfaxCall call = asked;
    const auto token = bearer_token(call.request.header("authorization"));
    const auto app = token ? store_.app_of(*token) : std::nullopt;
    if (!app)
        return call.error(401);
    call.app = *app;
    call.user_id = call.request.header("user-id");
    if (call.user_id.empty())
        return call.error(static_cast<int>(call.style.missing_user_id), "user-id is missing");
    if (!store_.may_use(call.app, call.user_id))
        return call.error(403);
    if (const auto sent = sending_.serve(call, store_.fax_number_of(call.app, call.user_id), entry))
        return *sent;
    if (const auto fax =
            call.fax_id.empty() ? std::nullopt : store_.find(call.app, call.user_id, call.fax_id))
        entry.subject = fax->id;
    return serve(call);
}

HttpResponse SimulatedEfax::serve(const EfaxCall& call) {
    if (call.endpoint == "efax.list")
        return list(call);
    if (call.endpoint == "efax.bulk")
        return bulk(call);
    const auto fax = store_.find(call.app, call.user_id, call.fax_id);
    if (!fax)
        return call.error(404, "no such fax");
    if (call.endpoint == "efax.metadata")
        return metadata(call, *fax);
    if (call.endpoint == "efax.patch")
        return patch(call, *fax);
    if (call.endpoint == "efax.image")
        return image(call, *fax);
    if (call.endpoint == "efax.pages")
        return pages(call, *fax);
    return remove(call, *fax);
}

namespace {

/// Faxes that no client may ask for, and whose members no client may trust.
void write_hostile_items(json::Writer& writer, const EfaxStyle& style) {
    const auto item = [&](const auto& id, std::string_view tsid) {
        writer.begin_object().member("fax_id", id).member("image_downloaded", false).member("pages", -1);
        writer.member("completed_timestamp", "9999-99-99T99:99:99Z").member("originating_fax_tsid", tsid);
        writer.member("resource_url", style.elsewhere + "/faxes").end_object();
    };
    const std::string long_tsid(1u << 20, 'T');
    for (const std::string_view id : {std::string_view{"../../../../etc/passwd"},
                                      {"..%2f..%2ftokens"},
                                      {"faxes/sent?a=b"},
                                      {"fragment#12345678"},
                                      {"\x01\x02\x7f\r\nX: y"},
                                      {"C:\\windows\\system32"},
                                      {"."},
                                      {""},
                                      {"\xd8\xa7\xd9\x84\xd9\x81\xd8\xa7"}})
        item(id, "'; DROP TABLE faxes; --");
    item(std::string(5000, 'a'), "A");
    item(std::string_view{"12345678/../87654321"}, long_tsid);
    item(std::int64_t{12345678}, "A");
    writer.text("no object at all").null().number(7).begin_array().end_array();
}

} // namespace

std::vector<FaxRecord> SimulatedEfax::page_of(const EfaxCall& call, const ListQuery& query) {
    if (call.met(FaultKind::empty_page))
        return {};
    if (call.style.repeats == RepeatStyle::none)
        return store_.list(call.app, call.user_id, query);
    ListQuery everything = query;
    everything.offset = 0;
    everything.limit = UINT64_MAX;
    const auto once = store_.list(call.app, call.user_id, everything);
    const std::uint64_t copies = call.style.repeats == RepeatStyle::hundredfold ? 100 : 2;
    const bool behind = call.style.repeats == RepeatStyle::behind;
    std::vector<FaxRecord> page;
    for (std::uint64_t at = query.offset; at < copies * once.size() && page.size() < query.limit; ++at)
        page.push_back(once[behind ? at % once.size() : at / copies]);
    return page;
}

HttpResponse SimulatedEfax::list(const EfaxCall& call) {
    std::string complaint;
    const ListQuery query = read_list_query(call.request, call.style, complaint);
    if (!complaint.empty())
        return call.error(400, complaint);
    const auto page = page_of(call, query);
    if (page.empty() && query.offset > 0 && call.style.past_end != EndStyle::empty)
        return call.error(call.style.past_end == EndStyle::missing ? 404 : 400, "beyond the end");
    json::Writer writer;
    writer.begin_object()
        .member("first_record", query.offset + 1)
        .member("last_record", query.offset + page.size());
    if (call.met(FaultKind::null_faxes)) {
        writer.key("faxes").null();
    } else if (call.met(FaultKind::odd_faxes)) {
        writer.member("faxes", "none");
    } else if (!call.met(FaultKind::no_faxes)) {
        writer.key("faxes").begin_array();
        for (const FaxRecord& fax : page)
            write_item(writer, fax, call.style, false);
        if (call.met(FaultKind::hostile_items))
            write_hostile_items(writer, call.style);
        writer.end_array();
    }
    writer.end_object();
    return json_response(writer.take());
}

HttpResponse SimulatedEfax::bulk(const EfaxCall& call) {
    try {
        const auto document = json::Document::parse(call.request.body);
        const json::Value ids = document.root()["fax_ids"];
        if (!ids.is_array())
            return call.error(400, "fax_ids is missing");
        json::Writer writer;
        writer.begin_array();
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (const auto fax = store_.find(call.app, call.user_id, ids.at(i).text_or("")))
                write_item(writer, *fax, call.style, true);
            else
                sending_.write_ended(writer, call, ids.at(i).text_or(""));
        writer.end_array();
        return json_response(writer.take());
    } catch (const json::ParseError&) {
        return call.error(400, "the body is no JSON");
    }
}

HttpResponse SimulatedEfax::metadata(const EfaxCall& call, const FaxRecord& fax) {
    json::Writer writer;
    write_item(writer, fax, call.style, true);
    return json_response(writer.take());
}

HttpResponse SimulatedEfax::patch(const EfaxCall& call, const FaxRecord& fax) {
    std::optional<bool> downloaded;
    try {
        const auto document = json::Document::parse(call.request.body);
        downloaded = document.root()["image_downloaded"].boolean();
    } catch (const json::ParseError&) {
        return call.error(400, "the body is no JSON");
    }
    if (!downloaded)
        return call.error(400, "image_downloaded is missing");
    FaxRecord changed = fax;
    changed.downloaded = *downloaded;
    if (!call.met(FaultKind::no_effect))
        store_.mark(fax.id, *downloaded);
    return metadata(call, changed);
}

HttpResponse SimulatedEfax::remove(const EfaxCall& call, const FaxRecord& fax) {
    if (!call.met(FaultKind::no_effect))
        store_.remove(fax.id, true);
    HttpResponse response;
    response.status = 204;
    return response;
}

} // namespace efaxd::sandbox
