#include "sandbox/send_form.hpp"

#include "sandbox/text.hpp"
#include "json/value.hpp"

#include <algorithm>

namespace efaxd::sandbox {

namespace {

constexpr std::size_t most_destinations = 50;
constexpr std::size_t most_documents = 25;

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Reads the body's members in turn, and notes each one that is wrong.
class FormReader {
  public:
    FormReader(json::Value body, RetryStyle style) : body_(body), style_(style) {}

    SendForm read(std::vector<SendBody::Content> contents) {
        contents_ = std::move(contents);
        destinations(body_["destinations"]);
        documents(body_["documents"]);
        options(body_["fax_options"]);
        client_data(body_["client_data"]);
        return std::move(form_);
    }

  private:
    void complain(std::string_view element, std::string_view text) {
        form_.bad.push_back({std::string{element}, std::string{text}});
    }

    void text(json::Value object, std::string_view name, std::string& into) {
        const json::Value value = object[name];
        if (value && !value.text())
            complain(name, "must be text");
        into = value.text_or("");
    }

    void destinations(json::Value list) {
        if (!list.is_array() || list.size() == 0)
            return complain("destinations", "at least one destination is needed");
        for (std::size_t i = 0; i < std::min(list.size(), most_destinations); ++i) {
            Destination to;
            const auto digits = sendable_digits(list.at(i)["fax_number"].text_or(""));
            if (!digits)
                complain("fax_number", "fax number failed validation");
            to.number = digits.value_or("");
            text(list.at(i), "to_name", to.name);
            text(list.at(i), "to_company", to.company);
            form_.sending.destinations.push_back(std::move(to));
        }
    }

    void documents(json::Value list) {
        if (!list.is_array() || list.size() == 0)
            return complain("documents", "at least one document is needed");
        if (list.size() > most_documents)
            return complain("documents", "more than 25 documents");
        for (std::size_t i = 0; i < list.size(); ++i)
            document(list.at(i));
    }

    void document(json::Value entry) {
        std::string type;
        text(entry, "document_type", type);
        if (type.empty())
            complain("document_type", "is missing");
        const auto place = whole_number(entry["document_content"].text_or(""));
        if (!place || *place < 0 || static_cast<std::size_t>(*place) >= contents_.size())
            return complain("document_content", "is missing");
        auto& content = contents_[static_cast<std::size_t>(*place)];
        if (!content.good)
            return complain("document_content", "is no base64");
        content.document.type = type;
        form_.sending.documents.push_back(std::move(content.document));
    }

    void options(json::Value options) {
        const std::string_view resolution = options["image_resolution"].text_or("FINE");
        if (resolution != "FINE" && resolution != "STANDARD")
            complain("image_resolution", "must be STANDARD or FINE");
        retries(options);
        std::string csid;
        text(options, "custom_CSID", csid);
        if (csid.size() > 20 || !is_printable(csid))
            complain("custom_CSID", "at most 20 printable characters");
        text(options, "custom_CallerID", form_.sending.caller_id);
        if (digits_of(form_.sending.caller_id) != form_.sending.caller_id)
            complain("custom_CallerID", "digits only");
        cover_page(options);
    }

    void retries(json::Value options) {
        const json::Value nested = options["retry_options"];
        const bool flat = options["non_billable_retries"] || options["billable_retries"];
        if (style_ == RetryStyle::flat ? static_cast<bool>(nested) : flat)
            complain("retry_options", "is not understood");
        for (const auto& [name, most] :
             {std::pair{"non_billable", 10}, std::pair{"billable", 10}, std::pair{"human_answer", 3}})
            retry(nested[name], name, most);
        for (const char* const name : {"non_billable_retries", "billable_retries"})
            retry(options[name], name, 10);
    }

    void retry(json::Value value, std::string_view name, int most) {
        if (value && (value.integer().value_or(0) < 1 || value.integer().value_or(0) > most))
            complain(name, "is out of range");
    }

    void cover_page(json::Value options) {
        const json::Value wanted = options["include_cover_page"];
        if (wanted && !wanted.boolean())
            complain("include_cover_page", "must be true or false");
        CoverPage& cover = form_.sending.cover;
        cover.wanted = wanted.boolean().value_or(false);
        text(options["cover_page_options"], "from_name", cover.from_name);
        text(options["cover_page_options"], "subject", cover.subject);
        text(options["cover_page_options"], "message", cover.message);
    }

    void client_data(json::Value data) {
        ClientData& client = form_.sending.client;
        text(data, "client_code", client.code);
        text(data, "client_id", client.id);
        text(data, "client_matter", client.matter);
        text(data, "client_name", client.name);
        text(data, "client_reference_id", client.reference);
        text(data, "billing_code", client.billing);
    }

    json::Value body_;
    RetryStyle style_;
    std::vector<SendBody::Content> contents_;
    SendForm form_;
};

} // namespace

SendForm read_send_form(SendBody& body, RetryStyle style) {
    try {
        const auto document = json::Document::parse(body.skeleton());
        if (!document.root().is_object())
            return {{}, {{"", "the body is no JSON object"}}};
        return FormReader(document.root(), style).read(body.contents());
    } catch (const json::ParseError&) {
        return {{}, {{"", "the body is no JSON"}}};
    }
}

} // namespace efaxd::sandbox
