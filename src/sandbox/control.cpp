#include "sandbox/control.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "sandbox/control_form.hpp"
#include "sandbox/control_routes.hpp"
#include "sandbox/sandbox.hpp"

#include <stdexcept>

namespace efaxd::sandbox {

namespace {

void require(bool found, std::string_view what) {
    if (!found)
        throw BadCall("no such " + std::string{what});
}

HttpResponse post_faxes(Sandbox& sandbox, json::Value body) {
    NewFaxes faxes;
    std::string completed;
    Form form(body);
    form.text("app", faxes.app).text("user_id", faxes.user_id).number("count", faxes.count);
    form.number("pages", faxes.pages).number("size", faxes.size).text("completed", completed);
    form.duration("spread_ms", faxes.spread).duration("listed_after_ms", faxes.listed_after);
    form.text("id", faxes.id).text("text", faxes.text).text("from_number", faxes.from_number);
    form.text("to_number", faxes.to_number).text("tsid", faxes.tsid);
    form.flag("stored", faxes.stored).flag("downloaded", faxes.downloaded);
    form.choice("shape", faxes.shape, document_shape_names).number("listed_pages", faxes.listed_pages);
    form.duration("image_after_ms", faxes.image_after).done();
    if (!completed.empty()) {
        const auto time = read_timestamp(completed);
        if (!time)
            throw BadCall("bad value for completed");
        faxes.completed = time->instant;
    }
    json::Writer writer;
    writer.begin_object().key("ids").begin_array();
    for (const std::string& id : sandbox.put_faxes(faxes))
        writer.text(id);
    writer.end_array().end_object();
    return reply(writer);
}

HttpResponse post_users(Sandbox& sandbox, json::Value body) {
    NewUser user;
    std::string key;
    bool active = true;
    Form form(body);
    form.text("app", user.app).text("key", key).text("user_id", user.user_id).text("number", user.number);
    form.flag("active", active);
    if (const auto recipient = form.value("recipient"))
        user.recipient = recipient.text_or("");
    form.done();
    if (!key.empty())
        sandbox.efax().store().add_app(user.app, key);
    if (!active)
        require(sandbox.efax().store().set_active(user.app, user.user_id, false), "user id");
    else if (!user.user_id.empty() || key.empty())
        sandbox.add_user(user);
    return done();
}

HttpResponse post_owners(Sandbox& sandbox, json::Value body) {
    NewOwner owner;
    Form form(body);
    form.text("type", owner.type)
        .text("id", owner.id)
        .text("name", owner.name)
        .text("user_id", owner.user_id);
    form.text("app", owner.app).text("number", owner.number).done();
    json::Writer writer;
    writer.begin_object().member("reference", sandbox.add_owner(owner)).end_object();
    return reply(writer);
}

FaultRule read_rule(json::Value body) {
    FaultRule rule;
    bool for_ever = false;
    Form form(body);
    form.text("endpoint", rule.endpoint)
        .choice("kind", rule.kind, fault_kind_names)
        .number("status", rule.status);
    form.choice("body", rule.body, body_style_names).text("retry_after", rule.retry_after);
    form.duration("delay_ms", rule.delay).number("bytes", rule.bytes).duration("every_ms", rule.every);
    form.number("count", rule.count).number("skip", rule.skip).flag("for_ever", for_ever);
    form.text("user_id", rule.user_id).text("contains", rule.contains);
    form.choice("connection", rule.connection, on_connection_names);
    form.text("location", rule.location).number("items", rule.items);
    std::int64_t per_mille = 1000;
    form.number("per_mille", per_mille).done();
    rule.probability = static_cast<double>(per_mille) / 1000;
    if (rule.status < 200 || rule.status > 599)
        throw BadCall("bad value for status");
    if (for_ever)
        rule.count = -1;
    return rule;
}

HttpResponse post_faults(Sandbox& sandbox, json::Value body) {
    std::vector<FaultRule> rules;
    if (body.is_array())
        for (std::size_t i = 0; i < body.size(); ++i)
            rules.push_back(read_rule(body.at(i)));
    else
        rules.push_back(read_rule(body));
    json::Writer writer;
    writer.begin_object().key("numbers").begin_array();
    for (FaultRule& rule : rules)
        writer.number(sandbox.faults().add(std::move(rule)));
    writer.end_array().end_object();
    return reply(writer);
}

HttpResponse get_faults(Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_array();
    for (const auto& [number, rule, struck] : sandbox.faults().all()) {
        writer.begin_object().member("number", number).member("endpoint", rule.endpoint);
        writer.member("kind", name_of(rule.kind))
            .member("left", rule.count)
            .member("struck", struck)
            .end_object();
    }
    writer.end_array();
    return reply(writer);
}

HttpResponse post_rival(Sandbox& sandbox, json::Value body) {
    std::string what;
    std::string user_id;
    std::string fax_id;
    std::string app = "sim-app";
    Form(body).text("do", what).text("user_id", user_id).text("fax_id", fax_id).text("app", app).done();
    SimulatedEfax& efax = sandbox.efax();
    if (what == "download_all")
        efax.rival_downloads_all(user_id);
    else if (what == "mark" || what == "unmark")
        require(efax.rival_marks(fax_id, what == "mark"), "fax");
    else if (what == "delete")
        require(efax.rival_deletes(fax_id), "fax");
    else if (what == "token")
        efax.rival_takes_token(app);
    else if (what == "revoke_fhir_tokens")
        sandbox.fhir().auth().revoke_all();
    else
        throw BadCall("do: download_all, mark, unmark, delete, token or revoke_fhir_tokens");
    return done();
}

/// The live Communication of a fax.
std::string communication_of(Sandbox& sandbox, const std::string& fax_id) {
    const auto found = sandbox.fhir().store().search(
        "Communication", {{"identifier", "", std::string{efax_system} + "|" + fax_id}});
    return found.empty() ? std::string{} : found.front().id;
}

HttpResponse post_staff(Sandbox& sandbox, json::Value body) {
    std::string what;
    std::string id;
    std::string fax_id;
    std::string subject = "Patient/example";
    Form(body).text("do", what).text("id", id).text("fax_id", fax_id).text("subject", subject).done();
    if (id.empty())
        id = communication_of(sandbox, fax_id);
    SimulatedFhir& fhir = sandbox.fhir();
    if (what == "archive")
        require(fhir.staff_archives(id), "Communication");
    else if (what == "assign")
        require(fhir.staff_assigns(id, subject), "Communication");
    else if (what == "delete")
        require(fhir.staff_deletes(id), "Communication");
    else
        throw BadCall("do: archive, assign or delete");
    return done();
}

HttpResponse get_clock(Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_object().member("now", precise_timestamp(sandbox.clock().now()));
    writer.member("offset_ms", sandbox.clock().offset().count()).end_object();
    return reply(writer);
}

HttpResponse post_clock(Sandbox& sandbox, json::Value body) {
    Duration advance{};
    Form(body).duration("advance_ms", advance).done();
    sandbox.clock().advance(advance);
    return get_clock(sandbox);
}

HttpResponse get_options(Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_object().key("efax");
    write(writer, sandbox.efax().style());
    writer.key("fhir");
    write(writer, sandbox.fhir().style());
    writer.end_object();
    return reply(writer);
}

HttpResponse post_options(Sandbox& sandbox, json::Value body) {
    Form form(body);
    EfaxStyle efax = sandbox.efax().style();
    FhirStyle fhir = sandbox.fhir().style();
    if (const auto members = form.value("efax"))
        apply(efax, members);
    if (const auto members = form.value("fhir"))
        apply(fhir, members);
    form.done();
    sandbox.efax().set_style(efax);
    sandbox.fhir().set_style(fhir);
    return get_options(sandbox);
}

HttpResponse post_reset(Sandbox& sandbox, json::Value body) {
    std::string scenario = "empty";
    Form(body).text("scenario", scenario).done();
    if (scenario != "empty" && scenario != "clinic")
        throw BadCall("scenario: empty or clinic");
    sandbox.reset();
    if (scenario == "clinic")
        sandbox.set_up_clinic();
    return done();
}

HttpResponse get_journal(Sandbox& sandbox, const Pairs& query) {
    const auto text = [&](std::string_view name) { return std::string{find(query, name).value_or("")}; };
    const auto number = [&](std::string_view name) { return whole_number(text(name)).value_or(0); };
    JournalFilter filter;
    filter.side = text("side");
    filter.endpoint = text("endpoint");
    filter.method = text("method");
    filter.user_id = text("user_id");
    filter.subject = text("subject");
    filter.status = static_cast<int>(number("status"));
    filter.after = static_cast<std::uint64_t>(std::max<std::int64_t>(number("after"), 0));
    filter.writes_only = find(query, "writes").has_value();
    json::Writer writer;
    if (find(query, "count")) {
        writer.begin_object().member("count", sandbox.journal().count(filter)).end_object();
        return reply(writer);
    }
    const auto limit =
        find(query, "limit") ? static_cast<std::size_t>(std::max<std::int64_t>(number("limit"), 0)) : 1000;
    std::size_t shown = 0;
    writer.begin_array();
    for (const JournalEntry& entry : sandbox.journal().entries(filter)) {
        if (shown++ == limit)
            break;
        writer.begin_object().member("number", entry.number).member("at", precise_timestamp(entry.at));
        writer.member("side", entry.side).member("endpoint", entry.endpoint).member("method", entry.method);
        writer.member("target", entry.target)
            .member("user_id", entry.user_id)
            .member("subject", entry.subject);
        writer.member("status", entry.status)
            .member("fault", entry.fault)
            .member("ms", entry.ms)
            .end_object();
    }
    writer.end_array();
    return reply(writer);
}

HttpResponse get_oracle(Sandbox& sandbox, const Pairs& query) {
    if (find(query, "text"))
        return reply(200, sandbox.judgement(), "text/plain");
    const SendReport sending = sandbox.send_oracle();
    json::Writer writer;
    sandbox.oracle().write(writer, &sending);
    return reply(writer);
}

HttpResponse get_communications(Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_array();
    for (const Resource& resource : sandbox.fhir().store().all("Communication")) {
        const auto document = json::Document::parse(resource.text);
        const json::Value body = document.root();
        const json::Value attachment = body["payload"].at(0)["contentAttachment"];
        writer.begin_object().member("id", resource.id).member("deleted", resource.deleted);
        writer.member("fax_id", body["identifier"].at(0)["value"].text_or(""));
        writer.member("status", body["status"].text_or("")).member("sent", body["sent"].text_or(""));
        writer.member("recipient", body["recipient"].at(0)["reference"].text_or(""));
        writer.member("subject", body["subject"]["reference"].text_or(""));
        writer.member("document", attachment["url"].text_or(""))
            .member("size", attachment["size"].integer().value_or(0));
        writer.end_object();
    }
    writer.end_array();
    return reply(writer);
}

HttpResponse get_state(Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_object().member("efax", sandbox.efax_url()).member("fhir", sandbox.fhir_url());
    writer.member("now", precise_timestamp(sandbox.clock().now()));
    writer.member("faxes", sandbox.efax().store().size());
    writer.member("efax_tokens_issued", sandbox.efax().store().tokens_issued("sim-app"));
    writer.member("fhir_tokens_issued", sandbox.fhir().auth().tokens_issued());
    for (const std::string type : {"Communication", "Binary", "Organization", "Practitioner"})
        writer.member(type, sandbox.fhir().store().size(type));
    writer.member("requests", sandbox.journal().count()).key("users").begin_array();
    for (const NewUser& user : sandbox.efax().store().users()) {
        writer.begin_object().member("app", user.app).member("user_id", user.user_id);
        writer.member("recipient", user.recipient.value_or("")).end_object();
    }
    writer.end_array().end_object();
    return reply(writer);
}

HttpResponse post_resources(Sandbox& sandbox, const std::string& body) {
    json::Writer writer;
    writer.begin_object().member("reference", sandbox.fhir().put(body)).end_object();
    return reply(writer);
}

const std::vector<ControlRoute>& own_routes() {
    static const std::vector<ControlRoute> table{
        {"POST", "/faxes", "put up faxes", with_body(post_faxes)},
        {"POST", "/users", "add an App ID or a user id, or switch one off", with_body(post_users)},
        {"POST", "/owners", "add an Organization or Practitioner with a user id", with_body(post_owners)},
        {"POST", "/resources", "put a FHIR resource there",
         [](Sandbox& sandbox, const HttpRequest& request) { return post_resources(sandbox, request.body); }},
        {"POST", "/faults", "schedule faults: one, or a list", with_body(post_faults)},
        {"GET", "/faults", "what is scheduled, and how often it struck", without_body(get_faults)},
        {"DELETE", "/faults", "no more faults",
         [](Sandbox& sandbox, const HttpRequest&) {
             sandbox.faults().clear();
             return done();
         }},
        {"POST", "/rival", "what a second reader of the same eFax account does", with_body(post_rival)},
        {"POST", "/staff", "what people do to a Communication", with_body(post_staff)},
        {"GET", "/clock", "the simulated time", without_body(get_clock)},
        {"POST", "/clock", "move the simulated time", with_body(post_clock)},
        {"GET", "/options", "how the simulated services behave", without_body(get_options)},
        {"POST", "/options", "change that", with_body(post_options)},
        {"POST", "/reset", "forget everything", with_body(post_reset)},
        {"GET", "/journal", "the requests so far",
         [](Sandbox& sandbox, const HttpRequest& request) { return get_journal(sandbox, request.query); }},
        {"GET", "/oracle", "faxes and Communications compared; ?text for one line",
         [](Sandbox& sandbox, const HttpRequest& request) { return get_oracle(sandbox, request.query); }},
        {"GET", "/communications", "the Communications, briefly", without_body(get_communications)},
        {"GET", "/state", "counts", without_body(get_state)},
    };
    return table;
}

const std::vector<ControlRoute>& routes() {
    static const std::vector<ControlRoute> all = [] {
        std::vector<ControlRoute> table = own_routes();
        table.insert(table.end(), sending_routes().begin(), sending_routes().end());
        table.insert(table.end(), mode_routes().begin(), mode_routes().end());
        return table;
    }();
    return all;
}

} // namespace

std::string_view Control::help() {
    static const std::string text = [] {
        std::string lines;
        for (const ControlRoute& route : routes()) {
            std::string line = "  " + std::string{route.method} + " " + std::string{route.path};
            line.resize(std::max<std::size_t>(line.size() + 1, 26), ' ');
            lines += line + std::string{route.help} + "\n";
        }
        return lines;
    }();
    return text;
}

HttpResponse Control::answer(const HttpRequest& request) {
    if (request.path == "/")
        return reply(200, std::string{help()}, "text/plain");
    bool known = false;
    try {
        for (const ControlRoute& route : routes()) {
            if (route.path != request.path)
                continue;
            if (route.method == request.method)
                return route.handle(sandbox_, request);
            known = true;
        }
    } catch (const BadCall& bad) {
        return error(400, bad.what());
    } catch (const std::invalid_argument& bad) {
        return error(400, bad.what());
    } catch (const json::ParseError& bad) {
        return error(400, bad.what());
    }
    return known ? error(405, "no such method here") : error(404, "no such path");
}

} // namespace efaxd::sandbox
