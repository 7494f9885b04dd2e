#include "efax/bounds.hpp"

namespace efaxd::efax {

namespace {
constexpr std::chrono::hours unbounded_for{24};
} // namespace

std::vector<BoundForm> Bounds::forms() {
    const std::lock_guard lock(mutex_);
    if (bound_ == BoundForm::none && clock_.steady() >= unbounded_until_)
        bound_ = BoundForm::zulu;
    switch (bound_) {
    case BoundForm::zulu:
        return {BoundForm::zulu, BoundForm::offset, BoundForm::none};
    case BoundForm::offset:
        return {BoundForm::offset, BoundForm::zulu, BoundForm::none};
    case BoundForm::none:
        break;
    }
    return {BoundForm::none};
}

void Bounds::remember(BoundForm form) {
    const std::lock_guard lock(mutex_);
    if (form == BoundForm::none && bound_ != BoundForm::none)
        unbounded_until_ = clock_.steady() + unbounded_for;
    bound_ = form;
}

} // namespace efaxd::efax
