// One eFax user ID under a project, and how the list of them is made.
#pragma once

#include "efaxd/core/instant.hpp"
#include "efaxd/core/owner.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

struct Mailbox {
    std::string
        id; ///< `project:system`, `project:Organization:ID`, `project:Practitioner:ID`, then `:2`, `:3` …
    std::string project;
    std::string user_id;
    Owner owner;
    std::string recipient; ///< reference written as the Communication's recipient; empty for none
    Duration poll{};       ///< time between two polls

    bool operator==(const Mailbox&) const = default;
};

/// A user ID as it may be shown: its last two characters behind an ellipsis.
std::string masked_user_id(std::string_view user_id);

/// An owner named in the configuration file.
struct StaticOwner {
    Owner owner;
    std::string user_id; ///< empty: to be read from the owner's identifiers on the FHIR server
    std::optional<Duration> poll;

    bool operator==(const StaticOwner&) const = default;
};

/// All that decides which mailboxes a project has.
struct MailboxPlan {
    std::string project;
    std::string system_user_id;   ///< empty: no shared number
    std::string system_recipient; ///< reference, may be empty
    Duration poll{};
    std::vector<StaticOwner> fixed;
    std::vector<OwnedUser> found; ///< by discovery, or read for a fixed owner without user ID
};

/// Something odd in a plan that an administrator should know.
struct MailboxOddity {
    std::string reason; ///< `mailbox.shared_user_id`, `mailbox.bad_user_id`
    std::vector<Owner> owners;
};

struct MailboxList {
    std::vector<Mailbox> mailboxes; ///< ordered by id; no user ID twice
    std::vector<MailboxOddity> oddities;
};

/// Makes the mailboxes of a plan. A user ID is polled once. System and one owner with the same user ID: the
/// owner is the recipient. Two owners of one user ID: polled once, recipient as for the system mailbox, and
/// an oddity. A user ID that is not 1 to 256 printable ASCII characters without spaces is left out, with an
/// oddity.
MailboxList make_mailboxes(const MailboxPlan& plan);

} // namespace efaxd
