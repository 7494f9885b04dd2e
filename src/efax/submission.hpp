// A fax on its way to eFax: the body of its POST, and what the answer says.
#pragma once

#include "efaxd/ports/fax_sender.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::efax {

/// The most documents that one fax may have [published]; what eFax does with more is not known.
inline constexpr std::size_t most_documents = 25;

/// The JSON of one submission, made piece by piece while it is sent, the documents in base64. Used by one
/// thread; the readers must outlive it. `read` throws what they throw, and Fault `spool.unreadable` (passing)
/// if one gives less than it said.
class SubmissionBody {
  public:
    explicit SubmissionBody(const Submission& submission);
    SubmissionBody(const SubmissionBody&) = delete;
    SubmissionBody& operator=(const SubmissionBody&) = delete;

    std::uint64_t size() const { return size_; }
    void begin();
    std::size_t read(char* buffer, std::size_t most);

    /// A byte was given since the last `begin`.
    bool begun() const { return given_ > 0; }
    /// The last byte was given as well: from here on eFax may have a fax that it can read.
    bool whole() const { return given_ == size_; }

    /// Reads from this body, which must outlive it.
    http::BodySource source();

  private:
    void refill();
    void read_piece(std::size_t bytes);

    std::vector<SpoolReader*> documents_;
    std::string head_;
    std::uint64_t size_ = 0;

    std::uint64_t given_ = 0;
    std::size_t document_ = 0; ///< at hand
    std::uint64_t left_ = 0;   ///< of it, in bytes
    std::string ready_;
    std::size_t at_ = 0; ///< in `ready_`
    std::string piece_;
};

/// The number as eFax wants it: `1` and ten digits for North America, else `+` and digits.
std::string dialled(std::string_view e164);

/// The answer to a submission that was taken.
struct Submitted {
    std::string fax_id; ///< as eFax spelled it
    bool odd = false;   ///< more entries than were asked for, or one that does not say its number
};

/// Finds the entry of the number. Throws Fault (unknown) `efax.submission_unclear` if there is none with a
/// usable id, if the answer reports errors, or is no JSON.
Submitted read_submitted(std::string_view body, std::string_view number);

} // namespace efaxd::efax
