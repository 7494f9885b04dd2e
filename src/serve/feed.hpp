// The body of an answer that is made while it is sent: a stream of events, or something too large to be kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace efaxd::serve {

/// Asked by one connection at a time, on the door's executor. Dropped when the client has gone or the door is
/// closed.
class Feed {
  public:
    virtual ~Feed() = default;

    /// `wake` is to be called, from any thread, whenever there may be something to take; also when there was
    /// something already. Called once, before anything is taken.
    virtual void on_news(std::function<void()> wake) = 0;

    struct Piece {
        std::string text{}; ///< empty: nothing at present
        bool last = false;
        bool broken = false; ///< the rest cannot be had: the connection ends without the end of the body
    };
    virtual Piece take() = 0;

    /// What is sent when there was nothing for a while, so that both sides see the other is alive. Empty:
    /// nothing.
    virtual std::string_view heartbeat() const { return {}; }
};

} // namespace efaxd::serve
