#include "simulation/fiber.hpp"

#include <cxxabi.h>
#include <ucontext.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace efaxd::simulation {

namespace {

constexpr std::size_t stack_bytes = 512 * 1024;

/// What the C++ runtime knows of exceptions being handled: a fiber may pause within a catch block.
struct Handled {
    void* caught = nullptr;
    unsigned int uncaught = 0;
};

Handled& handled() { return *reinterpret_cast<Handled*>(abi::__cxa_get_globals()); }

Fiber* beginning = nullptr;

} // namespace

struct Fiber::Context {
    ucontext_t own{};
    ucontext_t caller{};
    Handled own_handled;
    Handled caller_handled;
    std::unique_ptr<std::byte[]> stack = std::make_unique_for_overwrite<std::byte[]>(stack_bytes);
#if defined(__SANITIZE_ADDRESS__)
    void* own_fake = nullptr;
    void* caller_fake = nullptr;
    const void* caller_stack = nullptr;
    std::size_t caller_size = 0;
#endif
#if defined(__SANITIZE_THREAD__)
    void* own_fiber = __tsan_create_fiber(0);
    void* caller_fiber = nullptr;
    ~Context() { __tsan_destroy_fiber(own_fiber); }
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
#endif
};

Fiber::Fiber() : context_(std::make_unique<Context>()) {
    if (::getcontext(&context_->own) != 0)
        throw std::runtime_error("getcontext failed");
    context_->own.uc_stack.ss_sp = context_->stack.get();
    context_->own.uc_stack.ss_size = stack_bytes;
    context_->own.uc_link = nullptr;
    ::makecontext(&context_->own, &Fiber::begin, 0);
}

Fiber::~Fiber() = default;

void Fiber::take(Job job) {
    job_ = std::move(job);
    done_ = false;
}

void Fiber::begin() { beginning->run(); }

/// One job after the other; never returns.
void Fiber::run() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &context_->caller_stack, &context_->caller_size);
#endif
    for (;;) {
        try {
            job_();
        } catch (...) {
            error_ = std::current_exception();
        }
        job_ = nullptr;
        done_ = true;
        pause();
    }
}

void Fiber::resume() {
    Context& context = *context_;
    beginning = this;
    context.caller_handled = std::exchange(handled(), context.own_handled);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&context.caller_fake, context.stack.get(), stack_bytes);
#endif
#if defined(__SANITIZE_THREAD__)
    context.caller_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(context.own_fiber, 0);
#endif
    ::swapcontext(&context.caller, &context.own);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(context.caller_fake, nullptr, nullptr);
#endif
    context.own_handled = std::exchange(handled(), context.caller_handled);
    if (error_)
        std::rethrow_exception(std::exchange(error_, nullptr));
}

void Fiber::pause() {
    Context& context = *context_;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&context.own_fake, context.caller_stack, context.caller_size);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(context.caller_fiber, 0);
#endif
    ::swapcontext(&context.own, &context.caller);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(context.own_fake, &context.caller_stack, &context.caller_size);
#endif
}

} // namespace efaxd::simulation
