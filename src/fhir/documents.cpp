#include "fhir/documents.hpp"

#include "efaxd/core/document.hpp"
#include "efaxd/core/refusal.hpp"
#include "fhir/media_essence.hpp"

#include <algorithm>
#include <array>

namespace efaxd::fhir {

namespace {

constexpr std::size_t most_documents = 25;
constexpr std::size_t most_inline = 16u << 20; // of base64, altogether

// In which form a document is rather faxed, if it is there in several; what names no type comes last.
constexpr std::array preferred = {MediaType::pdf, MediaType::tiff, MediaType::png, MediaType::jpeg};

std::size_t rank_of(const OutboundDocument& document) {
    const auto found = std::find(preferred.begin(), preferred.end(), media_type(document.content_type));
    return static_cast<std::size_t>(found - preferred.begin());
}

bool can_be_faxed(const OutboundDocument& document) {
    const bool kind = document.content_type.empty() || rank_of(document) < preferred.size();
    return kind && !(document.data.empty() && document.url.empty());
}

/// Of an Attachment, or of a Binary, which has `data` as well.
OutboundDocument read_attachment(json::Value attachment) {
    OutboundDocument document;
    document.content_type = media_essence(attachment["contentType"].text_or(""));
    document.data = attachment["data"].text_or("");
    if (document.data.empty())
        document.url = attachment["url"].text_or("");
    return document;
}

bool is_withdrawn(json::Value resource) {
    constexpr std::string_view mark = "entered-in-error";
    return resource["status"].text_or("") == mark || resource["docStatus"].text_or("") == mark;
}

/// Goes through the payload and collects.
class Collector {
  public:
    Collector(Referred& referred, const DocumentPlaces& places) : referred_(referred), places_(places) {}

    void add_entry(json::Value entry, std::size_t index) {
        element_ = "Communication.payload[" + std::to_string(index) + "]";
        label_ = "Entry " + std::to_string(index + 1) + " of the payload";
        reference_.clear();
        if (entry["contentAttachment"])
            add_attachment(entry["contentAttachment"]);
        else if (entry["contentReference"])
            add_referred(entry["contentReference"]);
        else
            throw unsupported();
    }

    std::vector<OutboundDocument> take() { return std::move(documents_); }

  private:
    Refusal unsupported() const {
        return {422, "not-supported", element_, "send.unsupported_document",
                label_ + " cannot be faxed; attach a PDF, JPEG, PNG or TIFF"};
    }

    Refusal empty() const {
        return {422, "not-supported", element_, "send.no_document",
                label_ + " has no document; attach a PDF, JPEG, PNG or TIFF"};
    }

    void add(OutboundDocument document) {
        if (documents_.size() == most_documents)
            throw Refusal(422, "not-supported", element_, "send.too_many_documents",
                          "A fax has at most 25 documents; join some of them or make several faxes");
        if (!document.content_type.empty() && media_type(document.content_type) == MediaType::unknown)
            throw unsupported();
        inline_ += document.data.size();
        if (inline_ > most_inline)
            throw Refusal(422, "too-long", element_, "send.document_too_large",
                          "The documents are too large to be written into resources; upload them to the FHIR "
                          "server as Binary");
        document.element = element_;
        const auto place = places_.of(document);
        document.reference = reference_;
        if (reference_.empty() && place.kind == DocumentPlace::Kind::ours) {
            document.reference = resource_on(place.path);
            if (document.reference.empty()) // nobody could be asked who may read it
                throw places_.foreign(element_);
        }
        documents_.push_back(std::move(document));
    }

    void add_attachment(json::Value attachment) {
        auto document = read_attachment(attachment);
        if (document.data.empty() && document.url.empty())
            throw empty();
        add(std::move(document));
    }

    /// The forms of one document: the best that can be faxed.
    void add_best(json::Value contents) {
        if (contents.size() == 0)
            throw empty();
        std::optional<OutboundDocument> best;
        for (std::size_t i = 0; i < contents.size(); ++i) {
            auto document = read_attachment(contents.at(i)["attachment"]);
            if (can_be_faxed(document) && (!best || rank_of(document) < rank_of(*best)))
                best = std::move(document);
        }
        if (!best)
            throw unsupported();
        add(std::move(*best));
    }

    void add_referred(json::Value reference) {
        const auto target = referred_.target(reference);
        if (target.kind == Target::Kind::foreign)
            throw places_.foreign(element_);
        if (target.kind == Target::Kind::local)
            reference_ = target.path();
        if (target.kind == Target::Kind::local && target.type == "Binary") {
            OutboundDocument document;
            document.url = target.path();
            add(std::move(document));
            return;
        }
        const bool known = target.kind == Target::Kind::contained || target.type == "DocumentReference" ||
                           target.type == "Media";
        if (!known)
            throw unsupported();
        const auto found = referred_.at(target);
        if (!found)
            throw Refusal(422, "not-found", element_, "send.document_gone",
                          label_ + " refers to a document that is no longer there; attach it again");
        add_resource(**found);
    }

    void add_resource(json::Value resource) {
        const auto type = resource["resourceType"].text_or("");
        const auto content = resource["content"];
        if ((type == "Media" || type == "DocumentReference") && is_withdrawn(resource))
            throw Refusal(422, "not-found", element_, "send.document_gone",
                          label_ + " refers to a document that was entered in error; attach another one");
        if (type == "Binary") {
            add_attachment(resource);
        } else if (type == "Media") {
            add_attachment(content);
        } else if (type == "DocumentReference") {
            add_best(content);
        } else {
            throw unsupported();
        }
    }

    Referred& referred_;
    const DocumentPlaces& places_;
    std::string element_;
    std::string label_;
    std::string reference_; ///< what the entry refers to on the server, if it refers
    std::size_t inline_ = 0;
    std::vector<OutboundDocument> documents_;
};

} // namespace

std::vector<OutboundDocument> documents_of(json::Value communication, Referred& referred,
                                           const DocumentPlaces& places) {
    const auto payload = communication["payload"];
    if (payload.size() == 0 || !payload.is_array())
        throw Refusal(422, "not-supported", "Communication.payload[0]", "send.no_document",
                      "There is no document to fax; attach a PDF, JPEG, PNG or TIFF");
    Collector collector(referred, places);
    for (std::size_t i = 0; i < payload.size(); ++i)
        collector.add_entry(payload.at(i), i);
    return collector.take();
}

} // namespace efaxd::fhir
