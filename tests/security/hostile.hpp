// Ids and other words as only an enemy would choose them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace efaxd::security {

/// The same seed gives the same words.
class Hostile {
  public:
    explicit Hostile(std::uint64_t seed) : random_(seed) {}

    /// Raw bytes of any kind: line breaks, zero bytes, climbing paths, escapes, 64 KiB, text that turns
    /// round, halves of surrogates, broken UTF-8; alone, or around what looks like an id.
    std::string word();

    /// A word as the inside of a JSON string: some bytes escaped, some as they are.
    std::string in_json(const std::string& word);

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  private:
    std::mt19937_64 random_;
};

/// How many words a test throws: `EFAXD_SECURITY_DOSE` times as many in a long run.
int dose(int ordinary);

/// No control character but the line breaks between lines; valid UTF-8.
bool clean_lines(const std::string& text);

} // namespace efaxd::security
