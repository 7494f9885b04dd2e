// Presigned URLs: how attachments are shown, and what their fetching needs.
#pragma once

#include "sandbox/clock.hpp"
#include "sandbox/fhir_store.hpp"
#include "sandbox/http_server.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

/// Attachments of Communications (`contentAttachment`) and of DocumentReferences (`attachment`). Safe from
/// any thread.
class FhirStorage {
  public:
    FhirStorage(std::uint64_t seed, const SimulatedClock& clock) : seed_(seed), clock_(clock) {}

    /// `{origin}/storage/binary/{id}?Expires=…&Signature=…`
    std::string url(const std::string& origin, const std::string& id, std::int64_t seconds) const;

    /// The resource with such URLs in place of `Binary/{id}`.
    std::string shown(const std::string& resource, const std::string& origin, std::int64_t seconds) const;
    /// The opposite; absolute URLs of Binaries on this server too. Text that is no JSON stays as it is.
    static std::string plain(const std::string& resource, const std::string& origin);

    /// The Binary that the request may fetch; nothing: 403.
    std::optional<std::string> granted(const HttpRequest& request) const;

  private:
    std::string signature(const std::string& id, std::string_view expires) const;

    const std::uint64_t seed_;
    const SimulatedClock& clock_;
};

inline constexpr std::string_view storage_path = "/storage/binary/";

} // namespace efaxd::sandbox
