#include "convert/patience.hpp"

#include "convert/faults.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>

namespace efaxd::convert {

Patience::Patience(std::stop_token stop, Duration most)
    : stop_(std::move(stop)), left_(most), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!bell_)
        throw converter_failed("the converter could not be started");
    on_stop_.emplace(stop_, [bell = bell_.number()] { ::eventfd_write(bell, 1); });
}

void Patience::wait_for(int descriptor, short events) {
    using Steady = std::chrono::steady_clock;
    using std::chrono::milliseconds;
    for (;;) {
        if (stop_.stop_requested())
            throw Stopped();
        if (left_ <= left_.zero())
            throw converter_failed("the converter took too long");
        const auto most = std::chrono::ceil<milliseconds>(
            std::min<std::chrono::nanoseconds>(left_, std::chrono::hours{1})); // poll counts in int
        pollfd watched[] = {{descriptor, events, 0}, {bell_.number(), POLLIN, 0}};
        const auto before = Steady::now();
        const int ready = ::poll(watched, 2, static_cast<int>(most.count()));
        left_ -= Steady::now() - before;
        if (ready < 0 && errno != EINTR)
            throw converter_failed("the converter could not be waited for");
        if (ready > 0 && watched[0].revents != 0 && watched[1].revents == 0)
            return;
    }
}

} // namespace efaxd::convert
