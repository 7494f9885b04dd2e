#include "sandbox/sandbox.hpp"

#include "efaxd/core/communication.hpp"
#include "sandbox/control.hpp"
#include "json/writer.hpp"

namespace efaxd::sandbox {

Sandbox::Sandbox(const Options& options)
    : faults_(options.seed), efax_(options.seed, clock_, faults_, journal_),
      fhir_(options.seed, clock_, faults_, journal_), oracle_(efax_.store(), fhir_.store()),
      webhooks_(clock_, efax_.store(), efax_.sent()), control_(std::make_unique<Control>(*this)),
      efax_server_(options.efax_port, efax_, clock_), fhir_server_(options.fhir_port, fhir_, clock_),
      control_server_(options.control_port, *control_, clock_) {}

Outbound Sandbox::put_outbound(const NewOutbound& wanted) {
    return sandbox::put_outbound(fhir_, wanted, fhir_server_.origin());
}

Sandbox::~Sandbox() = default;

std::string Sandbox::efax_url() const { return efax_server_.origin() + efax_.style().prefix; }
std::string Sandbox::fhir_url() const { return fhir_server_.origin() + "/fhir/R4"; }
std::string Sandbox::control_url() const { return control_server_.origin(); }

std::string Sandbox::add_owner(const NewOwner& owner) {
    if (owner.type != "Organization" && owner.type != "Practitioner")
        throw BadCall("an owner is an Organization or a Practitioner");
    if (owner.id.empty())
        throw BadCall("id is missing");
    const std::string name = owner.name.empty() ? owner.id : owner.name;
    json::Writer writer;
    writer.begin_object().member("resourceType", owner.type).member("id", owner.id).member("active", true);
    if (!owner.user_id.empty()) {
        writer.key("identifier").begin_array().begin_object().member("system", efax_system);
        writer.member("value", owner.user_id).end_object().end_array();
    }
    if (owner.type == "Organization")
        writer.member("name", name);
    else
        writer.key("name").begin_array().begin_object().member("family", name).end_object().end_array();
    writer.key("telecom").begin_array().begin_object().member("system", "fax");
    writer.member("value", "+" + owner.number).end_object().end_array().end_object();
    const std::string reference = fhir_.put(writer.take());
    if (!owner.user_id.empty())
        add_user({owner.app, owner.user_id, owner.number, reference});
    return reference;
}

std::string Sandbox::put_fax(const std::string& user_id) {
    NewFaxes faxes;
    faxes.user_id = user_id;
    return put_faxes(faxes).front();
}

const std::vector<std::string>& Sandbox::clinic_users() {
    static const std::vector<std::string> users{"10000001-20000001", "10000001-20000002",
                                                "10000001-20000003"};
    return users;
}

void Sandbox::set_up_clinic() {
    const auto& users = clinic_users();
    add_owner({"Organization", "front-desk", "Front Desk", {}, "sim-app", "13035550121"});
    add_user({"sim-app", users[0], "13035550121", "Organization/front-desk"});
    add_owner({"Organization", "north-clinic", "North Clinic", users[1], "sim-app", "13035550122"});
    add_owner({"Practitioner", "dr-example", "Example", users[2], "sim-app", "13035550123"});
}

std::string Sandbox::judgement() const {
    std::string line = oracle().line();
    if (efax_.sent().size() > 0)
        line += "; " + send_oracle().line();
    return line;
}

void Sandbox::reset() {
    open_efax(true);
    open_fhir(true);
    clock_.reset();
    faults_.clear();
    efax_.store().reset();
    efax_.sent().reset();
    efax_.set_style({});
    fhir_.store().reset();
    fhir_.auth().reset();
    fhir_.set_style({});
    webhooks_.reset();
    journal_.clear();
}

} // namespace efaxd::sandbox
