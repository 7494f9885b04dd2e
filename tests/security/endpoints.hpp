// Everything that efaxd asks of eFax and of a FHIR server, each made to happen by itself.
#pragma once

#include "fakes/loopback_server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::security {

using Answer = fakes::LoopbackServer::Answer;
using Seen = fakes::LoopbackServer::Seen;

/// How the service under test reaches the server that the endpoint is on.
struct Way {
    /// The base URL, without a path, of the server that listens on this port of loopback.
    std::function<std::string(int port)> url = [](int port) {
        return "http://127.0.0.1:" + std::to_string(port);
    };
    std::string ca_file{};
};

/// What came of it.
struct Outcome {
    bool done = false;       ///< the call ended well
    std::string reason;      ///< of the Fault or the Refusal, if it did not
    int asked = 0;           ///< how often the endpoint itself was asked
    std::string servers;     ///< `:PORT` of those that were meant to be asked, each followed by a blank
    std::vector<Seen> diary; ///< of these servers
};

struct Endpoint {
    std::string name;
    bool shrugs = false; ///< efaxd goes on without its answer, so that the call may end well
    bool tls_too = true; ///< with a certificate of the test's own authority
    /// Makes efaxd ask. The endpoint gives `hostile` for an answer; a good one if there is none, so that the
    /// call ends well.
    std::function<Outcome(const Way&, const std::optional<Answer>& hostile)> run;
};

std::vector<Endpoint> efax_endpoints();
std::vector<Endpoint> fhir_endpoints();
std::vector<Endpoint> all_endpoints();

/// A word in each credential that goes out.
inline constexpr const char* canary = "CANARY";

} // namespace efaxd::security
