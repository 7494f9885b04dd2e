// The simulated FHIR R4 server, over HTTP.
#pragma once

#include "sandbox/faults.hpp"
#include "sandbox/fhir_auth.hpp"
#include "sandbox/fhir_rules.hpp"
#include "sandbox/fhir_store.hpp"
#include "sandbox/journal.hpp"

#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace efaxd::sandbox {

/// Base `/fhir/R4`; token endpoint `/oauth2/token`. Create (conditional too), read, update, delete, search
/// and paging of any resource type; Binaries raw and as JSON; `metadata` and
/// `.well-known/smart-configuration`. Strict about what it is given. Safe from any thread.
class SimulatedFhir : public HttpService {
  public:
    SimulatedFhir(std::uint64_t seed, const SimulatedClock& clock, Faults& faults, Journal& journal);

    FhirStore& store() { return store_; }
    const FhirStore& store() const { return store_; }
    FhirAuth& auth() { return auth_; }
    FhirStyle style() const;
    void set_style(const FhirStyle& style);

    /// Puts a resource there, as an administrator would; under its own id if it has one. Gives `Type/id`.
    /// Throws json::ParseError or BadCall.
    std::string put(std::string_view json);

    /// What the people of the clinic do to a Communication. False if there is none (any more).
    bool staff_archives(const std::string& id); ///< status entered-in-error
    bool staff_assigns(const std::string& id, const std::string& subject);
    bool staff_deletes(const std::string& id);

    std::optional<std::size_t> digests(const HttpRequest& head) const override;
    HttpResponse answer(const HttpRequest& request) override;

  private:
    struct Call;
    using Criteria = std::vector<Criterion>;

    HttpResponse serve(const Call& call, JournalEntry& entry);
    HttpResponse metadata(const Call& call);
    HttpResponse smart_configuration(const Call& call);
    HttpResponse read(const Call& call);
    HttpResponse search(const Call& call);
    HttpResponse create(const Call& call, JournalEntry& entry);
    HttpResponse update(const Call& call);
    HttpResponse write_binary(const Call& call, JournalEntry& entry);
    HttpResponse keep_binary(const Call& call, Digest content, const std::string& type, JournalEntry& entry);
    HttpResponse remove(const Call& call);
    /// What speaks against writing this resource, as a reply.
    std::optional<HttpResponse> objection(const Call& call, json::Value resource) const;
    std::optional<HttpResponse> dangling(const Call& call, json::Value resource) const;
    std::variant<Criteria, HttpResponse> criteria(const Call& call, const Pairs& query) const;
    bool change(const std::string& id, std::string_view member, const std::string& json);

    FhirStore store_;
    FhirAuth auth_;
    const SimulatedClock& clock_;
    Faults& faults_;
    Journal& journal_;
    mutable std::mutex style_mutex_;
    FhirStyle style_;
};

} // namespace efaxd::sandbox
