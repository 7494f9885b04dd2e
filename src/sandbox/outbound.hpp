// Outbound Communications as apps make them.
#pragma once

#include "sandbox/document.hpp"
#include "sandbox/fhir_service.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace efaxd::sandbox {

struct NewOutbound {
    std::vector<std::string> numbers{"+13035550100"}; ///< one recipient Organization each
    DocumentKind kind = DocumentKind::pdf;
    int documents = 1;
    std::string text = "Sandbox referral"; ///< on its pages
    int pages = 2;
    std::uint64_t size = 3'000;                     ///< bytes of each document
    std::string sender = "Practitioner/dr-example"; ///< empty: none
    std::string status = "in-progress";
    std::string subject{};            ///< `topic.text`
    std::vector<std::string> notes{}; ///< `Attn: …` and others
    bool own_telecom = false;         ///< the number stands in `telecom`, not in `contact.telecom`
};

struct Outbound {
    std::string id;                      ///< of the Communication
    std::vector<std::string> recipients; ///< `Organization/id`
    std::vector<std::string> binaries;   ///< ids
    std::string json;                    ///< the Communication as the server's create gives it
};

/// Creates Organizations, Binaries and the Communication. `origin` is how clients call the server. Throws
/// BadCall.
Outbound put_outbound(SimulatedFhir& fhir, const NewOutbound& wanted, const std::string& origin);

} // namespace efaxd::sandbox
