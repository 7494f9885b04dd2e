#include "fhir/canonical.hpp"

#include "fhir/raw_json.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::fhir {

std::string canonical(json::Value value) { // as deep as the parser lets a text be
    std::string text;
    if (value.is_object()) {
        std::vector<std::pair<std::string_view, json::Value>> members;
        for (std::size_t i = 0; i < value.size(); ++i)
            members.emplace_back(value.name_at(i), value.member_at(i));
        std::stable_sort(members.begin(), members.end(),
                         [](const auto& one, const auto& other) { return one.first < other.first; });
        for (const auto& [name, member] : members)
            text.append(text.empty() ? "" : ",").append(raw_text(name)).append(":").append(canonical(member));
        return "{" + text + "}";
    }
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            text.append(i == 0 ? "" : ",").append(canonical(value.at(i)));
        return "[" + text + "]";
    }
    return value.raw();
}

} // namespace efaxd::fhir
