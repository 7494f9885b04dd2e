// What all connections of one door share.
#pragma once

#include "serve/gate.hpp"
#include "serve/route_table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::serve {

struct Limits {
    std::size_t connections = 0;
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;     ///< of one kept body, unless the route says otherwise
    std::size_t all_body_bytes = 0; ///< of all kept bodies together
    std::chrono::milliseconds client_patience{};
    std::chrono::milliseconds answer_patience{};
    std::chrono::milliseconds heartbeat{std::chrono::seconds{15}};
};

/// Used on the executor only, but for the gate.
struct Desk {
    Desk(Limits limits_, std::vector<Route> routes_, std::shared_ptr<Gate> gate_)
        : limits(limits_), routes(std::move(routes_)), gate(std::move(gate_)) {}

    Limits limits;
    RouteTable routes;
    std::shared_ptr<Gate> gate;
    /// Forms the door's own errors.
    std::function<Answer(int status, std::string_view code, std::string_view text)> failure;
    /// May this peer ask this? Nothing: everybody may ask everything.
    std::function<bool(const Route&, const Question&)> may;

    bool full = false;            ///< connections wait outside: none is kept alive
    std::uint64_t requests = 0;   ///< that were begun
    std::size_t body_bytes = 0;   ///< kept at present
    std::int64_t turned_away = 0; ///< for want of room, since that was last told
    std::chrono::steady_clock::time_point told{};
};

/// The part of a door's memory that one request's body takes; given back at the end.
class BodyShare {
  public:
    explicit BodyShare(Desk& desk) : desk_(desk) {}
    ~BodyShare() { give_back(); }
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;

    /// False, and nothing taken, if there is no room for so many more.
    bool take(std::size_t bytes) {
        if (bytes > desk_.limits.all_body_bytes - desk_.body_bytes)
            return false;
        desk_.body_bytes += bytes;
        taken_ += bytes;
        return true;
    }

    void give_back() {
        desk_.body_bytes -= taken_;
        taken_ = 0;
    }

  private:
    Desk& desk_;
    std::size_t taken_ = 0;
};

} // namespace efaxd::serve
