// The simulated FHIR R4 server, over HTTP.
#pragma once

#include "sandbox/faults.hpp"
#include "sandbox/fhir_auth.hpp"
#include "sandbox/fhir_rules.hpp"
#include "sandbox/fhir_storage.hpp"
#include "sandbox/fhir_store.hpp"
#include "sandbox/journal.hpp"

#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace efaxd::sandbox {

struct FhirCall;

/// Base `/fhir/R4`; token endpoint `/oauth2/token`. Create (conditional too), read, update, patch, delete,
/// search and paging of any resource type; Binaries raw and as JSON; `metadata` and
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

    /// A resource as a client that calls the server by `origin` is shown it; empty if there is none.
    std::string shown(const std::string& type, const std::string& id, const std::string& origin) const;

    /// What the people of the clinic do to a Communication. False if there is none (any more).
    bool staff_archives(const std::string& id); ///< status entered-in-error
    bool staff_assigns(const std::string& id, const std::string& subject);
    bool staff_deletes(const std::string& id);

    std::optional<std::size_t> digests(const HttpRequest& head) const override;
    HttpResponse answer(const HttpRequest& request) override;

  private:
    using Criteria = std::vector<Criterion>;

    HttpResponse serve(const FhirCall& call, JournalEntry& entry);
    HttpResponse metadata(const FhirCall& call);
    HttpResponse smart_configuration(const FhirCall& call);
    HttpResponse read(const FhirCall& call);
    HttpResponse search(const FhirCall& call);
    HttpResponse create(const FhirCall& call, JournalEntry& entry);
    HttpResponse update(const FhirCall& call);
    HttpResponse patch(const FhirCall& call);
    HttpResponse contents(const FhirCall& call, const Resource& binary) const;
    HttpResponse from_storage(const FhirCall& call, JournalEntry& entry) const;
    HttpResponse write_binary(const FhirCall& call, JournalEntry& entry);
    HttpResponse keep_binary(const FhirCall& call, Digest content, const std::string& type,
                             JournalEntry& entry);
    HttpResponse remove(const FhirCall& call);
    /// What speaks against writing this resource, as a reply.
    std::optional<HttpResponse> objection(const FhirCall& call, json::Value resource) const;
    std::optional<HttpResponse> dangling(const FhirCall& call, json::Value resource) const;
    std::variant<Criteria, HttpResponse> criteria(const FhirCall& call, const Pairs& query) const;
    bool change(const std::string& id, std::string_view member, const std::string& json);

    FhirStore store_;
    FhirAuth auth_;
    FhirStorage storage_;
    const SimulatedClock& clock_;
    Faults& faults_;
    Journal& journal_;
    mutable std::mutex style_mutex_;
    FhirStyle style_;
};

} // namespace efaxd::sandbox
