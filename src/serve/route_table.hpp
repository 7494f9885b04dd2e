// Which route does a request mean? No I/O.
#pragma once

#include "serve/door.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::serve {

/// A request target taken apart. Segments are split first and decoded afterwards, so that an encoded slash
/// stays inside its segment.
struct Target {
    std::vector<std::string> segments;        ///< decoded
    std::map<std::string, std::string> query; ///< decoded; of a repeated name the first

    std::string path() const; ///< decoded, with its leading slash
};

/// Reads `/path?query`. Nothing for any other form, a broken percent sequence, or a control character in
/// decoded text.
std::optional<Target> read_target(std::string_view target);

class RouteTable {
  public:
    explicit RouteTable(std::vector<Route> routes);

    struct Found {
        const Route* route = nullptr;                ///< none: see `allowed`
        std::map<std::string, std::string> captures; ///< decoded
        std::string allowed; ///< methods of this path, `GET, HEAD`; empty: no such path
    };

    /// The first route that fits. HEAD is looked up as GET.
    Found find(std::string_view method, const std::vector<std::string>& segments) const;

  private:
    struct Entry {
        Route route;
        std::vector<std::string> segments; ///< of the pattern
    };
    std::vector<Entry> entries_;
};

} // namespace efaxd::serve
