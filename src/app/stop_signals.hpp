// TERM and INT as a stop token, for the modes that have no loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <stop_token>
#include <thread>

namespace efaxd::app {

/// Catches the two signals for as long as it lives.
class StopSignals {
  public:
    StopSignals();
    ~StopSignals();

    std::stop_token token() const { return stop_.get_token(); }

  private:
    std::stop_source stop_;
    boost::asio::io_context loop_{1};
    boost::asio::signal_set signals_{loop_};
    std::jthread listener_;
};

} // namespace efaxd::app
