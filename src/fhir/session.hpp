// Authorised calls to the FHIR server.
#pragma once

#include "efaxd/ports/clock.hpp"
#include "fhir/authorizer.hpp"
#include "fhir/refusal.hpp"
#include "http/remote.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::fhir {

/// Makes the request anew, its body from the beginning.
using MakeRequest = std::function<http::Request()>;

/// Safe from any thread.
class Session {
  public:
    Session(const ServerOptions& options, Clock& clock);

    /// One exchange with our credentials; after a 401 once more with new ones. Gives every reply but 401 and
    /// 429, for which it throws the Fault as for an exchange without reply; the caller judges the rest.
    /// Pauses all calls as long as the server asks; rests after credentials were refused twice.
    http::Reply call(Call kind, const MakeRequest& make, const std::stop_token& stop,
                     const http::Sink& sink = {});

    /// One exchange to ask something no delivery depends on, with the credentials given or none. Gives every
    /// reply but 429, as above, 401 too: it makes nobody rest.
    http::Reply ask_once(const http::Request& request, const std::string& credentials,
                         const std::stop_token& stop, const http::Sink& sink = {});

    /// One exchange in somebody else's name or in nobody's: whatever the answer, it means nothing for us, and
    /// our own credentials are never used. Gives every reply.
    http::Reply ask_as(const std::string& credentials, const http::Request& request,
                       const std::stop_token& stop, const http::Sink& sink = {});

    /// `[base]/path`, with `Accept: application/fhir+json`.
    http::Request request(http::Method method, const std::string& path) const;

    const std::string& base_url() const { return remote_.base_url(); }
    Authorizer& authorizer() { return authorizer_; }
    const Authorizer& authorizer() const { return authorizer_; }
    const http::Remote& remote() const { return remote_; }

  private:
    http::Reply exchange(Call kind, http::Request request, const std::string& credentials,
                         const std::stop_token& stop, const http::Sink& sink);
    void heed(Call kind, const http::Reply& reply);
    void heed_pause(const http::Reply& reply);
    Duration pause_for(const http::Reply& reply);
    Duration rest_after_401(std::optional<Duration> asked);
    void throw_while_resting() const;

    std::string project_;
    BackoffPolicy retry_;
    Clock& clock_;
    http::Remote remote_;
    Authorizer authorizer_;

    mutable std::mutex mutex_;
    int pauses_ = 0;   ///< in a row, without a word how long
    int refusals_ = 0; ///< of our credentials, in a row
    Steady rests_until_{};
};

} // namespace efaxd::fhir
