#include "fhir/referred.hpp"

namespace efaxd::fhir {

Target Referred::target(json::Value reference) const {
    return target_of(reference["reference"].text_or(""), reader_.base_url());
}

std::optional<Found> Referred::at(const Target& target, json::Value home) {
    if (target.kind == Target::Kind::local) {
        auto resource = reader_.resource(target.type, target.id, stop_);
        return resource ? std::optional<Found>(std::in_place, std::move(*resource)) : std::nullopt;
    }
    if (target.kind == Target::Kind::contained) {
        const auto contained = home["contained"];
        for (std::size_t i = 0; i < contained.size(); ++i)
            if (contained.at(i)["id"].text_or("") == target.id)
                return std::optional<Found>(std::in_place, contained.at(i), home);
    }
    return std::nullopt;
}

} // namespace efaxd::fhir
