// The one reply that a handler owes.
#pragma once

#include "serve/gate.hpp"

#include "serve/door.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace efaxd::serve {

/// Whoever waits for replies. Called on the door's executor.
class Asker {
  public:
    virtual ~Asker() = default;
    /// The reply to the question of that turn, any other turn's is too late. Nothing: there will be none.
    virtual void answer(unsigned turn, std::optional<Answer> answer) = 0;
};

/// Dropped without having been used, it tells so. Safe from any thread.
class Pending {
  public:
    Pending(std::weak_ptr<Asker> asker, std::shared_ptr<Gate> gate, unsigned turn);
    ~Pending();
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    void use(std::optional<Answer> answer);

  private:
    std::weak_ptr<Asker> asker_;
    std::shared_ptr<Gate> gate_;
    unsigned turn_;
    std::atomic<bool> used_{false};
};

} // namespace efaxd::serve
