#include "serve/pending.hpp"

#include <utility>

namespace efaxd::serve {

Pending::Pending(std::weak_ptr<Asker> asker, std::shared_ptr<Gate> gate, unsigned turn)
    : asker_(std::move(asker)), gate_(std::move(gate)), turn_(turn) {}

Pending::~Pending() {
    try {
        use(std::nullopt);
    } catch (...) { // out of memory: the asker's own patience ends the wait
        return;
    }
}

void Pending::use(std::optional<Answer> answer) {
    if (used_.exchange(true))
        return;
    gate_->post([asker = asker_, turn = turn_, answer = std::move(answer)]() mutable {
        if (const auto there = asker.lock())
            there->answer(turn, std::move(answer));
    });
}

} // namespace efaxd::serve
