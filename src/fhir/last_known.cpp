#include "fhir/last_known.hpp"

#include "efaxd/core/fault.hpp"

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
    try {
        answer = ask();
    } catch (const Fault&) { // below
    } catch (...) {
        const std::lock_guard lock(mutex_);
        asking_ = false;
        asked_.notify_all();
        throw;
    }
    const std::lock_guard lock(mutex_);
    asking_ = false;
    asked_once_ = true;
    known_ = answer.value_or(known_);
    good_until_ = clock_.steady() + (answer ? lasts_ : again_);
    asked_.notify_all();
    return known_;
}

} // namespace efaxd::fhir
