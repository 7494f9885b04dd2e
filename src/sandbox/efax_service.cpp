#include "sandbox/efax_service.hpp"

#include "efaxd/core/base64.hpp"
#include "efaxd/core/timestamp.hpp"
#include "sandbox/efax_items.hpp"

#include <algorithm>
#include <array>

namespace efaxd::sandbox {

/// One request, and what its path means.
struct SimulatedEfax::Call {
    const HttpRequest& request;
    const EfaxStyle& style;
    std::string endpoint;
    std::string app;
    std::string user_id;
    std::string fax_id;
    const FaultRule* fault = nullptr;

    bool met(FaultKind kind) const { return fault != nullptr && fault->kind == kind; }
    HttpResponse error(int status, std::string_view words = {}) const {
        return efax_error(status, style.errors, words);
    }
};

namespace {

struct Route {
    std::string_view endpoint;
    std::string_view method;
    std::vector<std::string_view> path; ///< `*` is a fax id
};

const std::vector<Route>& routes() {
    static const std::vector<Route> table{
        {"efax.tokens", "POST", {"tokens"}},
        {"efax.health", "GET", {"health"}},
        {"efax.list", "GET", {"faxes", "received"}},
        {"efax.bulk", "POST", {"faxes", "metadata"}},
        {"efax.metadata", "GET", {"faxes", "*", "metadata"}},
        {"efax.patch", "PATCH", {"faxes", "*", "metadata"}},
        {"efax.image", "GET", {"faxes", "*", "image"}},
        {"efax.pages", "GET", {"faxes", "*", "image", "pages"}},
        {"efax.delete", "DELETE", {"faxes", "*"}},
    };
    return table;
}

struct Found {
    std::string endpoint = "efax.other";
    std::string fax_id;
    int status = 404; ///< of `efax.other`
};

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
    return std::equal(
        pattern.begin(), pattern.end(), path.begin(), path.end(),
        [](std::string_view want, const std::string& have) { return want == "*" || want == have; });
}

Found find_route(const HttpRequest& request) {
    const std::string_view path = request.path;
    const auto parts = split(path.substr(std::min<std::size_t>(1, path.size())), '/');
    Found found;
    for (const Route& route : routes()) {
        if (!fits(route.path, parts))
            continue;
        if (route.method == request.method) {
            found.endpoint = route.endpoint;
            found.fax_id = route.path.size() > 1 && route.path[1] == "*" ? parts[1] : "";
            return found;
        }
        found.status = 405;
    }
    return found;
}

HttpResponse json_response(std::string body) {
    HttpResponse response;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = std::move(body);
    return response;
}

} // namespace

SimulatedEfax::SimulatedEfax(std::uint64_t seed, const SimulatedClock& clock, Faults& faults,
                             Journal& journal)
    : store_(seed, clock), clock_(clock), faults_(faults), journal_(journal) {}

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

HttpResponse SimulatedEfax::answer(const HttpRequest& request) {
    const EfaxStyle now = style();
    const Found found = find_route(request);
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

HttpResponse SimulatedEfax::with_access(const Call& asked, JournalEntry& entry) {
    Call call = asked;
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
    if (const auto fax =
            call.fax_id.empty() ? std::nullopt : store_.find(call.app, call.user_id, call.fax_id))
        entry.subject = fax->id;
    return serve(call);
}

HttpResponse SimulatedEfax::serve(const Call& call) {
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

/// Reads the query and the paging headers of a list; the first thing wrong with them is kept.
class ListQueryReader {
  public:
    ListQueryReader(const HttpRequest& request, const EfaxStyle& style) : request_(request), style_(style) {}

    ListQuery read() {
        query_.order = style_.order;
        for (const auto& [name, value] : request_.query)
            parameter(name, value);
        if (style_.ignore_filters) {
            query_.downloaded.reset();
            query_.from.reset();
            query_.until.reset();
        }
        query_.offset = style_.ignore_offset ? 0 : count("pagination-offset", 0);
        query_.limit = count("pagination-limit", static_cast<std::uint64_t>(style_.default_limit));
        if (query_.limit > 100 && style_.limit == LimitStyle::refuse)
            complain("pagination-limit");
        if (style_.limit == LimitStyle::clamp)
            query_.limit = std::min<std::uint64_t>(query_.limit, 100);
        if (style_.limit == LimitStyle::ignore)
            query_.limit = 100;
        return query_;
    }

    const std::string& complaint() const { return complaint_; }

  private:
    void complain(std::string_view name) {
        if (complaint_.empty())
            complaint_ = "bad value for " + std::string{name};
    }

    void parameter(const std::string& name, const std::string& value) {
        if (name == "image_downloaded")
            flag(name, value);
        else if (name == "min_completed_timestamp")
            query_.from = moment(name, value);
        else if (name == "max_completed_timestamp")
            query_.until = moment(name, value);
        else if (name == "search_text")
            query_.search_text = value;
        else if (name == "originating_fax_number")
            query_.from_number = value;
        else if (name == "destination_fax_number")
            query_.to_number = value;
        else if (name == "min_pages")
            query_.least_pages = number(name, value);
        else if (name == "max_pages")
            query_.most_pages = number(name, value);
        else if (style_.refuse_unknown_parameters)
            complain(name);
    }

    void flag(const std::string& name, const std::string& value) {
        const std::string word = lower(value);
        if (word != "true" && word != "false")
            return complain(name);
        query_.downloaded = word == "true";
    }

    std::optional<Instant> moment(const std::string& name, const std::string& value) {
        const auto time = read_timestamp(value);
        if (!time) {
            complain(name);
            return std::nullopt;
        }
        return time->instant;
    }

    std::optional<std::int64_t> number(const std::string& name, const std::string& value) {
        const auto parsed = whole_number(value);
        if (!parsed)
            complain(name);
        return parsed;
    }

    std::uint64_t count(std::string_view name, std::uint64_t otherwise) {
        const auto text = request_.header(name);
        if (text.empty())
            return otherwise;
        const auto parsed = whole_number(text);
        if (!parsed || *parsed < 0)
            complain(name);
        return static_cast<std::uint64_t>(std::max<std::int64_t>(parsed.value_or(0), 0));
    }

    const HttpRequest& request_;
    const EfaxStyle& style_;
    ListQuery query_;
    std::string complaint_;
};

} // namespace

HttpResponse SimulatedEfax::list(const Call& call) {
    ListQueryReader reader(call.request, call.style);
    const ListQuery query = reader.read();
    if (!reader.complaint().empty())
        return call.error(400, reader.complaint());
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

HttpResponse SimulatedEfax::bulk(const Call& call) {
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
        writer.end_array();
        return json_response(writer.take());
    } catch (const json::ParseError&) {
        return call.error(400, "the body is no JSON");
    }
}

HttpResponse SimulatedEfax::metadata(const Call& call, const FaxRecord& fax) {
    json::Writer writer;
    write_item(writer, fax, call.style, true);
    return json_response(writer.take());
}

HttpResponse SimulatedEfax::patch(const Call& call, const FaxRecord& fax) {
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

void SimulatedEfax::mark_read(const FaxRecord& fax, const EfaxStyle& style, HttpResponse& response) {
    if (style.mark == MarkStyle::request)
        store_.mark(fax.id, true);
    response.sent = [this, id = fax.id, marks = style.mark == MarkStyle::sent] {
        store_.image_was_sent(id);
        if (marks)
            store_.mark(id, true);
    };
}

namespace {

std::string image_front(const std::string& id, std::string_view suffix) {
    return R"({"fax_id":")" + id + R"(","file_name":")" + id + std::string{suffix} + R"(","image":")";
}

/// The image replies whose document is not the one in the plan; nothing if the fault is of another kind.
std::optional<std::string> spoilt_image(const FaultRule* fault, const std::string& front,
                                        const FaxDocument& document) {
    if (fault == nullptr)
        return std::nullopt;
    const auto whole = [&](std::string_view bytes) { return front + base64(bytes) + "\"}"; };
    std::string text;
    switch (fault->kind) {
    case FaultKind::bad_base64:
        text = whole(document.bytes());
        text[front.size() + (text.size() - front.size()) / 2] = '*';
        return text;
    case FaultKind::cut_base64:
        text = base64(document.bytes());
        return front + text.substr(0, text.size() / 8 * 4 + 1) + "\"}";
    case FaultKind::cut_document:
        text = document.bytes();
        return whole(
            std::string_view{text}.substr(0, text.size() - std::min<std::size_t>(text.size(), 1500)));
    case FaultKind::html_document:
        return whole("<html><body>Sign in to see this fax</body></html>\n");
    case FaultKind::empty_image:
        return whole("");
    default:
        return std::nullopt;
    }
}

} // namespace

HttpResponse SimulatedEfax::image(const Call& call, const FaxRecord& asked) {
    const auto format = find(call.request.query, "desired_format");
    if (format && *format != "PDF" && *format != "TIFF")
        return call.error(400, "bad value for desired_format");
    if (!asked.stored)
        return call.error(404, "cannot get fax image");
    const bool pdf =
        call.style.format == FormatStyle::pdf || (call.style.format == FormatStyle::asked && format == "PDF");
    FaxRecord fax = asked;
    if (call.met(FaultKind::other_fax))
        fax = store_.another(asked).value_or(asked);
    if (call.met(FaultKind::other_bytes))
        fax.plan.text += " (another document)";
    const auto document =
        std::make_shared<FaxDocument>(fax.plan, pdf ? DocumentKind::pdf : DocumentKind::tiff);
    const std::string front = image_front(fax.id, pdf ? ".pdf" : ".tiff");
    HttpResponse response = json_response({});
    if (auto text = spoilt_image(call.fault, front, *document))
        response.body = std::move(*text);
    else
        response.stream = base64_stream(document, front, "\"}", call.style.base64_breaks);
    mark_read(asked, call.style, response);
    return response;
}

HttpResponse SimulatedEfax::pages(const Call& call, const FaxRecord& fax) {
    const auto read = [&](std::string_view name, std::int64_t otherwise) {
        const auto text = find(call.request.query, name);
        return text ? whole_number(*text).value_or(-1) : otherwise;
    };
    const std::int64_t start = read("start_page", 0);
    const std::int64_t count = read("num_pages", 10);
    if (start < 0 || count < 1)
        return call.error(400, "bad page range");
    if (!fax.stored)
        return call.error(404, "cannot get fax image");
    json::Writer writer;
    writer.begin_object().member("fax_id", fax.id).key("pages").begin_array();
    for (std::int64_t page = start;
         page < std::min<std::int64_t>(start + std::min<std::int64_t>(count, 50), fax.plan.pages); ++page) {
        DocumentPlan plan = fax.plan;
        plan.pages = 1;
        plan.size = fax.plan.size / static_cast<std::uint64_t>(fax.plan.pages);
        plan.seed += static_cast<std::uint64_t>(page);
        writer.begin_object().member("page_number", page);
        writer.member("file_name", fax.id + "-P-" + std::to_string(page) + ".tiff");
        writer.member("image", base64(FaxDocument(plan, DocumentKind::tiff).bytes())).end_object();
    }
    writer.end_array().end_object();
    HttpResponse response = json_response(writer.take());
    mark_read(fax, call.style, response);
    return response;
}

HttpResponse SimulatedEfax::remove(const Call& call, const FaxRecord& fax) {
    if (!call.met(FaultKind::no_effect))
        store_.remove(fax.id, true);
    HttpResponse response;
    response.status = 204;
    return response;
}

} // namespace efaxd::sandbox
