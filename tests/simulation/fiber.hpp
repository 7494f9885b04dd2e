// A stack of its own for a job that stops in the middle and goes on later, all on one thread.
#pragma once

#include <exception>
#include <functional>
#include <memory>

namespace efaxd::simulation {

class Fiber {
  public:
    using Job = std::function<void()>;

    Fiber();
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Takes on a job; the last one is done.
    void take(Job job);
    /// Goes on with the job until it pauses or is done. Rethrows what the job throws.
    void resume();
    /// Within the job: back to whoever resumed it.
    void pause();
    bool done() const { return done_; }

  private:
    struct Context;

    static void begin();
    void run();

    std::unique_ptr<Context> context_;
    Job job_;
    bool done_ = true;
    std::exception_ptr error_;
};

} // namespace efaxd::simulation
