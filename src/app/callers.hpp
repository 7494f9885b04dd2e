// Who may call the FHIR operations.
#pragma once

#include "app/project.hpp"
#include "config/config.hpp"
#include "efaxd/ports/clock.hpp"

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace efaxd::app {

/// Safe from any thread; blocks. With `callers: fhir` the caller's own credentials are asked for at the
/// project's FHIR server, and the answer is believed for a minute (a refusal for some seconds); a server that
/// lets in whoever comes vouches for nobody. With `tokens`, the bearer token must be the project's own.
/// Credentials are kept as digests only.
class Callers {
  public:
    enum class Verdict {
        granted,
        unknown,   ///< no credentials, or none that are known
        forbidden, ///< good ones, but not for this
        not_found, ///< the server shows the resource to nobody with these
    };

    Callers(config::Operations config, Clock& clock);

    /// `authorization` is the header as it came. `reference`: what the caller wants to act on, as the FHIR
    /// server names it; empty: Communications in general. Throws Fault if it cannot be found out, and
    /// Stopped.
    Verdict check(Project& project, const std::string& authorization, const std::string& reference,
                  std::stop_token stop);

    /// May this caller have the Communication sent? It is read with our credentials, which may see more than
    /// theirs: with `callers: fhir` each document and the sender must be theirs to read. Throws Refusal if
    /// not, Fault, Stopped.
    void check_sending(Project& project, const std::string& authorization,
                       const OutboundCommunication& communication, const std::stop_token& stop);

  private:
    struct Known {
        Verdict verdict = Verdict::unknown;
        Steady until{};
    };

    Verdict check_token(const Project& project, const std::string& authorization) const;
    Verdict ask_fhir(Project& project, const std::string& authorization, const std::string& reference,
                     const std::stop_token& stop);
    bool is_guarded(Project& project, const std::stop_token& stop);
    void remember(const std::string& key, Verdict verdict, Duration how_long);

    config::Operations config_;
    Clock& clock_;
    std::string salt_;
    std::mutex mutex_;
    std::map<std::string, Known> known_;
};

} // namespace efaxd::app
