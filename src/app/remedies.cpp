#include "app/remedies.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace efaxd::app {

namespace {

using Remedy = std::pair<std::string_view, std::string_view>;

constexpr std::array remedies{
    Remedy{"efax.sign_in_refused", "check the secrets eFaxAppId and eFaxApiKey: they belong together"},
    Remedy{"efax.secret_unreadable",
           "look at the path, the rights and the LoadCredential= lines of eFaxAppId and eFaxApiKey"},
    Remedy{"efax.bad_app_id", "the secret eFaxAppId must hold the App ID alone: it has a colon in it"},
    Remedy{"fhir.secret_unreadable",
           "look at the path, the rights and the LoadCredential= line of the secret in fhir.auth"},
    Remedy{"efax.unauthorized", "another program may use this App ID; give each its own"},
    Remedy{"efax.rival", "another program uses this App ID and ends our sign-ins; give each its own App ID"},
    Remedy{"efax.user_refused",
           "the user ID is wrong, unassigned, or belongs to another App ID: compare it with the "
           "portal (user, Advanced Settings, API Details)"},
    Remedy{"efax.paused", "eFax asks us to wait; lengthen the poll interval if this comes back"},
    Remedy{"efax.unreachable", "check DNS, firewall, proxy and efax.base_url"},
    Remedy{"efax.gateway_reply", "check efax.base_url and the proxy: not eFax itself answered"},
    Remedy{"efax.tls", "check efax.ca_file, the clock, and whether a proxy breaks TLS"},
    Remedy{"fhir.sign_in_refused", "check fhir.auth: client id, secret or key, token_url and scope"},
    Remedy{"fhir.unauthorized", "the FHIR server refuses our token or password: check fhir.auth"},
    Remedy{"fhir.forbidden",
           "grant this client create, read and search on Communication, create, read and delete on "
           "Binary, and read and search on Organization and Practitioner"},
    Remedy{"fhir.wrong_base", "check fhir.base_url: it must end where resource types begin, e.g. /fhir/R4"},
    Remedy{"fhir.unreachable", "check DNS, firewall, proxy and fhir.base_url"},
    Remedy{"fhir.tls", "check fhir.ca_file, the clock, and whether a proxy breaks TLS"},
    Remedy{"fhir.refused", "the server refuses the resource; see docs/troubleshooting.md"},
};

constexpr std::array misconfigured{"efax.secret_unreadable", "efax.bad_app_id", "fhir.secret_unreadable",
                                   "fhir.key_unusable", "fhir.no_token_url"};
constexpr std::array refusals{"efax.sign_in_refused", "efax.unauthorized", "efax.rival",
                              "efax.user_refused",    "efax.not_visible",  "fhir.sign_in_refused",
                              "fhir.unauthorized",    "fhir.forbidden",    "fhir.refused"};

} // namespace

std::string remedy_of(std::string_view reason) {
    const auto found = std::ranges::find(remedies, reason, &Remedy::first);
    if (found != remedies.end())
        return std::string(found->second);
    return "see " + std::string(reason) + " in docs/troubleshooting.md";
}

std::string remedy_of(http::Cause cause) {
    using http::Cause;
    switch (cause) {
    case Cause::no_such_name:
        return "check the host in base_url for a slip, and this machine's DNS, e.g. with 'getent hosts'";
    case Cause::no_such_proxy:
        return "check the host in proxy for a slip, and this machine's DNS";
    case Cause::refused:
        return "check the port in base_url (or proxy), and whether the server runs";
    case Cause::no_answer:
        return "a firewall may drop what we send: allow this machine to reach that host and port, or set "
               "proxy";
    case Cause::no_way:
        return "check this machine's network and routes, and IPAddressDeny= in the unit";
    case Cause::by_proxy:
        return "ask whoever runs the proxy to let us connect to that host";
    case Cause::no_ca_file:
        return "check ca_file: a PEM file that the user of efaxd may read; without it, the package "
               "ca-certificates";
    case Cause::expired:
        return "whoever runs that server must renew its certificate; check this machine's clock as well";
    case Cause::not_yet_valid:
        return "check this machine's clock: it may be slow";
    case Cause::wrong_name:
        return "write the host in base_url as the certificate has it; if it is right, a proxy may be in "
               "between";
    case Cause::unknown_issuer:
        return "set ca_file to the certificate of the authority that signs this server's (or the TLS "
               "proxy's) one";
    case Cause::no_tls:
        return "check that base_url names an https port, and that the server offers TLS 1.2 or 1.3";
    case Cause::other:
        break;
    }
    return "check DNS, firewall, proxy and base_url";
}

int exit_code_of_reason(std::string_view reason) {
    if (std::ranges::find(misconfigured, reason) != misconfigured.end())
        return 78;
    if (std::ranges::find(refusals, reason) != refusals.end())
        return 77;
    return reason.starts_with("spool.") || reason.starts_with("ledger.") ? 73 : 69;
}

} // namespace efaxd::app
