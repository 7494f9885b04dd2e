#include "config/project.hpp"

#include "config/endpoint.hpp"
#include "config/mailboxes.hpp"
#include "config/secret.hpp"
#include "config/send.hpp"

namespace efaxd::config {

namespace {

using std::chrono::hours;

void read_retry(Section box, BackoffPolicy& retry) {
    const auto before = box.report().count();
    retry.first = box.duration("first", {.least = std::chrono::milliseconds{100}}, retry.first);
    retry.most = box.duration("most", {.least = std::chrono::milliseconds{100}}, retry.most);
    if (retry.most < retry.first && box.report().count() == before) {
        const Node* most = box.peek("most");
        const Node& culprit = most ? *most : *box.peek("first"); // defaults alone are in order
        box.wrong(culprit, culprit.key, "first must not be longer than most");
    }
    box.finish();
}

void read_receive(Section box, Receive& receive) {
    receive.window = box.duration("window", {hours{1}, hours{24 * 90}}, receive.window);
    receive.acknowledge = box.flag("acknowledge", receive.acknowledge);
    receive.delete_after = box.duration_or_never("delete_after", {hours{1}, hours{24 * 3650}});
    box.finish();
}

/// A project that would have nothing to do.
void refuse_idle(Section& box, const Project& project) {
    const auto none = [](const Owners& owners) { return !owners.discover && owners.listed.empty(); };
    if (!project.secrets.user_id && none(project.mailboxes.organizations) &&
        none(project.mailboxes.practitioners))
        box.report().add(box.place(), box.path(),
                         "has no mailbox: give secrets.eFaxUserId, or discover or list owners in mailboxes");
}

} // namespace

Project read_project(Section& box, bool door) {
    Project project;
    const auto before = box.report().count();
    project.name = box.text("name", form::project_name, Need::required);
    if (auto secrets = box.section("secrets", Need::required, Section::Kind::confidential))
        read_secrets(*secrets, project.secrets);
    read_efax(box.section_or_defaults("efax"), project.efax);
    if (auto fhir = box.section("fhir", Need::required))
        read_fhir(*fhir, project.fhir);
    read_mailboxes(box.section_or_defaults("mailboxes"), project.mailboxes);
    read_retry(box.section_or_defaults("retry"), project.retry);
    read_receive(box.section_or_defaults("receive"), project.receive);
    read_send(box.section_or_defaults("send"), project.send);
    project.webhook_secret = read_secret(box, "webhook_secret", Need::optional);
    if (!door)
        box.wrong_key("webhook_secret", "needs operations: eFax's notifications come in at that door");
    box.finish();
    if (box.whole() && box.report().count() == before)
        refuse_idle(box, project);
    return project;
}

} // namespace efaxd::config
