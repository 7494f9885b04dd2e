#include "fhir/communication_change.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/raw_json.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <string_view>

namespace efaxd::fhir {

namespace {

using Edits = std::vector<Edit>;
using Kind = Edit::Kind;

std::string identifier(std::string_view system, std::string_view value) {
    json::Writer out;
    out.begin_object().member("system", system).member("value", value).end_object();
    return out.take();
}

bool is_claim(std::string_view raw_identifier) {
    return json::Document::parse(raw_identifier).root()["system"].text_or("") == claim_system;
}

/// Edits that add identifiers and, with `unclaim`, take claims away.
void edit_identifiers(Edits& edits, const std::string& body, const std::vector<std::string>& added,
                      bool unclaim) {
    const RawObject resource(body);
    const auto old = raw_elements(resource.find("identifier").value_or(""));
    std::vector<std::string> list;
    for (const auto element : old)
        if (!unclaim || !is_claim(element))
            list.emplace_back(element);
    const bool shorter = list.size() < old.size();
    if (!shorter && !old.empty()) {
        for (const auto& one : added)
            edits.push_back({Kind::append, "identifier", one});
        return;
    }
    list.insert(list.end(), added.begin(), added.end());
    if (!list.empty() && (shorter || !added.empty()))
        edits.push_back({Kind::set, "identifier", raw_array(list)});
    else if (shorter)
        edits.push_back({Kind::remove, "identifier"});
}

void edit_time(Edits& edits, const char* member, const std::optional<Instant>& known,
               const std::optional<Instant>& wanted) {
    if (wanted && !(known && fhir_timestamp(*known) == fhir_timestamp(*wanted)))
        edits.push_back({Kind::set, member, raw_text(fhir_timestamp(*wanted))});
}

std::string status_reason(std::string_view code, std::string_view text) {
    json::Writer out;
    out.begin_object().key("coding").begin_array().begin_object();
    out.member("system", result_system).member("code", code);
    out.end_object().end_array();
    if (!text.empty())
        out.member("text", text);
    out.end_object();
    return out.take();
}

void edit_reason(Edits& edits, const CommunicationStanding& known, const CommunicationChange& change) {
    if (!change.reason_code)
        return;
    const auto& code = *change.reason_code;
    if (code.empty()) {
        if (!known.reason_code.empty())
            edits.push_back({Kind::remove, "statusReason"});
    } else if (code != known.reason_code || change.reason_text != known.reason_text) {
        edits.push_back({Kind::set, "statusReason", status_reason(code, change.reason_text)});
    }
}

void write_operation(json::Writer& out, const char* operation, const std::string& path,
                     std::string_view value) {
    out.begin_object().member("op", operation).member("path", path);
    if (!value.empty())
        out.key("value").raw(value);
    out.end_object();
}

} // namespace

Edits edits_for(const CommunicationStanding& known, const CommunicationChange& change) {
    Edits edits;
    std::vector<std::string> added;
    std::vector<std::string> there = known.fax_ids;
    for (const auto& id : change.fax_ids) {
        const auto is_there = std::any_of(there.begin(), there.end(),
                                          [&](const std::string& one) { return same_text(one, id); });
        if (is_there)
            continue;
        there.push_back(id);
        added.push_back(identifier(efax_system, id));
    }
    edit_identifiers(edits, known.body, added, change.unclaim);
    if (change.status && *change.status != known.status)
        edits.push_back({Kind::set, "status", raw_text(*change.status)});
    edit_reason(edits, known, change);
    edit_time(edits, "sent", known.sent, change.sent);
    edit_time(edits, "received", known.received, change.received);
    return edits;
}

Edits edits_for_claim(const CommunicationStanding& known, const std::string& installation) {
    Edits edits;
    edit_identifiers(edits, known.body, {identifier(claim_system, installation)}, false);
    return edits;
}

Edits edits_for_submission(const CommunicationStanding& known, const std::string& digest) {
    Edits edits;
    edit_identifiers(edits, known.body, {identifier(submission_system, digest)}, false);
    return edits;
}

std::string json_patch(const std::string& body, const Edits& edits, bool guarded) {
    const RawObject resource(body);
    json::Writer out;
    out.begin_array();
    std::string tested;
    for (const auto& [kind, member, value] : edits) {
        const std::string path = "/" + member;
        const auto old = resource.find(member);
        if (guarded && old && tested != member)
            write_operation(out, "test", path, *old);
        tested = member;
        if (kind == Kind::append)
            write_operation(out, "add", path + "/-", value);
        else if (kind == Kind::remove)
            write_operation(out, "remove", path, {});
        else
            write_operation(out, old ? "replace" : "add", path, value);
    }
    out.end_array();
    return out.take();
}

std::string edited(const std::string& body, const Edits& edits) {
    RawObject resource(body);
    for (const auto& [kind, member, value] : edits) {
        if (kind == Kind::remove) {
            resource.remove(member);
        } else if (kind == Kind::set) {
            resource.set(member, value);
        } else {
            const auto old = raw_elements(resource.find(member).value_or(""));
            std::vector<std::string> list(old.begin(), old.end());
            list.push_back(value);
            resource.set(member, raw_array(list));
        }
    }
    return resource.text();
}

} // namespace efaxd::fhir
