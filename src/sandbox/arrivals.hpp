// Faxes that come in over time.
#pragma once

#include "sandbox/sandbox.hpp"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace efaxd::sandbox {

struct ArrivalOptions {
    std::vector<std::string> users; ///< who gets them; at least one
    double rate = 1;                ///< a second
    int faxes = 10;                 ///< until so many have come
    int pages = 2;
    std::uint64_t size = 30'000;
    std::uint64_t seed = 1;
};

/// Who is next: each user once in every round, in random order.
class Turns {
  public:
    Turns(std::vector<std::string> users, std::uint64_t seed) : users_(std::move(users)), dice_(seed) {}
    const std::string& next();

  private:
    std::vector<std::string> users_;
    Dice dice_;
    std::size_t at_ = 0;
};

/// From construction until all have come or it is destroyed.
class Arrivals {
  public:
    /// `came` is told number (from 1), user id and fax id of each, on the thread of the arrivals.
    using Came = std::function<void(int number, const std::string& user_id, const std::string& fax_id)>;

    Arrivals(Sandbox& sandbox, ArrivalOptions options, Came came);

  private:
    void run(const std::stop_token& stop);

    Sandbox& sandbox_;
    ArrivalOptions options_;
    Came came_;
    std::jthread thread_;
};

} // namespace efaxd::sandbox
