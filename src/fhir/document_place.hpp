// Where documents may be fetched from.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "efaxd/core/refusal.hpp"

#include <string>
#include <vector>

namespace efaxd::fhir {

/// Where a document's bytes are.
struct DocumentPlace {
    enum class Kind {
        inside,    ///< in the Communication itself
        ours,      ///< on the FHIR server below its base: our token may go there
        beside,    ///< on the FHIR server's origin, not below its base: without our token
        elsewhere, ///< on a host that the configuration allows: without our token
    };
    Kind kind = Kind::inside;
    std::string path{}; ///< `ours`: below the base
    std::string url{};  ///< `beside`, `elsewhere`: rebuilt from what was understood of it
};

/// Safe from any thread.
class DocumentPlaces {
  public:
    DocumentPlaces(std::string base_url, std::vector<std::string> hosts)
        : base_url_(std::move(base_url)), hosts_(std::move(hosts)) {}

    /// Throws Refusal `send.foreign_document` for a URL that may not be asked.
    DocumentPlace of(const OutboundDocument& document) const;

    Refusal foreign(const std::string& element) const;

  private:
    std::string base_url_;
    std::vector<std::string> hosts_;
};

} // namespace efaxd::fhir
