// Every event the daemon can speak of, with its stable code. docs/troubleshooting.md has a text for each.
#pragma once

#include <span>
#include <string_view>

namespace efaxd::log {

/// Who must act: error, someone must come; warning, someone should look today; info, the life of the daemon
/// and of each fax; debug, everything else.
enum class Level { debug, info, warning, error };

struct Event {
    std::string_view code; ///< `room.what`, never reused for another meaning
    Level level;
    std::string_view text; ///< one sentence without any data
};

#define EFAXD_EVENTS(X)                                                                                      \
    X(daemon_started, "daemon.started", info, "started")                                                     \
    X(daemon_stopping, "daemon.stopping", info, "stopping")                                                  \
    X(daemon_stopped, "daemon.stopped", info, "stopped")                                                     \
    X(daemon_reloaded, "daemon.reloaded", info, "configuration reloaded")                                    \
    X(daemon_reload_refused, "daemon.reload_refused", error, "configuration refused, the old one stays")     \
    X(daemon_ground_failed, "daemon.ground_failed", error, "disk or ledger failed, stopping")                \
    X(daemon_internal, "daemon.internal", error, "an errand failed in an unforeseen way")                    \
    X(daemon_backed_up, "daemon.backed_up", info, "a copy of the ledger was made and is handed over")        \
    X(daemon_summary, "daemon.summary", info, "still at work")                                               \
    X(daemon_asked, "daemon.asked", info, "a change was asked for on the status socket")                     \
    X(operations_unguarded, "operations.unguarded", error,                                                   \
      "FHIR server lets in whoever comes, callers are refused")                                              \
    X(operations_crowded, "operations.crowded", warning,                                                     \
      "callers of the operations were turned away for want of memory")                                       \
    X(alarm_raised, "alarm.raised", warning, "an alarm stands from now on")                                  \
    X(alarm_cleared, "alarm.cleared", info, "an alarm is over")                                              \
    X(project_unknown, "project.unknown", error, "faxes wait for a project that is not configured any more") \
    X(mailbox_added, "mailbox.added", info, "mailbox added")                                                 \
    X(mailbox_removed, "mailbox.removed", info, "mailbox removed")                                           \
    X(mailbox_polled, "mailbox.polled", debug, "mailbox polled")                                             \
    X(mailbox_new_faxes, "mailbox.new_faxes", info, "new faxes claimed")                                     \
    X(mailbox_failed, "mailbox.failed", warning, "mailbox could not be polled")                              \
    X(mailbox_refused, "mailbox.refused", error, "eFax refuses this user ID")                                \
    X(mailbox_recovered, "mailbox.recovered", info, "mailbox can be polled again")                           \
    X(mailbox_stale, "mailbox.stale", error, "mailbox has not been read for too long")                       \
    X(mailbox_silent, "mailbox.silent", warning, "mailbox has brought no fax for unusually long")            \
    X(mailbox_list_cut, "mailbox.list_cut", warning, "list longer than the cap, reading on next time")       \
    X(mailbox_not_looked_back, "mailbox.not_looked_back", warning,                                           \
      "the last month could not be read again, next try in an hour")                                         \
    X(mailbox_unreadable, "mailbox.unreadable_item", warning,                                                \
      "list items without a usable id were left out")                                                        \
    X(mailbox_shared_user_id, "mailbox.shared_user_id", warning, "several owners carry the same user ID")    \
    X(mailbox_bad_user_id, "mailbox.bad_user_id", warning, "an owner carries an unusable user ID")           \
    X(fax_claimed, "fax.claimed", debug, "fax claimed")                                                      \
    X(fax_stored, "fax.stored", debug, "document stored")                                                    \
    X(fax_attached, "fax.attached", debug, "Binary created")                                                 \
    X(fax_delivered, "fax.delivered", info, "Communication created")                                         \
    X(fax_adopted, "fax.adopted", info, "Communication was there already, adopted")                          \
    X(fax_acknowledged, "fax.acknowledged", debug, "acknowledged at eFax")                                   \
    X(fax_removed, "fax.removed", info, "deleted at eFax")                                                   \
    X(fax_unacknowledged, "fax.unacknowledged", warning, "delivered, but eFax refuses to be told")           \
    X(fax_overdue, "fax.overdue", error, "faxes have been waiting for delivery for too long")                \
    X(fax_waits, "fax.waits", warning, "step failed, will be tried again")                                   \
    X(fax_unsaved, "fax.unsaved", warning,                                                                   \
      "how faxes stand could not be written down, they will be tried again")                                 \
    X(fax_held, "fax.held", error, "held for a person")                                                      \
    X(fax_unknown_outcome, "fax.unknown_outcome", warning,                                                   \
      "outcome unknown, resting before it is looked up")                                                     \
    X(fax_not_stored, "fax.not_stored", error, "eFax keeps no image of this fax")                            \
    X(fax_odd_type, "fax.odd_type", warning, "document is not the PDF that was asked for")                   \
    X(fax_recipient_gone, "fax.recipient_gone", warning, "recipient vanished, delivered to the default")     \
    X(fax_spare_binary, "fax.spare_binary", warning, "a spare Binary may remain on the FHIR server")         \
    X(fax_several_matches, "fax.several_matches", warning, "several Communications carry this fax id")       \
    X(fax_spool_missing, "fax.spool_missing", warning, "document missing in the spool, fetching it again")   \
    X(send_live, "send.live", info, "sending is live")                                                       \
    X(send_on_hold, "send.on_hold", info, "sending is on hold, nothing is submitted")                        \
    X(send_pick_up_idle, "send.pick_up_idle", warning, "pick_up is set, but sending is on hold")             \
    X(send_accepted, "send.accepted", info, "outbound Communication accepted")                               \
    X(send_submitted, "send.submitted", info, "fax handed over to eFax")                                     \
    X(send_found, "send.found", warning, "fax of unknown outcome found at eFax")                             \
    X(send_completed, "send.completed", info, "fax arrived")                                                 \
    X(send_failed, "send.failed", warning, "fax did not arrive")                                             \
    X(send_cancelled, "send.cancelled", info, "fax cancelled")                                               \
    X(send_again, "send.again", info, "fax will be submitted again as configured")                           \
    X(send_waits, "send.waits", warning, "step of sending failed, will be tried again")                      \
    X(send_unknown_outcome, "send.unknown_outcome", warning, "fax may have been taken, will be looked for")  \
    X(send_held, "send.held", error, "fax held for a person, it may have gone out")                          \
    X(send_held_back, "send.held_back", error, "fax held for a person before it was handed to eFax")         \
    X(send_confirmed, "send.confirmed", info, "a person says that the fax went out, under this id at eFax")  \
    X(send_untold, "send.untold", warning, "Communication could not be updated, will be tried again")        \
    X(send_unwritten, "send.unwritten", error,                                                               \
      "Communications have not been told for too long how their faxes stand")                                \
    X(send_unreported, "send.unreported", warning, "Communication is gone, its outcome stays in the ledger") \
    X(send_overdue, "send.overdue", error, "faxes have been waiting to be sent for too long")                \
    X(send_picked_up, "send.picked_up", info, "waiting Communications found")                                \
    X(send_not_picked_up, "send.not_picked_up", warning, "waiting Communication cannot be sent")             \
    X(send_set_aside, "send.set_aside", warning,                                                             \
      "waiting Communication can be neither accepted nor stopped, will be tried again")                      \
    X(send_orphaned, "send.orphaned", error,                                                                 \
      "Communication is in-progress, and neither ours nor has anybody written to it for long")               \
    X(send_pick_up_failed, "send.pick_up_failed", warning, "waiting Communications could not be searched")   \
    X(operations_open, "operations.open", info, "door for FHIR operations opened")                           \
    X(operations_exposed, "operations.exposed", warning, "operations door listens beyond this machine")      \
    X(operations_refused, "operations.refused", warning, "caller without valid credentials")                 \
    X(webhook_taken, "webhook.taken", debug, "notification of eFax taken as a hint")                         \
    X(webhook_forged, "webhook.forged", warning, "notification without a valid signature")                   \
    X(discovery_done, "discovery.done", debug, "owners discovered")                                          \
    X(discovery_failed, "discovery.failed", warning,                                                         \
      "owners could not be discovered, keeping the known ones")                                              \
    X(discovery_shrunk, "discovery.shrunk", error, "far fewer owners than before, keeping the known ones")   \
    X(efax_signed_in, "efax.signed_in", info, "signed in to eFax")                                           \
    X(efax_sign_in_refused, "efax.sign_in_refused", error, "eFax refuses our App ID or API key")             \
    X(efax_rival, "efax.rival", error, "another program uses this App ID")                                   \
    X(efax_paused, "efax.paused", warning, "eFax asks us to wait")                                           \
    X(efax_odd_reply, "efax.odd_reply", warning, "eFax answered in an unexpected form")                      \
    X(fhir_signed_in, "fhir.signed_in", info, "signed in to the FHIR server")                                \
    X(fhir_sign_in_refused, "fhir.sign_in_refused", error, "the FHIR server refuses our credentials")        \
    X(fhir_paused, "fhir.paused", warning, "the FHIR server asks us to wait")                                \
    X(fhir_mode, "fhir.mode", info, "way of writing Binaries changed")                                       \
    X(clock_skew, "clock.skew", warning, "our clock and the server's differ")                                \
    X(disk_low, "disk.low", error, "little free disk left")

#define EFAXD_EVENT(name, code, level, text) inline constexpr Event name{code, Level::level, text};
EFAXD_EVENTS(EFAXD_EVENT)
#undef EFAXD_EVENT

/// All of them, in the order above.
std::span<const Event> all_events();

} // namespace efaxd::log
