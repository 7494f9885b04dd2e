// What one exchange collects and decides while curl runs it.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

namespace efaxd::http {

/// The bytes of a request body, read in order.
class Upload {
  public:
    explicit Upload(const Request& request) : request_(request) {}

    std::uint64_t size() const { return request_.stream ? request_.stream->size : request_.body.size(); }
    /// Never gives more than `size` altogether; throws whatever the source throws, and Error if the source
    /// ends early.
    std::size_t read(char* buffer, std::size_t most);
    /// Goes back to the start; false if the bytes are gone.
    bool rewind();

  private:
    const Request& request_;
    std::uint64_t given_ = 0;
};

/// The reply of one exchange while it arrives. Every size is bounded as the bytes come in.
class Download {
  public:
    Download(const Limits& limits, const Sink& sink) : limits_(limits), sink_(sink) {}

    /// A status line, header line, the empty line or a trailer, as curl gives them.
    void line(std::string_view text);
    void body(std::string_view piece);

    /// A whole head of a final reply was seen.
    bool complete() const { return head_done_ && reply_.status >= 200; }
    Reply take() { return std::move(reply_); }

  private:
    void status_line(std::string_view text);
    void header(std::string_view text);
    bool streamed() const { return sink_ && reply_.status >= 200 && reply_.status < 300; }

    const Limits& limits_;
    const Sink& sink_;
    Reply reply_;
    bool head_begun_ = false;
    bool head_done_ = false;
    std::size_t head_bytes_ = 0;
    std::uint64_t body_bytes_ = 0;
};

} // namespace efaxd::http
