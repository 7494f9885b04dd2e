#include "serve/alarms.hpp"

#include "efaxd/events.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <tuple>

namespace efaxd::serve {

namespace {

std::string resource_of(const ProjectStatus& project, const std::string& code) {
    const auto found = project.alarm_resources.find(code);
    return found == project.alarm_resources.end() ? std::string() : found->second;
}

} // namespace

std::vector<Alarm> alarms_of(const Status& status) {
    const std::string stale(log::mailbox_stale.code);
    const std::string silent(log::mailbox_silent.code);
    std::set<std::string_view> told; // projects whose stale mailboxes are named below
    for (const MailboxStatus& mailbox : status.mailboxes)
        if (mailbox.stale)
            told.insert(mailbox.project);
    std::vector<Alarm> alarms;
    for (const ProjectStatus& project : status.projects)
        for (const std::string& code : project.alarms)
            if (code != silent && (code != stale || !told.contains(project.name)))
                alarms.push_back({code, project.name, nullptr, resource_of(project, code)});
    const auto first_stale = static_cast<std::ptrdiff_t>(alarms.size());
    for (const MailboxStatus& mailbox : status.mailboxes)
        if (mailbox.stale)
            alarms.push_back({stale, mailbox.project, &mailbox, {}});
    std::sort(alarms.begin() + first_stale, alarms.end(), [](const Alarm& one, const Alarm& other) {
        return std::tie(one.mailbox->last_success, one.mailbox->id) <
               std::tie(other.mailbox->last_success, other.mailbox->id);
    });
    for (const MailboxStatus& mailbox : status.mailboxes)
        if (mailbox.silent)
            alarms.push_back({silent, mailbox.project, &mailbox, {}});
    return alarms;
}

std::span<const std::string_view> alarm_codes() {
    using namespace log;
    static constexpr std::array codes{mailbox_stale.code,
                                      mailbox_silent.code,
                                      mailbox_failed.code,
                                      mailbox_refused.code,
                                      mailbox_unreadable.code,
                                      mailbox_shared_user_id.code,
                                      fax_overdue.code,
                                      fax_held.code,
                                      fax_waits.code,
                                      send_overdue.code,
                                      send_held.code,
                                      send_held_back.code,
                                      send_unwritten.code,
                                      send_orphaned.code,
                                      send_set_aside.code,
                                      send_pick_up_failed.code,
                                      discovery_failed.code,
                                      discovery_shrunk.code,
                                      efax_sign_in_refused.code,
                                      fhir_sign_in_refused.code,
                                      efax_rival.code,
                                      clock_skew.code,
                                      disk_low.code};
    return codes;
}

} // namespace efaxd::serve
