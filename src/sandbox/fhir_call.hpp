// One request to the simulated FHIR server, and what its path means.
#pragma once

#include "sandbox/fhir_replies.hpp"
#include "sandbox/fhir_storage.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/options.hpp"

#include <string>
#include <string_view>

namespace efaxd::sandbox {

inline constexpr std::string_view fhir_base_path = "/fhir/R4";

struct FhirPlace {
    std::string endpoint = "fhir.other";
    std::string type;
    std::string id;
    int status = 404; ///< of `fhir.other`
};
FhirPlace fhir_place(const HttpRequest& request);

bool is_type_name(std::string_view name);
bool is_resource_id(std::string_view id);
bool is_fhir_json(std::string_view content_type);

struct FhirCall {
    const HttpRequest& request;
    const FhirStyle& style;
    const FhirStorage& storage;
    std::string origin; ///< as the client calls us
    FhirPlace place;

    std::string base() const { return origin + std::string{fhir_base_path}; }
    Duration search_delay() const { return Duration{style.search_delay_ms}; }
    bool hapi() const { return style.server == ServerStyle::hapi; }
    bool minimal() const {
        return hapi() && request.header("prefer").find("return=minimal") != std::string_view::npos;
    }
    HttpResponse error(int status, std::string_view id, std::string_view code, std::string_view text) const {
        return outcome(style.server, status, id, code, text);
    }
    HttpResponse stale() const {
        return error(static_cast<int>(style.stale_status), "precondition-failed", "conflict",
                     "Precondition failed");
    }
    /// The text of a resource as this style shows it.
    std::string shown(const Resource& resource) const;
    HttpResponse reply(int status, const Resource& resource, bool written) const;
    HttpResponse written(const FhirStore::Written& done) const {
        return reply(done.created ? 201 : 200, done.resource, true);
    }
    /// The body with plain URLs, parsed; nothing if it is no JSON.
    std::optional<json::Document> body() const;
};

} // namespace efaxd::sandbox
