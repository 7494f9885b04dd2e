#include "fhir/communication_json.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/phone_number.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/plain_text.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace efaxd::fhir {

namespace {

constexpr std::array<std::string_view, 12> our_members = {"resourceType", "id",       "meta",     "status",
                                                          "identifier",   "category", "medium",   "extension",
                                                          "recipient",    "sent",     "received", "payload"};

std::optional<json::Document> members_of(const InboundCommunication& communication) {
    if (communication.members.empty())
        return {};
    try {
        auto parsed = json::Document::parse(communication.members);
        if (parsed.root().is_object())
            return parsed;
    } catch (const json::ParseError&) { // told below
    }
    throw Fault(Fault::Kind::lasting, "fhir.refused", "the members kept for this fax are no JSON object");
}

void write_coding(json::Writer& out, std::string_view member, std::string_view system, std::string_view code,
                  std::string_view display = {}) {
    out.key(member).begin_array().begin_object().key("coding").begin_array().begin_object();
    out.member("system", system).member("code", code);
    if (!display.empty())
        out.member("display", display);
    out.end_object().end_array().end_object().end_array();
}

void write_extensions(json::Writer& out, const std::string& number, json::Value theirs) {
    std::string list;
    for (std::size_t i = 0; i < theirs.size(); ++i)
        if (theirs.at(i).is_object() && theirs.at(i)["url"].text_or("") != from_number_extension)
            list += (list.empty() ? "" : ",") + theirs.at(i).raw();
    if (!number.empty()) {
        json::Writer ours;
        ours.begin_object().member("url", from_number_extension).member("valueString", number).end_object();
        list += (list.empty() ? "" : ",") + ours.take();
    }
    if (!list.empty())
        out.key("extension").raw("[" + list + "]");
}

void write_payload(json::Writer& out, const InboundCommunication& communication, const std::string& fax_id) {
    out.key("payload").begin_array().begin_object().key("contentAttachment").begin_object();
    out.member("contentType", name_of(communication.document.type));
    out.member("url", "Binary/" + communication.binary);
    out.member("title", fax_id + "." + std::string(extension_of(communication.document.type)));
    out.member("size", communication.document.size);
    out.member("creation", fhir_timestamp(communication.sent));
    out.end_object().end_object().end_array();
}

void write_rest(json::Writer& out, json::Value theirs) {
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        const std::string_view name = theirs.name_at(i);
        if (!name.empty() && theirs.member_at(i) &&
            std::find(our_members.begin(), our_members.end(), name) == our_members.end())
            out.key(name).raw(theirs.member_at(i).raw());
    }
}

} // namespace

std::string communication_json(const InboundCommunication& communication) {
    const auto members = members_of(communication);
    const json::Value theirs = members ? members->root() : json::Value();
    const std::string fax_id = one_line(communication.fax_id);
    const std::string recipient = one_line(communication.recipient);
    const std::string sent = fhir_timestamp(communication.sent);

    json::Writer out;
    out.begin_object().member("resourceType", "Communication").member("status", "completed");
    out.key("identifier").begin_array().begin_object();
    out.member("system", efax_system).member("value", fax_id);
    out.end_object().end_array();
    write_coding(out, "category", direction_system, "inbound");
    write_coding(out, "medium", medium_system, "FAXWRIT", "telefax");
    write_extensions(out, tidy_number(communication.from_number), theirs["extension"]);
    if (!recipient.empty())
        out.key("recipient")
            .begin_array()
            .begin_object()
            .member("reference", recipient)
            .end_object()
            .end_array();
    out.member("sent", sent).member("received", sent);
    write_payload(out, communication, fax_id);
    write_rest(out, theirs);
    out.end_object();
    return out.take();
}

} // namespace efaxd::fhir
