#include "app/stop_signals.hpp"

#include <csignal>

namespace efaxd::app {

StopSignals::StopSignals() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (!error)
            stop_.request_stop();
    });
    listener_ = std::jthread([this] { loop_.run(); });
}

StopSignals::~StopSignals() { loop_.stop(); }

} // namespace efaxd::app
