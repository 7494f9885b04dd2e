// What the FHIR operations say of themselves: CapabilityStatement and OperationDefinitions.
#include "serve/fhir_answers.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace efaxd::serve {

namespace {

using json::Writer;

constexpr const char* defined_on = "2026-11-22"; ///< changes with the definitions only
constexpr const char* communication_profile = "http://hl7.org/fhir/StructureDefinition/Communication";

struct Parameter {
    std::string_view name;
    std::string_view use; ///< `in`, `out`
    int min;
    std::string_view max;
    std::string_view type;
    std::string_view documentation;
};

constexpr std::array<Parameter, 6> receive_parameters{
    {{"received", "out", 1, "1", "integer", "New faxes, each now a Communication."},
     {"duplicates", "out", 1, "1", "integer", "Faxes listed by eFax that were known before."},
     {"failed", "out", 1, "1", "integer", "Mailboxes that could not be read, and new faxes that failed."},
     {"pending", "out", 1, "1", "integer", "New faxes that are still on their way."},
     {"communication", "out", 0, "*", "Reference", "The Communications of the new faxes."},
     {"issue", "out", 0, "*", "OperationOutcome", "What went wrong where something failed."}}};
constexpr std::array<Parameter, 2> send_parameters{
    {{"resource", "in", 1, "1", "Communication", "The outbound fax, as the server's create returned it."},
     {"return", "out", 1, "1", "Communication", "The same after it was taken for sending."}}};
constexpr std::array<Parameter, 5> sync_parameters{
    {{"checked", "out", 1, "1", "integer", "Transmissions that eFax was asked about."},
     {"completed", "out", 1, "1", "integer", "Of these, arrived."},
     {"failed", "out", 1, "1", "integer", "Of these, ended without having arrived."},
     {"pending", "out", 1, "1", "integer", "Of these, still without an outcome."},
     {"errors", "out", 1, "1", "integer", "Of these, could not be asked about."}}};

constexpr std::array<std::string_view, 3> everybody{"Communication", "Organization", "Practitioner"};
constexpr std::array<std::string_view, 1> communications{"Communication"};

struct Operation {
    std::string_view code;
    std::string_view name;
    std::string_view title;
    std::string_view description;
    std::span<const std::string_view> resources;
    bool instance;
    std::span<const Parameter> parameters;
};

const std::array<Operation, 3>& operations() {
    static const std::array<Operation, 3> all{
        {{"receive-efax", "ReceiveEfax", "Receive eFax",
          "Reads an eFax mailbox now and creates a Communication for each new fax. On a type: the shared "
          "number. On an instance of Organization or Practitioner: its own. Repeating it creates nothing "
          "twice.",
          everybody, true, receive_parameters},
         {"send-efax", "SendEfax", "Send eFax",
          "Takes an outbound Communication for sending, once for each recipient. Repeating it sends nothing "
          "twice.",
          communications, false, send_parameters},
         {"sync-efax-status", "SyncEfaxStatus", "Synchronise eFax status",
          "Asks eFax how the faxes that are being sent stand, and brings their Communications up to date. On "
          "a type: all of them. On an instance: those of the Communication, or of the sender.",
          everybody, true, sync_parameters}}};
    return all;
}

std::string canonical(std::string_view base, std::string_view code) {
    while (base.ends_with('/'))
        base.remove_suffix(1);
    return std::string(base) + "/OperationDefinition/" + std::string(code);
}

void write_parameter(Writer& out, const Parameter& parameter) {
    out.begin_object().member("name", parameter.name).member("use", parameter.use);
    out.member("min", parameter.min).member("max", parameter.max);
    out.member("documentation", parameter.documentation).member("type", parameter.type);
    if (parameter.type == "Reference")
        out.key("targetProfile").begin_array().text(communication_profile).end_array();
    out.end_object();
}

void write_supported(Writer& out, std::string_view type, std::string_view base) {
    out.begin_object().member("type", type).key("operation").begin_array();
    for (const Operation& operation : operations()) {
        const auto& types = operation.resources;
        if (std::find(types.begin(), types.end(), type) == types.end())
            continue;
        out.begin_object().member("name", operation.code);
        out.member("definition", canonical(base, operation.code)).end_object();
    }
    out.end_array().end_object();
}

} // namespace

Answer operations_metadata(std::string_view base, std::string_view version) {
    Writer out;
    out.begin_object().member("resourceType", "CapabilityStatement").member("name", "EfaxOperations");
    out.member("title", "eFax operations").member("status", "active").member("date", defined_on);
    out.member("kind", "instance");
    out.key("software").begin_object().member("name", "efaxd");
    if (!version.empty())
        out.member("version", version);
    out.end_object();
    out.key("implementation").begin_object();
    out.member("description", "The operations of the eFax integration, answered by efaxd.").end_object();
    out.member("fhirVersion", "4.0.1");
    out.key("format").begin_array().text("application/fhir+json").text("json").end_array();
    out.key("rest").begin_array().begin_object().member("mode", "server");
    out.key("resource").begin_array();
    for (const std::string_view type : everybody)
        write_supported(out, type, base);
    out.end_array().end_object().end_array().end_object();
    return resource(out.take());
}

Answer operation_definition(std::string_view name, std::string_view base) {
    const auto& all = operations();
    const auto* operation =
        std::find_if(all.begin(), all.end(), [&](const Operation& one) { return one.code == name; });
    if (operation == all.end())
        return not_set_up("There is no such operation.");
    Writer out;
    out.begin_object().member("resourceType", "OperationDefinition").member("id", operation->code);
    out.member("url", canonical(base, operation->code)).member("name", operation->name);
    out.member("title", operation->title).member("status", "active").member("kind", "operation");
    out.member("date", defined_on).member("description", operation->description);
    out.member("affectsState", true).member("code", operation->code);
    out.key("resource").begin_array();
    for (const std::string_view type : operation->resources)
        out.text(type);
    out.end_array();
    out.member("system", false).member("type", true).member("instance", operation->instance);
    out.key("parameter").begin_array();
    for (const Parameter& parameter : operation->parameters)
        write_parameter(out, parameter);
    out.end_array().end_object();
    return resource(out.take());
}

} // namespace efaxd::serve
