#include "serve/alarms.hpp"

#include <algorithm>
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
    constexpr const char* stale = "mailbox.stale";
    std::set<std::string_view> told; // projects whose stale mailboxes are named below
    for (const MailboxStatus& mailbox : status.mailboxes)
        if (mailbox.stale)
            told.insert(mailbox.project);
    std::vector<Alarm> alarms;
    for (const ProjectStatus& project : status.projects)
        for (const std::string& code : project.alarms)
            if (code != stale || !told.contains(project.name))
                alarms.push_back({code, project.name, nullptr, resource_of(project, code)});
    const auto first_stale = static_cast<std::ptrdiff_t>(alarms.size());
    for (const MailboxStatus& mailbox : status.mailboxes)
        if (mailbox.stale)
            alarms.push_back({stale, mailbox.project, &mailbox, {}});
    std::sort(alarms.begin() + first_stale, alarms.end(), [](const Alarm& one, const Alarm& other) {
        return std::tie(one.mailbox->last_success, one.mailbox->id) <
               std::tie(other.mailbox->last_success, other.mailbox->id);
    });
    return alarms;
}

} // namespace efaxd::serve
