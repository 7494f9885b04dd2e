#include "sandbox/fhir_service.hpp"

#include "sandbox/fhir_call.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

SimulatedFhir::SimulatedFhir(std::uint64_t seed, const SimulatedClock& clock, Faults& faults,
                             Journal& journal)
    : store_(seed, clock), auth_(seed, clock), storage_(seed, clock), clock_(clock), faults_(faults),
      journal_(journal) {}

FhirStyle SimulatedFhir::style() const {
    const std::lock_guard lock(style_mutex_);
    return style_;
}

void SimulatedFhir::set_style(const FhirStyle& style) {
    const std::lock_guard lock(style_mutex_);
    style_ = style;
}

std::optional<std::size_t> SimulatedFhir::digests(const HttpRequest& head) const {
    if (fhir_place(head).endpoint != "fhir.binary" || is_fhir_json(head.header("content-type")))
        return std::nullopt;
    return static_cast<std::size_t>(style().keep_bytes);
}

HttpResponse SimulatedFhir::answer(const HttpRequest& request) {
    const FhirStyle now = style();
    const FhirCall call{request, now, storage_, "http://" + std::string{request.header("host")},
                        fhir_place(request)};
    JournalEntry entry;
    entry.side = "fhir";
    entry.endpoint = call.place.endpoint;
    entry.method = request.method;
    const bool secret = call.place.endpoint == "fhir.token" || call.place.endpoint == "fhir.storage";
    entry.target = secret ? request.path : request.target;
    if (!call.place.id.empty())
        entry.subject = call.place.type + "/" + call.place.id;
    return attempt(faults_, journal_, clock_, request, std::move(entry),
                   [&](const FaultRule*, JournalEntry& line) { return serve(call, line); });
}

HttpResponse SimulatedFhir::serve(const FhirCall& call, JournalEntry& entry) {
    const std::string& endpoint = call.place.endpoint;
    if (endpoint == "fhir.token")
        return auth_.token(call.request, call.style, call.origin + "/oauth2/token");
    if (endpoint == "fhir.metadata")
        return metadata(call);
    if (endpoint == "fhir.smart")
        return smart_configuration(call);
    if (call.place.type.empty() && call.place.status == 405)
        return call.error(405, {}, "not-supported", "Method not allowed");
    if (endpoint == "fhir.storage")
        return from_storage(call, entry);
    const Access access =
        auth_.access(call.request, call.style, endpoint == "fhir.read" ? entry.subject : std::string{});
    if (access == Access::forbidden)
        return call.error(403, "forbidden", "forbidden", "Forbidden");
    if (access == Access::hidden)
        return call.error(404, "not-found", "not-found", "Not found");
    if (access == Access::unknown) {
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
    if (endpoint == "fhir.patch")
        return patch(call);
    if (endpoint == "fhir.binary")
        return write_binary(call, entry);
    if (endpoint == "fhir.delete")
        return remove(call);
    return call.place.status == 405 ? call.error(405, {}, "not-supported", "Method not allowed")
                                    : call.error(404, "not-found", "not-found", "Not found");
}

HttpResponse SimulatedFhir::metadata(const FhirCall& call) {
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
        if (call.style.patch == PatchStyle::allow && type != "Binary")
            writer.begin_object().member("code", "patch").end_object();
        writer.end_array().member("versioning", "versioned-update");
        writer.member("updateCreate", call.style.update_create == UpdateCreate::allow);
        writer.member("conditionalCreate", call.style.conditional_create && type != "Binary").end_object();
    }
    writer.end_array().end_object().end_array().end_object();
    return fhir_json(200, writer.take());
}

HttpResponse SimulatedFhir::smart_configuration(const FhirCall& call) {
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

std::string SimulatedFhir::put(std::string_view json) {
    const auto document = json::Document::parse(json);
    const std::string type{document.root()["resourceType"].text_or("")};
    const std::string id{document.root()["id"].text_or("")};
    if (!is_type_name(type) || (!id.empty() && !is_resource_id(id)))
        throw BadCall("a resource needs a resourceType, and its id must be one");
    if (!check_json(document.root(), type).empty())
        throw BadCall("the resource breaks the rules of FHIR JSON");
    const auto done = id.empty() ? store_.create(document.root(), nullptr, {})
                                 : *store_.update(document.root(), id, std::nullopt, {}, false);
    return done.resource.type + "/" + done.resource.id;
}

std::string SimulatedFhir::shown(const std::string& type, const std::string& id,
                                 const std::string& origin) const {
    const FhirStyle now = style();
    const HttpRequest none;
    const auto resource = store_.read(type, id);
    return resource ? FhirCall{none, now, storage_, origin, {}}.shown(*resource) : std::string{};
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
