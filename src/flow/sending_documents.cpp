// Sending: from accepted to prepared.
#include "flow/sending.hpp"

#include "efaxd/core/refusal.hpp"

#include <array>

namespace efaxd::flow {

// ---- accepted → prepared

/// The Communication as it is now: staff may have changed or ended it since it was accepted.
const OutboundCommunication& Sending::communication(Trip& trip, Transmission& row) {
    if (!trip.communication)
        trip.communication = world_.fhir.read(row.key.communication, trip.stop);
    const auto& recipients = trip.communication->recipients;
    const auto at = static_cast<std::size_t>(row.key.recipient);
    if (at >= recipients.size() || recipients[at].reference != row.recipient)
        throw Refusal(422, "business-rule", "Communication.recipient[" + std::to_string(at) + "]",
                      "send.recipient_removed", "The recipient was changed after the fax was accepted.");
    if (recipients[at].number != row.number)
        set_number(row, recipients[at].number);
    row.user_id = trip.communication->user_id;
    return *trip.communication;
}

void Sending::prepare(Trip& trip, Transmission& row) {
    fetch_documents(trip, row);
    reach(row, SendStage::prepared);
}

void Sending::fetch_documents(Trip& trip, Transmission& row) {
    const auto& wanted = communication(trip, row).documents;
    std::vector<Document> documents;
    std::uint64_t size = 0;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        documents.push_back(fetch_document(row, wanted[at], at, trip.stop));
        size += documents.back().size;
        if (size > settings_.document_bytes)
            throw Refusal(422, "too-long", wanted[at].element, "send.document_too_large",
                          "The documents of this Communication are larger than eFax accepts.");
    }
    row.documents = std::move(documents);
    row.payload = payload_of(*trip.communication);
}

/// Addresses that are signed anew at every reading count without their query.
std::string Sending::payload_of(const OutboundCommunication& communication) const {
    std::string all;
    for (const OutboundDocument& document : communication.documents)
        all += document.content_type + '\0' + document.url.substr(0, document.url.find('?')) + '\0' +
               digest_("data " + document.data) + '\n';
    return digest_("payload " + all).substr(0, 32);
}

Document Sending::fetch_document(const Transmission& row, const OutboundDocument& document,
                                 std::size_t position, const std::stop_token& stop) {
    const FaxKey key = document_key(row.key, position);
    DocumentInspector inspector;
    const auto writer = world_.spool.write(key);
    world_.fhir.fetch(
        document,
        [&](std::string_view bytes) {
            inspector.feed(bytes);
            writer->append(bytes);
        },
        stop);
    if (!inspector.complaint().empty())
        throw Refusal(422, "not-supported", document.element, "send.bad_document",
                      "The document is empty, cut short, or no PDF, JPEG, PNG or TIFF.");
    Document fetched = writer->finish();
    fetched.type = inspector.type();
    return fetched.type == MediaType::pdf ? fetched : convert(key, fetched, stop);
}

/// Replaces a picture in the spool by a PDF of it.
Document Sending::convert(const FaxKey& key, const Document& picture, const std::stop_token& stop) {
    const auto reader = world_.spool.open(key, picture);
    if (!reader)
        throw Fault(Fault::Kind::passing, "spool.missing", "the document is not in the spool");
    const auto conversion = world_.converter.begin(stop);
    conversion->next();
    std::array<char, 65536> block{};
    while (const std::size_t got = reader->read(block.data(), block.size()))
        conversion->feed({block.data(), got});
    const auto writer = world_.spool.write(key);
    conversion->finish([&](std::string_view bytes) { writer->append(bytes); });
    Document converted = writer->finish();
    converted.type = MediaType::pdf;
    return converted;
}

} // namespace efaxd::flow
