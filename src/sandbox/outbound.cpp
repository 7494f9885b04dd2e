#include "sandbox/outbound.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/communication.hpp"
#include "sandbox/pdf_pages.hpp"
#include "json/writer.hpp"

namespace efaxd::sandbox {

namespace {

/// `[{"coding":[{"system":…,"code":…}]}]`.
void write_concept(json::Writer& writer, std::string_view name, std::string_view system,
                   std::string_view code) {
    writer.key(name).begin_array().begin_object().key("coding").begin_array().begin_object();
    writer.member("system", system).member("code", code);
    writer.end_object().end_array().end_object().end_array();
}

std::string put_recipient(SimulatedFhir& fhir, const std::string& number, bool own_telecom) {
    json::Writer writer;
    writer.begin_object().member("resourceType", "Organization").member("name", "Acme Medical Center");
    if (!own_telecom)
        writer.key("contact").begin_array().begin_object();
    writer.key("telecom").begin_array().begin_object();
    writer.member("system", "fax").member("value", number).end_object().end_array();
    if (!own_telecom)
        writer.end_object().end_array();
    writer.end_object();
    return fhir.put(writer.take());
}

std::string put_document(SimulatedFhir& fhir, const NewOutbound& wanted, int number) {
    DocumentPlan plan{wanted.text, wanted.pages, wanted.size, static_cast<std::uint64_t>(number), 1};
    if (number > 0)
        plan.text += " (" + std::to_string(number + 1) + ")";
    std::string bytes = FaxDocument(plan, wanted.kind).bytes();
    Digest content{bytes.size(), crypto::sha256_hex(bytes), {}, count_pdf_pages(bytes)};
    if (content.size <= static_cast<std::uint64_t>(fhir.style().keep_bytes))
        content.kept = std::move(bytes);
    return fhir.store()
        .put_binary(std::move(content), std::string{media_type_of(wanted.kind)}, {})
        .resource.id;
}

void write_payload(json::Writer& writer, const NewOutbound& wanted, const Outbound& outbound) {
    writer.key("payload").begin_array();
    for (const std::string& id : outbound.binaries) {
        writer.begin_object().key("contentAttachment").begin_object();
        writer.member("contentType", media_type_of(wanted.kind)).member("url", "Binary/" + id);
        writer.member("title", "referral").end_object().end_object();
    }
    writer.end_array();
}

std::string communication_of(const NewOutbound& wanted, const Outbound& outbound) {
    json::Writer writer;
    writer.begin_object().member("resourceType", "Communication").member("status", wanted.status);
    write_concept(writer, "category", direction_system, "outbound");
    write_concept(writer, "medium", medium_system, "FAXWRIT");
    if (!wanted.sender.empty())
        writer.key("sender").begin_object().member("reference", wanted.sender).end_object();
    writer.key("recipient").begin_array();
    for (const std::string& reference : outbound.recipients)
        writer.begin_object().member("reference", reference).end_object();
    writer.end_array();
    if (!wanted.subject.empty())
        writer.key("topic").begin_object().member("text", wanted.subject).end_object();
    if (!wanted.notes.empty()) {
        writer.key("note").begin_array();
        for (const std::string& note : wanted.notes)
            writer.begin_object().member("text", note).end_object();
        writer.end_array();
    }
    write_payload(writer, wanted, outbound);
    writer.end_object();
    return writer.take();
}

} // namespace

Outbound put_outbound(SimulatedFhir& fhir, const NewOutbound& wanted, const std::string& origin) {
    if (wanted.numbers.empty() || wanted.numbers.size() > 1000 || wanted.documents < 1 ||
        wanted.documents > 100)
        throw BadCall("1 to 1000 numbers and 1 to 100 documents");
    if (wanted.pages < 1 || wanted.pages > 10'000 || wanted.size > (512u << 20))
        throw BadCall("1 to 10000 pages and at most 512 MiB");
    Outbound outbound;
    for (const std::string& number : wanted.numbers)
        outbound.recipients.push_back(put_recipient(fhir, number, wanted.own_telecom));
    for (int i = 0; i < wanted.documents; ++i)
        outbound.binaries.push_back(put_document(fhir, wanted, i));
    const std::string reference = fhir.put(communication_of(wanted, outbound));
    outbound.id = reference.substr(reference.find('/') + 1);
    outbound.json = fhir.shown("Communication", outbound.id, origin);
    return outbound;
}

} // namespace efaxd::sandbox
