#include "fhir/media_essence.hpp"

namespace efaxd::fhir {

std::string media_essence(std::string_view content_type) {
    std::string essence;
    for (const char c : content_type.substr(0, content_type.find(';')))
        if (c != ' ' && c != '\t')
            essence += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return essence;
}

} // namespace efaxd::fhir
