#include "fhir/outbound_reader.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/communication.hpp"
#include "efaxd/core/refusal.hpp"
#include "fhir/abridged_body.hpp"
#include "fhir/canonical.hpp"
#include "fhir/documents.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/recipients.hpp"
#include "fhir/resource.hpp"
#include "fhir/sender.hpp"
#include "fhir/standing.hpp"
#include "fhir/whole_body.hpp"

namespace efaxd::fhir {

namespace {

Refusal not_a_fax() {
    return {400, "invalid", "Communication.medium", "send.not_a_fax",
            "This is not a fax; send a Communication whose medium is FAXWRIT"};
}

Refusal bad_id() {
    return {400, "invalid", "Communication.id", "send.bad_id",
            "The Communication's id is not a FHIR id; save it on the FHIR server and send it again"};
}

/// As apps tell it, by the first coding of the first category; or by any that is of our own system.
bool is_inbound(json::Value communication) {
    const auto first = communication["category"].at(0)["coding"].at(0)["code"].text_or("");
    return first == "inbound" || match_of(communication).direction == Direction::inbound;
}

void throw_unless_sendable(json::Value communication) {
    if (!is_fax(communication))
        throw not_a_fax();
    if (is_inbound(communication))
        throw Refusal(422, "business-rule", "Communication.category[0]", "send.inbound",
                      "This fax was received; to pass it on, make a new outbound Communication with its "
                      "document");
    const auto status = communication["status"].text_or("");
    if (status != "preparation" && status != "in-progress")
        throw Refusal(422, "business-rule", "Communication.status", "send.wrong_status",
                      "Only a fax in preparation or in progress can be sent; to send this one again, make a "
                      "new Communication");
}

void read_notes(json::Value notes, OutboundCommunication& communication) {
    constexpr std::string_view mark = "Attn:";
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const auto text = lines(notes.at(i)["text"].text_or(""));
        if (text.empty())
            continue;
        if (text.starts_with(mark) && communication.attention.empty())
            communication.attention = one_line(std::string_view(text).substr(mark.size()));
        else
            communication.message += (communication.message.empty() ? "" : "\n") + text;
    }
}

json::Document parsed_body(std::string_view body) {
    try {
        auto document = json::Document::parse(body);
        if (document.root()["resourceType"].text_or("") == "Communication")
            return document;
    } catch (const json::ParseError&) { // told below
    }
    throw not_a_fax();
}

} // namespace

std::string unfiled_id(json::Value communication) {
    constexpr std::size_t digits = 40;
    const auto identifiers = communication["identifier"];
    for (std::size_t i = 0; i < identifiers.size(); ++i) {
        const auto system = identifiers.at(i)["system"].text_or("");
        const auto value = identifiers.at(i)["value"].text_or("");
        if (!value.empty() && system != efax_system && system != claim_system && system != submission_system)
            return "~" + crypto::sha256_hex(std::string(system) + "|" + std::string(value)).substr(0, digits);
    }
    return "~" + crypto::sha256_hex(canonical(communication)).substr(0, digits);
}

OutboundCommunication OutboundReader::read(const std::string& id, const std::stop_token& stop) {
    if (!is_id(id))
        throw bad_id();
    WholeBody whole;
    auto reply = reader_.get_fresh("Communication/" + id, abridged_bytes, stop, whole.sink());
    if (reply.status == 404 || reply.status == 410)
        throw Refusal(422, "not-found", "Communication", "send.communication_gone",
                      "This Communication is no longer on the FHIR server; make a new one");
    if (reply.status != 200)
        throw refusal(reply, Call::asks, clock_.now());
    std::string body = whole.take();
    const auto document = read_resource(body, "Communication");
    if (document.root()["id"].text_or("") != id)
        throw bad_reply("the FHIR server answered with another Communication");
    auto communication = understand(document.root(), stop);
    communication.id = id;
    communication.version = version_of(document.root(), reply);
    communication.body = std::move(body);
    return communication;
}

OutboundCommunication OutboundReader::read_body(std::string_view body, const std::stop_token& stop) {
    if (body.size() > whole_bytes)
        throw documents_too_large();
    const auto document = parsed_body(body);
    if (const auto id = document.root()["id"])
        return read(std::string(id.text_or("")), stop);
    auto communication = understand(document.root(), stop);
    communication.id = unfiled_id(document.root());
    communication.body = body;
    return communication;
}

OutboundCommunication OutboundReader::understand(json::Value root, const std::stop_token& stop) {
    throw_unless_sendable(root);
    Referred referred(reader_, root, stop);
    OutboundCommunication communication;
    communication.documents = documents_of(root, referred, places_);
    auto sender = sender_of(root, referred, user_id_, clock_.now());
    communication.user_id = std::move(sender.user_id);
    communication.sender = root["sender"]["reference"].text_or("");
    communication.from_name = std::move(sender.name);
    communication.recipients = recipients_of(root, referred, country_, clock_.now());
    communication.status = root["status"].text_or("");
    communication.fax_ids = identifiers_of(root, efax_system);
    if (const auto claims = identifiers_of(root, claim_system); !claims.empty())
        communication.claim = claims.front();
    communication.subject = one_line(root["topic"]["text"].text_or(""));
    read_notes(root["note"], communication);
    return communication;
}

} // namespace efaxd::fhir
