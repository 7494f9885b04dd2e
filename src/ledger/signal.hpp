// Wakes one thread, once.
#pragma once

#include <semaphore.h>

namespace efaxd::ledger {

/// The system's semaphore: a thread that waits sleeps at once. Those of the C++ library give their turn away
/// several times before, which costs a change of threads each time.
class Signal {
  public:
    Signal() { ::sem_init(&semaphore_, 0, 0); }
    ~Signal() { ::sem_destroy(&semaphore_); }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    void give() { ::sem_post(&semaphore_); }
    void wait() {
        while (::sem_wait(&semaphore_) != 0) { // a signal handler came in between
        }
    }

  private:
    sem_t semaphore_{};
};

} // namespace efaxd::ledger
