#include "app/dry_run.hpp"

#include "efaxd/core/fault.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <sysexits.h>

namespace efaxd::app {

namespace {

void append(std::vector<flow::Intention>& all, std::vector<flow::Intention> some) {
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

std::vector<Mailbox> mailboxes_of(Project& project, Preview& preview, const std::stop_token& stop) {
    try {
        if (project.discovers())
            return project.foresee_mailboxes(stop).mailboxes;
    } catch (const Fault& fault) {
        preview.failures.emplace_back(project.name(), fault.reason);
    }
    return project.mailboxes()->mailboxes;
}

} // namespace

Preview dry_run(const Projects& projects, const Ground& ground, std::stop_token stop) {
    Preview preview;
    for (const auto& [name, project] : projects) {
        const int before = project->efax().state().tokens_asked;
        for (const Mailbox& mailbox : mailboxes_of(*project, preview, stop)) {
            try {
                append(preview.intentions,
                       flow::preview_mailbox(mailbox, project->poll(), project->fhir(), ground.ledger, stop));
            } catch (const Fault& fault) {
                preview.failures.emplace_back(mailbox.id, fault.reason);
            }
        }
        append(preview.intentions, flow::preview_waiting(name, ground.ledger));
        preview.tokens_asked += project->efax().state().tokens_asked - before;
    }
    return preview;
}

int exit_code_of(const Preview& preview) { return preview.failures.empty() ? EX_OK : EX_TEMPFAIL; }

std::string preview_text(const Preview& preview) {
    std::string text;
    for (const auto& intention : preview.intentions)
        text += intention.mailbox + "  " + intention.fax_id + "  " + intention.next + "\n";
    for (const auto& [where, reason] : preview.failures)
        text += where + "  could not be read (" + reason + ")\n";
    text += std::to_string(preview.intentions.size()) + " faxes; nothing was changed";
    if (preview.tokens_asked > 0)
        text += "; one eFax token was asked for, which ends any other program's";
    text +=
        "\nonly received faxes were looked at; outbound ones are listed by efaxctl transmissions --open\n";
    return text;
}

std::string preview_json(const Preview& preview) {
    json::Writer out;
    out.begin_object().key("faxes").begin_array();
    for (const auto& intention : preview.intentions) {
        out.begin_object().member("mailbox", intention.mailbox).member("fax", intention.fax_id);
        out.member("next", intention.next).end_object();
    }
    out.end_array().key("failures").begin_array();
    for (const auto& [where, reason] : preview.failures)
        out.begin_object().member("where", where).member("reason", reason).end_object();
    out.end_array().member("tokens_asked", preview.tokens_asked).end_object();
    return out.take();
}

Preview read_preview(const std::string& json) {
    const auto document = json::Document::parse(json, json::our_own);
    const auto text = [](json::Value value) { return std::string(value.text_or("")); };
    Preview preview;
    const auto faxes = document.root()["faxes"];
    for (std::size_t at = 0; at < faxes.size(); ++at) {
        const auto item = faxes.at(at);
        preview.intentions.push_back({text(item["mailbox"]), text(item["fax"]), text(item["next"])});
    }
    const auto failures = document.root()["failures"];
    for (std::size_t at = 0; at < failures.size(); ++at)
        preview.failures.emplace_back(text(failures.at(at)["where"]), text(failures.at(at)["reason"]));
    preview.tokens_asked = static_cast<int>(document.root()["tokens_asked"].integer().value_or(0));
    return preview;
}

} // namespace efaxd::app
