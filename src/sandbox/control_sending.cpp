// The control API's routes for sending.
#include "sandbox/control_routes.hpp"

namespace efaxd::sandbox {

namespace {

HttpResponse post_outcomes(Sandbox& sandbox, json::Value body) {
    Script script;
    int pages = -1;
    Duration queued{-1};
    Duration sending{-1};
    Duration waiting{-1};
    Form form(body);
    form.text("fax_id", script.fax_id).text("number", script.number).number("count", script.count);
    form.choice("end", script.fate.end, send_end_names).text("code", script.fate.code);
    form.number("pages", pages).number("retries", script.fate.retries);
    form.duration("queued_ms", queued).duration("sending_ms", sending).duration("waiting_ms", waiting).done();
    if (script.fate.retries < 0 || script.fate.retries > 100)
        throw BadCall("retries must be from 0 to 100");
    const auto given = [](auto value) {
        return value < decltype(value){} ? std::nullopt : std::optional{value};
    };
    script.fate.pages = given(pages);
    script.fate.queued = given(queued);
    script.fate.sending = given(sending);
    script.fate.waiting = given(waiting);
    sandbox.efax().sent().script(script);
    return done();
}

HttpResponse post_expect(Sandbox& sandbox, json::Value body) {
    std::string number;
    Form(body).text("number", number).done();
    if (number.empty())
        throw BadCall("number is missing");
    sandbox.efax().sent().expect_again(number);
    return done();
}

HttpResponse post_outbound(Sandbox& sandbox, json::Value body) {
    NewOutbound outbound;
    std::string number;
    Form form(body);
    form.text("number", number).choice("kind", outbound.kind, document_kind_names);
    form.number("documents", outbound.documents).text("text", outbound.text).number("pages", outbound.pages);
    form.number("size", outbound.size).text("sender", outbound.sender).text("status", outbound.status);
    form.text("subject", outbound.subject).flag("telecom", outbound.own_telecom);
    form.texts("numbers", outbound.numbers).texts("notes", outbound.notes).done();
    if (!number.empty())
        outbound.numbers = {number};
    const Outbound made = sandbox.put_outbound(outbound);
    json::Writer writer;
    const auto list = [&](std::string_view name, const std::vector<std::string>& texts) {
        writer.key(name).begin_array();
        for (const std::string& text : texts)
            writer.text(text);
        writer.end_array();
    };
    writer.begin_object().member("id", made.id);
    list("recipients", made.recipients);
    list("binaries", made.binaries);
    writer.key("communication").raw(made.json).end_object();
    return reply(writer);
}

HttpResponse post_callers(Sandbox& sandbox, json::Value body) {
    Caller caller;
    std::string may = "all";
    std::vector<std::string> only;
    Form form(body);
    form.text("token", caller.token).text("may", may).texts("only", only).done();
    if (caller.token.empty() || (may != "all" && may != "nothing"))
        throw BadCall("token is needed, and may is all or nothing");
    caller.allowed = may == "all";
    if (body["only"])
        caller.only = std::set<std::string>(only.begin(), only.end());
    sandbox.fhir().auth().add_caller(caller);
    return done();
}

HttpResponse post_webhooks(Sandbox& sandbox, json::Value body) {
    WebhookSettings settings = sandbox.webhooks().settings();
    Form form(body);
    form.text("inbound_url", settings.inbound_url).text("outbound_url", settings.outbound_url);
    form.text("secret", settings.secret).choice("signature", settings.signature, signature_style_names);
    form.flag("embed", settings.embed).number("copies", settings.copies);
    form.duration("delay_ms", settings.delay).done();
    sandbox.webhooks().set(settings);
    return done();
}

HttpResponse get_webhooks(Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_array();
    for (const auto& [fax_id, direction, status] : sandbox.webhooks().posts()) {
        writer.begin_object().member("fax_id", fax_id).member("direction", direction);
        writer.member("status", status).end_object();
    }
    writer.end_array();
    return reply(writer);
}

HttpResponse get_sent(Sandbox& sandbox) {
    json::Writer writer;
    sandbox.send_oracle().write(writer);
    return reply(writer);
}

} // namespace

const std::vector<ControlRoute>& sending_routes() {
    static const std::vector<ControlRoute> table{
        {"POST", "/outbound", "make an outbound Communication", with_body(post_outbound)},
        {"POST", "/callers", "let somebody else ask the FHIR server", with_body(post_callers)},
        {"POST", "/webhooks", "announce faxes from now on", with_body(post_webhooks)},
        {"GET", "/webhooks", "what was announced", without_body(get_webhooks)},
        {"POST", "/outcomes", "what becomes of a sent fax, or of the next ones", with_body(post_outcomes)},
        {"POST", "/expect", "a number to which the same may be sent again", with_body(post_expect)},
        {"GET", "/sent", "the sent faxes, and what is wrong with them", without_body(get_sent)},
    };
    return table;
}

} // namespace efaxd::sandbox
