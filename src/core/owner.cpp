#include "efaxd/core/owner.hpp"

namespace efaxd {

std::string_view name_of(OwnerKind kind) {
    switch (kind) {
    case OwnerKind::system:
        return "system";
    case OwnerKind::organization:
        return "Organization";
    case OwnerKind::practitioner:
        return "Practitioner";
    }
    return "system";
}

std::optional<OwnerKind> owner_kind(std::string_view name) {
    for (const OwnerKind kind : {OwnerKind::system, OwnerKind::organization, OwnerKind::practitioner})
        if (name_of(kind) == name)
            return kind;
    return {};
}

std::string Owner::reference() const {
    if (kind == OwnerKind::system)
        return {};
    return std::string(name_of(kind)) + '/' + id;
}

} // namespace efaxd
