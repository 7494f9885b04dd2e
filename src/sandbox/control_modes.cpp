// The part of the control API that calls whole manners and faults by their names, and shuts the doors.
#include "sandbox/control_routes.hpp"
#include "sandbox/modes.hpp"
#include "sandbox/presets.hpp"

namespace efaxd::sandbox {

namespace {

HttpResponse post_presets(Sandbox& sandbox, json::Value body) {
    std::string name;
    Form(body).text("name", name).done();
    sandbox.efax().set_style(preset_style(name));
    json::Writer writer;
    writer.begin_object().member("efax", sandbox.efax_url()).end_object();
    return reply(writer);
}

HttpResponse get_presets(Sandbox&) {
    json::Writer writer;
    writer.begin_array();
    for (const std::string_view name : preset_names)
        writer.text(name);
    writer.end_array();
    return reply(writer);
}

HttpResponse post_modes(Sandbox& sandbox, json::Value body) {
    std::string name;
    Form(body).text("name", name).done();
    begin_mode(sandbox, name);
    return done();
}

HttpResponse get_modes(Sandbox&) {
    json::Writer writer;
    writer.begin_array();
    for (const Mode& mode : modes())
        writer.begin_object().member("name", mode.name).member("text", mode.text).end_object();
    writer.end_array();
    return reply(writer);
}

HttpResponse post_doors(Sandbox& sandbox, json::Value body) {
    bool efax = true;
    bool fhir = true;
    Form(body).flag("efax", efax).flag("fhir", fhir).done();
    sandbox.open_efax(efax);
    sandbox.open_fhir(fhir);
    return done();
}

} // namespace

const std::vector<ControlRoute>& mode_routes() {
    static const std::vector<ControlRoute> table{
        {"GET", "/presets", "the manners that eFax can have", without_body(get_presets)},
        {"POST", "/presets", "eFax takes on a manner", with_body(post_presets)},
        {"GET", "/modes", "the faults that have names", without_body(get_modes)},
        {"POST", "/modes", "bring one about", with_body(post_modes)},
        {"POST", "/doors", "refuse connections, or take them again", with_body(post_doors)},
    };
    return table;
}

} // namespace efaxd::sandbox
