// Documents in memory, and the request bodies that are made of them.
#pragma once

#include "efaxd/ports/spool.hpp"
#include "fuzz/fuzz.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace efaxd::fuzz {

class Text : public SpoolReader {
  public:
    explicit Text(std::string_view text) : text_(text) {}
    std::uint64_t size() const override { return text_.size(); }
    std::size_t read(char* buffer, std::size_t most) override {
        const std::size_t count = text_.copy(buffer, most, at_);
        at_ += count;
        return count;
    }
    void rewind() override { at_ = 0; }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// All that a body gives, in pieces of that size.
inline std::string read_all(http::BodySource& source, std::size_t piece) {
    std::string body;
    std::string buffer(piece, '\0');
    while (const std::size_t got = source.read(buffer.data(), piece))
        body.append(buffer, 0, got);
    must(body.size() == source.size, "a body is as long as it was announced");
    return body;
}

} // namespace efaxd::fuzz
