// One request to the simulated eFax, and what its path means.
#pragma once

#include "sandbox/efax_items.hpp"
#include "sandbox/faults.hpp"

#include <string>
#include <string_view>

namespace efaxd::sandbox {

struct EfaxCall {
    const HttpRequest& request;
    const EfaxStyle& style;
    std::string endpoint;
    std::string app;
    std::string user_id;
    std::string fax_id;
    const FaultRule* fault = nullptr;

    bool met(FaultKind kind) const { return fault != nullptr && fault->kind == kind; }
    HttpResponse error(int status, std::string_view words = {}) const {
        return efax_error(status, style.errors, words);
    }
};

HttpResponse json_response(std::string body, int status = 200);

struct EfaxRoute {
    std::string endpoint = "efax.other";
    std::string fax_id;
    int status = 404; ///< of `efax.other`
};
/// `prefix`: what all paths begin with.
EfaxRoute efax_route(const HttpRequest& request, std::string_view prefix);

} // namespace efaxd::sandbox
