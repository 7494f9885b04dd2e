// Documents in memory: how much all of them may take, and one of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace efaxd::spool {

/// The memory that documents may take altogether. Safe from any thread.
class Allowance {
  public:
    explicit Allowance(std::size_t most) : most_(most) {}

    std::size_t most() const { return most_; }
    /// False, and nothing is taken, if so much is not left.
    bool take(std::size_t bytes);
    void give_back(std::size_t bytes) { taken_ -= bytes; }

  private:
    const std::size_t most_;
    std::atomic<std::size_t> taken_{0};
};

/// A document that grows, in blocks: what is there is never copied to make room. Takes an eighth of the
/// allowance at the most. Used by one thread at a time.
class InMemory {
  public:
    /// The allowance outlives it.
    explicit InMemory(Allowance& allowance) : allowance_(allowance) {}
    ~InMemory() { clear(); }
    InMemory(const InMemory&) = delete;
    InMemory& operator=(const InMemory&) = delete;

    /// False, and nothing is appended, if there is no room for all of it.
    bool append(std::string_view bytes);
    void clear();

    std::size_t size() const { return size_; }
    /// The bytes from `at` to the end of their block; empty at the end of the document.
    std::string_view from(std::size_t at) const;

  private:
    static constexpr std::size_t block = std::size_t{32} << 10;

    bool make_room(std::size_t bytes);

    Allowance& allowance_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t size_ = 0;
};

} // namespace efaxd::spool
