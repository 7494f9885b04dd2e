#include "fhir/last_known.hpp"

#include <optional>

namespace efaxd::fhir {

bool LastKnown::get(const std::function<bool()>& ask, const std::stop_token& stop) {
    {
        std::unique_lock lock(mutex_);
        if (!asked_.wait(lock, stop, [this] { return asked_once_ || !asking_; }))
            throw Stopped();
        if (asking_ || clock_.steady() < good_until_)
            return known_;
        asking_ = true;
    }
    std::optional<bool> answer;
    bool guess = false;
    try {
        answer = ask();
    } catch (const Fault& fault) {
        guess = guess_(fault);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        asking_ = false;
        asked_.notify_all();
        throw;
    }
    const std::lock_guard lock(mutex_);
    asking_ = false;
    asked_once_ = true;
    answered_once_ |= answer.has_value();
    if (answer || !answered_once_)
        known_ = answer.value_or(guess);
    good_until_ = clock_.steady() + (answer ? lasts_ : again_);
    asked_.notify_all();
    return known_;
}

} // namespace efaxd::fhir
