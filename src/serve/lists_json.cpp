// GET /mailboxes and /faxes: pages of a list.
#include "serve/parts.hpp"
#include "serve/status.hpp"

#include "efaxd/core/mailbox.hpp"

#include <algorithm>

namespace efaxd::serve {

namespace {

using json::Writer;

void write_owner(Writer& out, const Owner& owner) {
    out.key("owner").begin_object().member("kind", name_of(owner.kind));
    text_if(out, "reference", owner.reference());
    out.end_object();
}

void write_mailbox(Writer& out, const MailboxStatus& mailbox, Instant now) {
    out.begin_object().member("id", mailbox.id).member("project", mailbox.project);
    write_owner(out, mailbox.owner);
    text_if(out, "recipient", mailbox.recipient);
    out.member("user_id", mailbox.masked_user_id);
    out.member("polling", mailbox.polling).member("paused", mailbox.paused).member("stale", mailbox.stale);
    out.member("silent", mailbox.silent);
    time_if(out, "last_poll", mailbox.last_poll);
    time_if(out, "last_success", mailbox.last_success);
    time_if(out, "last_fax", mailbox.last_fax);
    time_if(out, "next_poll", mailbox.next_poll);
    out.member("failures", mailbox.failures);
    if (mailbox.failures > 0 && mailbox.next_poll)
        out.member("backoff_seconds", std::max<std::int64_t>(0, seconds(*mailbox.next_poll - now)));
    text_if(out, "reason", mailbox.reason);
    out.key("faxes").begin_object();
    out.member("waiting", mailbox.waiting)
        .member("held", mailbox.held)
        .member("delivered", mailbox.delivered);
    out.end_object().end_object();
}

std::string_view state_of(const Entry& entry) {
    if (entry.held)
        return "held";
    return entry.due ? "waiting" : "settled";
}

void write_document(Writer& out, const Entry& entry) {
    if (entry.document.sha256.empty())
        return;
    out.key("document").begin_object();
    out.member("size_bytes", entry.document.size).member("sha256", entry.document.sha256);
    out.member("media_type", name_of(entry.document.type)).end_object();
}

void write_fax(Writer& out, const Entry& entry) {
    out.begin_object().member("project", entry.key.project).member("id", entry.key.fax_id);
    out.member("mailbox", entry.mailbox);
    text_if(out, "user_id", masked_user_id(entry.user_id));
    out.member("stage", name_of(entry.stage)).member("state", state_of(entry));
    out.member("attempts", entry.attempts);
    text_if(out, "reason", entry.reason);
    if (!entry.held)
        time_if(out, "due", entry.due);
    time_if(out, "first_seen", entry.first_seen);
    time_if(out, "received", entry.fax.completed);
    time_if(out, "delivered", entry.delivered_at);
    if (entry.fax.pages > 0)
        out.member("pages", entry.fax.pages);
    write_document(out, entry);
    if (!entry.binary_id.empty())
        out.member("binary", "Binary/" + entry.binary_id);
    if (!entry.communication_id.empty())
        out.member("communication", "Communication/" + entry.communication_id);
    out.member("suspected_spares", entry.spares).end_object();
}

/// The mailboxes after that id, the first `most` of them by id.
std::vector<const MailboxStatus*> first_after(const std::vector<MailboxStatus>& all, const std::string& after,
                                              std::size_t most) {
    std::vector<const MailboxStatus*> some;
    for (const MailboxStatus& mailbox : all)
        if (mailbox.id > after)
            some.push_back(&mailbox);
    const std::size_t sorted = std::min(most, some.size());
    std::partial_sort(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(sorted), some.end(),
                      [](const auto* one, const auto* other) { return one->id < other->id; });
    some.resize(sorted);
    return some;
}

} // namespace

std::string mailboxes_json(const Status& status, const std::string& after, std::size_t limit) {
    limit = std::clamp<std::size_t>(limit, 1, status.mailboxes.size() + 1);
    auto page = first_after(status.mailboxes, after, limit + 1);
    const bool more = page.size() > limit;
    if (more)
        page.pop_back();
    Writer out;
    out.begin_object().member("schema", schema_version).member("total", status.mailboxes.size());
    out.key("mailboxes").begin_array();
    for (const MailboxStatus* mailbox : page)
        write_mailbox(out, *mailbox, status.now);
    out.end_array();
    if (more)
        out.member("next", page.back()->id);
    out.end_object();
    return out.take();
}

std::string faxes_json(const std::vector<Entry>& page, std::size_t limit) {
    limit = std::max<std::size_t>(limit, 1);
    const std::size_t shown = std::min(limit, page.size());
    Writer out;
    out.begin_object().member("schema", schema_version).key("faxes").begin_array();
    for (std::size_t i = 0; i < shown; ++i)
        write_fax(out, page[i]);
    out.end_array();
    if (page.size() >= limit) {
        const FaxKey& last = page[shown - 1].key;
        out.key("next").begin_object();
        out.member("after_project", last.project).member("after_fax", last.fax_id).end_object();
    }
    out.end_object();
    return out.take();
}

std::string fax_json(const Entry& entry) {
    Writer out;
    out.begin_object().member("schema", schema_version).key("fax");
    write_fax(out, entry);
    out.end_object();
    return out.take();
}

} // namespace efaxd::serve
