#include "sandbox/efax_service.hpp"

#include "sandbox/efax_call.hpp"
#include "sandbox/efax_query.hpp"

#include <algorithm>

namespace efaxd::sandbox {

SimulatedEfax::SimulatedEfax(std::uint64_t seed, const SimulatedClock& clock, Faults& faults,
                             Journal& journal)
    : store_(seed, clock), sending_(seed, clock), clock_(clock), faults_(faults), journal_(journal) {}

EfaxStyle SimulatedEfax::style() const {
    const std::lock_guard lock(style_mutex_);
    return style_;
}

void SimulatedEfax::set_style(const EfaxStyle& style) {
    const std::lock_guard lock(style_mutex_);
    style_ = style;
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
    return efax_route(head).endpoint == "efax.send" ? SendService::sink(style()) : nullptr;
}

HttpResponse SimulatedEfax::answer(const HttpRequest& request) {
    const EfaxStyle now = style();
    const EfaxRoute found = efax_route(request);
    JournalEntry entry;
    entry.side = "efax";
    entry.endpoint = found.endpoint;
    entry.method = request.method;
    entry.target = found.endpoint == "efax.tokens" ? request.path : request.target;
    entry.user_id = request.header("user-id");
    entry.subject = found.fax_id;
    return attempt(faults_, journal_, clock_, std::move(entry),
                   [&](const FaultRule* fault, JournalEntry& line) {
                       if (found.endpoint == "efax.tokens")
                           return tokens(request, now);
                       if (found.endpoint == "efax.health")
                           return json_response(R"({"status":"UP"})");
                       if (found.endpoint == "efax.other")
                           return efax_error(found.status, now.errors);
                       return with_access({request, now, found.endpoint, {}, {}, found.fax_id, fault}, line);
                   });
}

HttpResponse SimulatedEfax::tokens(const HttpRequest& request, const EfaxStyle& style) {
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
    writer.begin_object().member("access_token", *token).member("token_type", "bearer");
    const std::int64_t seconds = std::max<std::int64_t>(style.token_seconds - 1, 0);
    if (style.expires_as_text)
        writer.member("expires_in", std::to_string(seconds));
    else
        writer.member("expires_in", seconds);
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

HttpResponse SimulatedEfax::list(const EfaxCall& call) {
    std::string complaint;
    const ListQuery query = read_list_query(call.request, call.style, complaint);
    if (!complaint.empty())
        return call.error(400, complaint);
    const auto page = store_.list(call.app, call.user_id, query);
    json::Writer writer;
    writer.begin_object()
        .member("first_record", query.offset + 1)
        .member("last_record", query.offset + page.size());
    if (call.met(FaultKind::null_faxes)) {
        writer.key("faxes").null();
    } else if (!call.met(FaultKind::no_faxes)) {
        writer.key("faxes").begin_array();
        for (const FaxRecord& fax : page)
            write_item(writer, fax, call.style, false);
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
