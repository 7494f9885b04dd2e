#include "fhir/recipients.hpp"

#include "efaxd/core/refusal.hpp"
#include "fhir/period.hpp"
#include "fhir/person.hpp"
#include "fhir/plain_text.hpp"

#include <algorithm>
#include <array>

namespace efaxd::fhir {

namespace {

constexpr std::size_t most_recipients = 50;

// Group is missing: one reference that stands for many numbers.
constexpr std::array<std::string_view, 8> reachable = {"Organization",  "Practitioner", "PractitionerRole",
                                                       "Patient",       "Device",       "HealthcareService",
                                                       "RelatedPerson", "CareTeam"};

/// One recipient while its number is looked for.
class Recipient {
  public:
    Recipient(json::Value reference, std::size_t index, Referred& referred, std::string_view country,
              Instant now)
        : reference_(reference), index_(index), referred_(referred), country_(country), now_(now) {}

    OutboundRecipient read() {
        const auto target = referred_.target(reference_);
        if (target.kind == Target::Kind::nowhere || target.kind == Target::Kind::foreign)
            throw refusal("is no resource of this FHIR server; choose one that is");
        if (target.kind == Target::Kind::local)
            label_ = target.path();
        const auto found = referred_.at(target);
        if (!found)
            throw refusal("does not exist any more; choose another recipient");
        if (std::find(reachable.begin(), reachable.end(), found->type()) == reachable.end())
            throw refusal("cannot be sent a fax; choose a person or an organization");
        throw_unless_active(**found, label_);
        OutboundRecipient recipient;
        recipient.reference = reference_["reference"].text_or("");
        recipient.number = found->type() == "PractitionerRole" ? number_of_role(*found, recipient.name)
                                                               : number_on(**found, recipient.name);
        if (recipient.number.empty())
            throw refusal("has no fax number; add one to its telecom");
        if (recipient.name.empty())
            recipient.name = one_line(reference_["display"].text_or(""));
        return recipient;
    }

    Refusal repeated() const {
        return {422, "business-rule", element(), "send.repeated_number",
                label_ + " has the same fax number as another recipient; leave one of them out"};
    }

  private:
    std::string element() const { return "Communication.recipient[" + std::to_string(index_) + "]"; }

    Refusal refusal(const std::string& what) const { return refusal(label_, what); }
    Refusal refusal(const std::string& label, const std::string& what) const {
        return {422, "business-rule", element(), "send.no_fax_number", label + " " + what};
    }

    /// Whoever has left gets nothing, and nobody gets it instead.
    void throw_unless_active(json::Value resource, const std::string& label) const {
        if (!resource["active"].boolean().value_or(true) || !is_current(resource, now_))
            throw refusal(label, "is not active; choose another recipient");
    }

    /// One whom a role links to; nothing if it is gone.
    std::optional<Found> linked(const Found& role, const char* member) const {
        const auto target = referred_.target((*role)[member]);
        auto found = referred_.at(target, role);
        if (found)
            throw_unless_active(**found, target.kind == Target::Kind::local ? target.path() : label_);
        return found;
    }

    /// Empty if there is none.
    std::string number_on(json::Value resource, std::string& name) const {
        const auto entry = fax_entry(resource, country_, now_);
        if (!entry)
            return {};
        if (!entry->number)
            throw refusal("has a fax number that is not complete; write it with + and the country code");
        name = name_on(resource);
        return *entry->number;
    }

    std::string number_of_role(const Found& role, std::string& name) const {
        const auto person = linked(role, "practitioner");
        auto number = number_on(*role, name);
        if (number.empty() && person)
            number = number_on(**person, name);
        if (number.empty())
            if (const auto organization = linked(role, "organization"))
                number = number_on(**organization, name);
        if (person)
            name = name_on(**person);
        return number;
    }

    json::Value reference_;
    std::size_t index_;
    Referred& referred_;
    std::string_view country_;
    Instant now_;
    std::string label_ = "Recipient " + std::to_string(index_ + 1);
};

} // namespace

std::vector<OutboundRecipient> recipients_of(json::Value communication, Referred& referred,
                                             std::string_view country, Instant now) {
    const auto references = communication["recipient"];
    if (references.size() == 0 || !references.is_array())
        throw Refusal(422, "business-rule", "Communication.recipient[0]", "send.no_recipient",
                      "The fax has no recipient; add one that has a fax number");
    if (references.size() > most_recipients)
        throw Refusal(422, "business-rule", "Communication.recipient", "send.too_many_recipients",
                      "A fax goes to at most 50 recipients; make several faxes of it");
    std::vector<OutboundRecipient> recipients;
    for (std::size_t i = 0; i < references.size(); ++i) {
        Recipient one(references.at(i), i, referred, country, now);
        auto recipient = one.read();
        if (std::any_of(recipients.begin(), recipients.end(),
                        [&](const OutboundRecipient& other) { return other.number == recipient.number; }))
            throw one.repeated();
        recipients.push_back(std::move(recipient));
    }
    return recipients;
}

} // namespace efaxd::fhir
