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

HttpResponse get_sent(Sandbox& sandbox) {
    json::Writer writer;
    sandbox.send_oracle().write(writer);
    return reply(writer);
}

} // namespace

const std::vector<ControlRoute>& sending_routes() {
    static const std::vector<ControlRoute> table{
        {"POST", "/outcomes", "what becomes of a sent fax, or of the next ones", with_body(post_outcomes)},
        {"POST", "/expect", "a number to which the same may be sent again", with_body(post_expect)},
        {"GET", "/sent", "the sent faxes, and what is wrong with them", without_body(get_sent)},
    };
    return table;
}

} // namespace efaxd::sandbox
