#include "fhir/secret.hpp"

#include "efaxd/core/fault.hpp"

namespace efaxd::fhir {

std::string read_secret(const ReadSecret& read) {
    std::string secret;
    try {
        secret = read();
    } catch (const Fault& fault) {
        throw Fault(Fault::Kind::passing, "fhir.secret_unreadable", fault.detail);
    } catch (const std::exception&) { // its text might be what it read
        throw Fault(Fault::Kind::passing, "fhir.secret_unreadable",
                    "a secret of the FHIR side cannot be read");
    }
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r'))
        secret.pop_back();
    if (secret.empty())
        throw Fault(Fault::Kind::passing, "fhir.secret_unreadable", "a secret of the FHIR side is empty");
    return secret;
}

} // namespace efaxd::fhir
