#include "sandbox/communications.hpp"

#include "efaxd/core/communication.hpp"
#include "sandbox/text.hpp"

namespace efaxd::sandbox {

bool has_coding(json::Value concepts, std::string_view system, std::string_view code) {
    for (std::size_t i = 0; i < concepts.size(); ++i)
        for (std::size_t j = 0; j < concepts.at(i)["coding"].size(); ++j) {
            const json::Value coding = concepts.at(i)["coding"].at(j);
            if (coding["system"].text_or("") == system && coding["code"].text_or("") == code)
                return true;
        }
    return false;
}

bool is_outbound(json::Value communication) {
    return has_coding(communication["category"], direction_system, "outbound");
}

std::vector<std::string> fax_ids_of(json::Value communication) {
    std::vector<std::string> ids;
    const json::Value identifiers = communication["identifier"];
    for (std::size_t i = 0; i < identifiers.size(); ++i)
        if (identifiers.at(i)["system"].text_or("") == efax_system)
            ids.emplace_back(identifiers.at(i)["value"].text_or(""));
    return ids;
}

std::string binary_id(std::string_view url) {
    const auto parts = split(url, '/');
    return parts.size() >= 2 && parts[parts.size() - 2] == "Binary" ? parts.back() : std::string{};
}

namespace {

void add_numbers(json::Value telecom, std::set<std::string>& numbers) {
    for (std::size_t i = 0; i < telecom.size(); ++i)
        if (telecom.at(i)["system"].text_or("") == "fax") {
            const std::string digits = digits_of(telecom.at(i)["value"].text_or(""));
            numbers.insert(digits.size() == 10 ? "1" + digits : digits);
        }
}

} // namespace

std::set<std::string> numbers_of(const FhirStore& fhir, json::Value communication) {
    std::set<std::string> numbers;
    const json::Value recipients = communication["recipient"];
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        const auto parts = split(recipients.at(i)["reference"].text_or(""), '/');
        const auto resource =
            parts.size() < 2 ? std::nullopt : fhir.read(parts[parts.size() - 2], parts.back());
        if (!resource)
            continue;
        const auto document = json::Document::parse(resource->text);
        add_numbers(document.root()["telecom"], numbers);
        const json::Value contacts = document.root()["contact"];
        for (std::size_t j = 0; j < contacts.size(); ++j)
            add_numbers(contacts.at(j)["telecom"], numbers);
    }
    return numbers;
}

std::optional<std::vector<Resource>> contents_of(const FhirStore& fhir, json::Value communication) {
    std::vector<Resource> contents;
    const json::Value payload = communication["payload"];
    for (std::size_t i = 0; i < payload.size(); ++i) {
        const std::string id = binary_id(payload.at(i)["contentAttachment"]["url"].text_or(""));
        auto binary = id.empty() ? std::nullopt : fhir.read("Binary", id);
        if (!binary || !binary->content)
            return std::nullopt;
        contents.push_back(std::move(*binary));
    }
    return contents;
}

} // namespace efaxd::sandbox
