// Spooled documents for sending: made up while they are read, of any size.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/spool.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <string>

namespace efaxd::efax::testing {

/// So many bytes, each told by its place.
class FakeDocument : public SpoolReader {
  public:
    explicit FakeDocument(std::uint64_t size) : size_(size) {}

    static char byte_at(std::uint64_t place) { return static_cast<char>(place * 7 + place / 251); }
    std::string bytes() const {
        std::string all;
        for (std::uint64_t place = 0; place < size_; ++place)
            all += byte_at(place);
        return all;
    }

    std::uint64_t size() const override { return size_; }
    std::size_t read(char* buffer, std::size_t most) override {
        largest_read = std::max(largest_read, most);
        if (at_ >= fails_at)
            failure();
        std::size_t count = 0;
        for (; count < std::min<std::size_t>(most, 10'000) && at_ < std::min(size_, ends_at); ++count)
            buffer[count] = byte_at(at_++);
        return count;
    }
    void rewind() override {
        at_ = 0;
        ++rewinds;
    }

    std::uint64_t fails_at = UINT64_MAX;
    std::function<void()> failure = [] { throw Fault(Fault::Kind::passing, "spool.unreadable", "Altered."); };
    std::uint64_t ends_at = UINT64_MAX; ///< before its size, if the disk lost a part
    std::size_t largest_read = 0;
    int rewinds = 0;

  private:
    std::uint64_t size_;
    std::uint64_t at_ = 0;
};

inline Submission submission_of(std::vector<SpoolReader*> documents) {
    Submission submission;
    submission.user_id = "10000001-20000001";
    submission.number = "+13035550123";
    submission.to_name = "Front desk";
    submission.reference = "clinic-abc-0";
    submission.from_name = "Dr Example";
    submission.subject = "Referral";
    submission.message = "2 pages \"follow\"";
    submission.documents = std::move(documents);
    return submission;
}

} // namespace efaxd::efax::testing
