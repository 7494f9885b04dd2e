// One project's dealings with eFax: its token, its pauses, and one call at a time for each caller.
#pragma once

#include "efax/efax_service.hpp"
#include "efax/faults.hpp"
#include "http/remote.hpp"
#include "http/token_keeper.hpp"

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::efax {

/// Safe from any thread. Throws Fault and Stopped, and lets through what a sink throws.
///
/// A new token ends the one before it, so that none is asked for without need: callers share one; a refused
/// one is replaced once for each call; and after more than three refusals within ten minutes another program
/// must be using this App ID: then no call is made for five minutes, nor a token asked for.
///
/// A sign-in that failed, however it did, rests: longer after each failure in a row (ServiceOptions::retry),
/// and 30 s at least where only a person can help, else 5 s. Meanwhile callers get its Fault at once, with
/// what is left of the rest.
///
/// A reply 429, or 503 that says how long to wait, pauses every call of the App ID (`efax.paused`). A 503 to
/// a submission does as well, and yet is handed to the caller: it leaves open whether eFax took the fax.
class Session {
  public:
    Session(ServiceOptions options, ReadCredentials credentials, Clock& clock);

    /// One authorised call; `path` starts with a slash. The reply's status is neither 401 nor 429, nor
    /// a 503 that says how long to wait, else Fault. A streamed body is begun anew for each try; a 401 is
    /// decided before eFax acts on a request, so that even a submission may be repeated after one.
    http::Reply call(Call call, const std::string& user_id, const std::string& path, http::Request request,
                     std::stop_token stop, const http::Sink& sink = {});

    /// Signs in if there is no token yet, within a rest as well, or if App ID and key are not those that the
    /// one in hand was had with. Then the new token takes its place; where none is had, it stays.
    void sign_in(std::stop_token stop);

    ServiceState state() const;
    Instant now() const { return clock_.now(); }
    /// The same moment by eFax's clock, for a bound that nothing may fall through: where ours runs ahead of
    /// the last reply's `Date`, it is earlier by as much; where ours is slow, it stays.
    Instant by_their_clock(Instant ours) const;

  private:
    http::Token ask(std::stop_token stop);
    http::Token ask_now(std::stop_token stop);
    Credentials credentials() const;
    bool secrets_changed() const;
    void rest_after_failed_sign_in() const;
    Fault failed_sign_in(const Fault& fault);
    http::Reply exchange(Call call, const http::Request& request, std::stop_token stop,
                         const http::Sink& sink = {});

    void stay_away_from_rival();
    void note_refusal(const std::string& token);
    void note_success();
    Fault pause(const http::Reply& reply);

    const ServiceOptions options_;
    const ReadCredentials read_credentials_;
    Clock& clock_;
    http::Remote remote_;
    http::TokenKeeper keeper_;

    mutable std::mutex mutex_;
    int tokens_asked_ = 0;
    std::optional<std::size_t> signed_in_with_; ///< hash of the credentials of the token in hand
    int pauses_ = 0;                            ///< in a row, without a success between them
    bool rival_ = false;
    Steady rival_until_{};
    int failed_sign_ins_ = 0; ///< in a row
    std::optional<Fault> sign_in_fault_;
    Steady sign_in_from_{}; ///< not before, after a failed one
};

} // namespace efaxd::efax
