// The head of a request, as far as the bench server looks at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace efaxd::bench {

/// Views into the head.
struct Request {
    std::string_view method;
    std::string_view target;
    std::string_view user_id;
    std::size_t offset = 0;  ///< `pagination-offset`
    std::size_t limit = 100; ///< `pagination-limit`
    std::uint64_t body = 0;  ///< length
};

/// Nothing if this is no request; `head` ends with its empty line.
std::optional<Request> read_head(std::string_view head);

} // namespace efaxd::bench
