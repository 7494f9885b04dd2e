// Keeps one access token fresh, with one request for it at a time.
#pragma once

#include "efaxd/ports/clock.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::http {

struct Token {
    std::string value;
    Duration lifetime{}; ///< as promised by the server, or the caller's guess
};

/// Safe from any thread. Callers that need a token while one is being asked for wait and share it; if asking
/// fails, the waiting ones see the same exception.
class TokenKeeper {
  public:
    using Ask = std::function<Token(std::stop_token)>;

    /// A token is renewed when less than `early` of its life remains (but a fresh token is always used for at
    /// least half of its life).
    TokenKeeper(Clock& clock, Ask ask, Duration early);

    /// The token in hand, or a new one if there is none or it is about to end.
    std::string token(std::stop_token stop);

    /// A new token in place of the one in hand, which stays if none is had; or the one that is being asked
    /// for.
    std::string renew(std::stop_token stop);

    /// Says that the server refused this token. Forgets it, unless another was fetched meanwhile. True if
    /// that ended it before its time.
    bool refused(const std::string& token);

    /// How often a token was refused before its time within the last ten minutes: above 3, somebody else is
    /// at work.
    int refusals_lately() const;

    /// Tokens asked for since the start.
    int asked() const;

    bool has_token() const;

  private:
    Clock& clock_;
    Ask ask_;
    Duration early_;

    struct Held {
        std::string value;
        Steady renew;
        Steady end;
    };
    /// One asking, shared by all who wait for it.
    struct Round {
        bool done = false;
        bool stopped = false; ///< by its asker's own stop, which is nothing to the others
        std::string value;
        std::exception_ptr failure;
    };
    std::string token(std::stop_token stop, bool held_will_do);
    std::string ask(std::unique_lock<std::mutex>& lock, std::stop_token stop);

    mutable std::mutex mutex_;
    std::condition_variable_any answered_;
    std::optional<Held> held_;
    std::shared_ptr<Round> round_; ///< the one under way
    std::deque<Steady> refusals_;
    int asked_ = 0;
};

} // namespace efaxd::http
