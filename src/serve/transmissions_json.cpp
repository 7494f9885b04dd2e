#include "serve/transmissions_json.hpp"

#include "efaxd/core/mailbox.hpp"
#include "serve/parts.hpp"

#include <algorithm>
#include <cstdint>

namespace efaxd::serve {

namespace {

using json::Writer;

/// On a server: the other kind of id belongs to a body that came without one (see TransmissionKey).
bool filed(const TransmissionKey& key) { return !key.communication.starts_with('~'); }

std::string id_of(const TransmissionKey& key) {
    return key.project + ':' + key.communication + ':' + std::to_string(key.recipient);
}

void write_key(Writer& out, const TransmissionKey& key) {
    out.member("id", id_of(key)).member("project", key.project).key("communication");
    if (filed(key))
        out.text("Communication/" + key.communication);
    else
        out.null();
}

void write_documents(Writer& out, const Transmission& one) {
    std::uint64_t bytes = 0;
    for (const Document& document : one.documents)
        bytes += document.size;
    out.key("documents").begin_object();
    out.member("count", one.documents.size()).member("bytes", bytes).end_object();
}

void write_transmission(Writer& out, const Transmission& one) {
    out.begin_object();
    write_key(out, one.key);
    text_if(out, "recipient", one.recipient);
    out.member("stage", name_of(one.stage)).member("outcome", name_of(one.outcome));
    out.member("held", one.held);
    if (!one.held)
        time_if(out, "due", one.due);
    out.member("attempts", one.attempts);
    text_if(out, "reason", one.reason);
    text_if(out, "status", one.status);
    if (!one.code.empty())
        out.member("code", one.code).member("text", result_of(one.code).sentence);
    out.member("pages", one.pages).member("tries", one.tries).member("round", one.round);
    time_if(out, "accepted", one.accepted);
    time_if(out, "begun", one.begun);
    time_if(out, "submitted", one.submitted);
    time_if(out, "settled", one.settled);
    text_if(out, "fax_id", one.fax_id);
    if (!one.user_id.empty())
        out.member("user_id", masked_user_id(one.user_id));
    write_documents(out, one);
    out.end_object();
}

} // namespace

std::string transmissions_json(const std::vector<Transmission>& page, std::size_t limit) {
    limit = std::max<std::size_t>(limit, 1);
    const std::size_t shown = std::min(limit, page.size());
    Writer out;
    out.begin_object().member("schema", schema_version).key("transmissions").begin_array();
    for (std::size_t i = 0; i < shown; ++i)
        write_transmission(out, page[i]);
    out.end_array();
    if (page.size() >= limit) {
        const TransmissionKey& last = page[shown - 1].key;
        out.key("next").begin_object().member("after_project", last.project);
        out.member("after_communication", last.communication);
        out.member("after_recipient", std::to_string(last.recipient)).end_object();
    }
    out.end_object();
    return out.take();
}

std::string transmission_json(const Transmission& transmission) {
    Writer out;
    out.begin_object().member("schema", schema_version).key("transmission");
    write_transmission(out, transmission);
    out.end_object();
    return out.take();
}

} // namespace efaxd::serve
