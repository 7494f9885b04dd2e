#include "http/token_keeper.hpp"

#include "efaxd/core/fault.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::http {

namespace {

constexpr Duration lately{std::chrono::minutes{10}};
constexpr Duration longest_life{std::chrono::hours{24 * 365}};
constexpr std::size_t most_refusals = 1000; // counted, not kept for ever

} // namespace

TokenKeeper::TokenKeeper(Clock& clock, Ask ask, Duration early)
    : clock_(clock), ask_(std::move(ask)), early_(early) {}

std::string TokenKeeper::token(std::stop_token stop) { return token(std::move(stop), true); }

std::string TokenKeeper::renew(std::stop_token stop) { return token(std::move(stop), false); }

std::string TokenKeeper::token(std::stop_token stop, bool held_will_do) {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (stop.stop_requested())
            throw Stopped();
        if (held_will_do && held_ && clock_.steady() < held_->renew)
            return held_->value;
        if (!round_)
            return ask(lock, std::move(stop));
        const auto round = round_;
        if (!answered_.wait(lock, stop, [&] { return round->done; }))
            throw Stopped();
        if (round->failure)
            std::rethrow_exception(round->failure);
        if (!round->stopped)
            return round->value;
    }
}

std::string TokenKeeper::ask(std::unique_lock<std::mutex>& lock, std::stop_token stop) {
    const auto round = std::make_shared<Round>();
    round_ = round;
    ++asked_;
    const Steady began = clock_.steady();
    lock.unlock();

    Token token;
    std::exception_ptr failure;
    bool stopped = false;
    try {
        token = ask_(std::move(stop));
    } catch (const Stopped&) {
        stopped = true;
    } catch (...) {
        failure = std::current_exception();
    }

    lock.lock();
    if (!stopped && !failure) {
        const Duration life = std::clamp(token.lifetime, Duration::zero(), longest_life);
        held_ = Held{token.value, began + std::max(life - early_, life / 2), began + life};
    }
    round->done = true;
    round->stopped = stopped;
    round->value = token.value;
    round->failure = failure;
    round_.reset();
    answered_.notify_all();
    if (stopped)
        throw Stopped();
    if (failure)
        std::rethrow_exception(failure);
    return token.value;
}

bool TokenKeeper::refused(const std::string& token) {
    const std::lock_guard lock(mutex_);
    if (!held_ || held_->value != token)
        return false;
    const Steady now = clock_.steady();
    const bool early = now < held_->end;
    if (early)
        refusals_.push_back(now);
    if (refusals_.size() > most_refusals)
        refusals_.pop_front();
    held_.reset();
    return early;
}

int TokenKeeper::refusals_lately() const {
    const std::lock_guard lock(mutex_);
    const Steady since = clock_.steady() - lately;
    return static_cast<int>(
        std::count_if(refusals_.begin(), refusals_.end(), [&](Steady at) { return at > since; }));
}

int TokenKeeper::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

bool TokenKeeper::has_token() const {
    const std::lock_guard lock(mutex_);
    return held_ && clock_.steady() < held_->end;
}

} // namespace efaxd::http
