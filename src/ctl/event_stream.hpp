// Server-sent events, taken out of a stream piece by piece. No I/O.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace efaxd::ctl {

/// Pieces may be cut anywhere. Comments and members other than `event` and `data` are left out, and so is an
/// event of more than 64 KiB.
class EventStream {
  public:
    using Heard = std::function<void(const std::string& event, const std::string& data)>;

    void take(std::string_view piece, const Heard& heard);

  private:
    void take_line(std::string_view line, const Heard& heard);

    std::string line_;
    std::string event_;
    std::string data_;
};

} // namespace efaxd::ctl
