// A door without a socket, for trying what any client might send.
#pragma once

#include "serve/desk.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace efaxd::serve {

/// What came of the bytes of one connection, in order.
struct Rehearsed {
    std::vector<Question> asked; ///< would have been put to their handlers
    std::vector<int> refused;    ///< status codes of the door's own errors
    bool kept = true;            ///< the connection could be used further
};

/// Reads requests and finds their routes with the code that the sessions use; handlers are never called.
class Rehearsal {
  public:
    explicit Rehearsal(std::vector<Route> routes);
    Rehearsal(std::vector<Route> routes, Limits limits);

    /// As if so many bytes arrived at a time.
    Rehearsed run(std::string_view bytes, std::size_t piece) const;

  private:
    std::shared_ptr<Desk> desk_;
};

} // namespace efaxd::serve
