#include "efaxd/core/fax.hpp"

namespace efaxd {

std::optional<std::string> clean_fax_id(std::string_view id) {
    constexpr std::size_t least = 8, most = 64;
    if (id.size() < least || id.size() > most)
        return {};
    std::string clean;
    clean.reserve(id.size());
    for (const char c : id) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-')
            clean += c;
        else if (c >= 'A' && c <= 'Z')
            clean += static_cast<char>(c - 'A' + 'a');
        else
            return {};
    }
    return clean;
}

} // namespace efaxd
