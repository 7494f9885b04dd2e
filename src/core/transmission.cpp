#include "efaxd/core/transmission.hpp"

#include <array>

namespace efaxd {

namespace {

struct Named {
    std::string_view code;
    TransmissionResult result;
};

// A person answered (E33, E43): the number is a telephone's, and ringing it again helps nobody. Part of the
// pages may have arrived (E06, E44): sending again would send them twice.
constexpr std::array<Named, 13> results{{
    {"E06", {"eFax met an error of its own; part of the fax may have arrived.", false}},
    {"E07", {"eFax met an error of its own.", true}},
    {"E33", {"A person answered: this is a telephone and no fax.", false}},
    {"E43", {"A person answered: this is a telephone and no fax.", false}},
    {"E41", {"The line was busy.", true}},
    {"E42", {"There was no answer.", true}},
    {"E44", {"The transmission broke off; some pages may have arrived.", false}},
    {"E45", {"The fax was cancelled.", false}},
    {"E46", {"eFax tried for as long as it may.", true}},
    {"E49", {"The fax machines could not understand each other.", true}},
    {"E51", {"eFax does not accept the form of this number.", false}},
    {"E52", {"eFax takes this number for a risk and does not dial it.", false}},
    {"E53", {"This account may not send to this number.", false}},
}};
constexpr TransmissionResult other{"eFax could not deliver the fax.", false};

} // namespace

std::string_view name_of(SendStage stage) {
    switch (stage) {
    case SendStage::accepted:
        return "accepted";
    case SendStage::prepared:
        return "prepared";
    case SendStage::submitting:
        return "submitting";
    case SendStage::submitted:
        return "submitted";
    case SendStage::settled:
        return "settled";
    case SendStage::reported:
        return "reported";
    }
    return "";
}

std::optional<SendStage> send_stage_of(std::string_view name) {
    for (const SendStage stage : all_send_stages)
        if (name_of(stage) == name)
            return stage;
    return std::nullopt;
}

std::string_view name_of(SendOutcome outcome) {
    switch (outcome) {
    case SendOutcome::open:
        return "open";
    case SendOutcome::completed:
        return "completed";
    case SendOutcome::failed:
        return "failed";
    case SendOutcome::cancelled:
        return "cancelled";
    }
    return "";
}

FaxKey document_key(const TransmissionKey& key, std::size_t document) {
    return {key.project, "outbound/" + key.communication + '/' + std::to_string(key.recipient) + '/' +
                             std::to_string(document)};
}

TransmissionResult result_of(std::string_view code) {
    for (const Named& named : results)
        if (named.code == code)
            return named.result;
    return other;
}

} // namespace efaxd
