#include "sandbox/send_service.hpp"

#include "sandbox/efax_call.hpp"
#include "sandbox/efax_query.hpp"
#include "sandbox/send_form.hpp"
#include "sandbox/sent_items.hpp"

namespace efaxd::sandbox {

namespace {

HttpResponse refusal(const EfaxCall& call, const std::vector<BadField>& bad) {
    if (call.style.errors == ErrorStyle::gateway)
        return call.error(400);
    return json_response(efax_errors(400, bad), 400);
}

std::string spelt(const std::string& digits, EntryNumber style) {
    if (style == EntryNumber::plus)
        return "+" + digits;
    return style == EntryNumber::bare && digits.starts_with('1') ? digits.substr(1) : digits;
}

void write_entry(json::Writer& writer, const std::string& id, const std::string& digits, EntryNumber style) {
    writer.begin_object().member("fax_id", id);
    writer.member("destination_fax_number", spelt(digits, style)).end_object();
}

bool is_json(const HttpRequest& request) {
    const auto type = request.header("content-type");
    return lower(type.substr(0, type.find(';'))) == "application/json";
}

bool has_path(const EfaxCall& call) {
    const bool plural = call.request.path.ends_with("s");
    return call.style.details == DetailsPath::both || plural == (call.style.details == DetailsPath::plural);
}

} // namespace

std::shared_ptr<BodySink> SendService::sink(const EfaxStyle& style) {
    return std::make_shared<SendBody>(static_cast<std::uint64_t>(style.send_limit));
}

std::optional<HttpResponse> SendService::serve(const EfaxCall& call, const std::string& number,
                                               JournalEntry& entry) {
    if (call.endpoint == "efax.send")
        return send(call, number, entry);
    if (call.endpoint == "efax.sent")
        return list(call);
    const bool ours_only = call.endpoint == "efax.details" || call.endpoint == "efax.cancel";
    const auto fax = call.fax_id.empty() ? std::nullopt : store_.find(call.app, call.user_id, call.fax_id);
    if (!fax)
        return ours_only ? std::optional{call.error(404, "no such fax")} : std::nullopt;
    entry.subject = fax->id;
    if (call.endpoint == "efax.cancel")
        return cancel(call, *fax);
    json::Writer writer;
    if (call.endpoint == "efax.details" && has_path(call))
        write_details(writer, *fax, call.style);
    else if (call.endpoint == "efax.metadata" && is_final(fax->progress.state))
        write_sent_item(writer, *fax, call.style, true);
    else
        return call.error(404, "no such fax");
    return json_response(writer.take());
}

HttpResponse SendService::send(const EfaxCall& call, const std::string& number, JournalEntry& entry) {
    auto* body = dynamic_cast<SendBody*>(call.request.sink.get());
    if (body == nullptr || !is_json(call.request))
        return call.error(415, "the body must be JSON");
    if (body->too_large())
        return call.error(413, "the request is too large");
    const SendForm form = read_send_form(*body, call.style.retries);
    if (!form.bad.empty())
        return refusal(call, form.bad);
    json::Writer writer;
    writer.begin_array();
    if (!call.met(FaultKind::fewer)) {
        const auto ids =
            store_.take(call.app, call.user_id, number, std::string{call.request.header("transaction-id")},
                        form.sending, call.style);
        entry.subject = ids.front();
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::string& to = form.sending.destinations[i].number;
            write_entry(writer, ids[i], to, call.style.entry_numbers);
            if (call.met(FaultKind::double_entry))
                write_entry(writer, store_.ghost_id(), to, call.style.entry_numbers);
        }
    }
    writer.end_array();
    return json_response(writer.take(), static_cast<int>(call.style.send_status));
}

HttpResponse SendService::list(const EfaxCall& call) const {
    std::string complaint;
    const SentQuery query = read_sent_query(call.request, call.style, complaint);
    if (!complaint.empty())
        return call.error(400, complaint);
    const auto page = store_.list(call.app, call.user_id, query, call.style);
    json::Writer writer;
    writer.begin_object()
        .member("first_record", query.offset + 1)
        .member("last_record", query.offset + page.size());
    if (call.met(FaultKind::null_faxes)) {
        writer.key("faxes").null();
    } else if (!call.met(FaultKind::no_faxes)) {
        writer.key("faxes").begin_array();
        for (const SentRecord& fax : page)
            write_sent_item(writer, fax, call.style, false);
        writer.end_array();
    }
    writer.end_object();
    return json_response(writer.take());
}

HttpResponse SendService::cancel(const EfaxCall& call, const SentRecord& fax) {
    const bool open = !is_final(fax.progress.state);
    const bool noted = open && (call.met(FaultKind::no_effect) || store_.cancel(fax.id));
    HttpResponse response =
        noted ? json_response("{}", 202) : call.error(409, "the fax has already completed");
    response.headers.emplace_back("transaction-id", "cancel-" + fax.id);
    return response;
}

void SendService::write_ended(json::Writer& writer, const EfaxCall& call, std::string_view id) const {
    const auto fax = store_.find(call.app, call.user_id, id);
    if (fax && is_final(fax->progress.state))
        write_sent_item(writer, *fax, call.style, true);
}

} // namespace efaxd::sandbox
