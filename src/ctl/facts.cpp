#include "ctl/facts.hpp"

#include "ctl/fields.hpp"

namespace efaxd::ctl {

using json::Value;

std::string facts_text(const Facts& facts, const Look& look) {
    std::string out;
    for (const auto& [name, value] : facts)
        if (!value.empty())
            out +=
                painted(name, Paint::faint, look.colour) + std::string(16 - name.size(), ' ') + value + '\n';
    return out;
}

std::string moment(const Value& object, std::string_view name, const Look& look) {
    const auto instant = time(object, name);
    return instant ? fhir_timestamp(*instant) + " (" + relative(*instant, look.now) + ')' : std::string();
}

std::string number_if(const Value& object, std::string_view name) {
    return count(object, name) > 0 ? number(object, name) : std::string();
}

} // namespace efaxd::ctl
