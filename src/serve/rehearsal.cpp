#include "serve/rehearsal.hpp"

#include "serve/answers.hpp"
#include "serve/intake.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace efaxd::serve {

namespace {

constexpr Limits small{1, 4096, 8192, 16384, {}, {}};

/// One connection's bytes, some at a time.
class Line {
  public:
    Line(std::string_view bytes, std::size_t piece, std::size_t room)
        : bytes_(bytes), piece_(std::max<std::size_t>(piece, 1)), buffer_(room) {}

    Intake::Buffer& buffer() { return buffer_; }

    bool receive() {
        const std::size_t size = std::min({piece_, bytes_.size(), buffer_.max_size() - buffer_.size()});
        if (size == 0)
            return false;
        std::memcpy(buffer_.prepare(size).data(), bytes_.data(), size);
        buffer_.commit(size);
        bytes_.remove_prefix(size);
        return true;
    }

  private:
    std::string_view bytes_;
    std::size_t piece_;
    Intake::Buffer buffer_;
};

/// Nothing: the bytes ended before the request did.
std::optional<Intake::Step> read(Intake& intake, Line& line) {
    while (true) {
        const Intake::Step step = intake.feed(line.buffer());
        if (step == Intake::Step::whole || step == Intake::Step::refused)
            return step;
        if (!line.receive())
            return std::nullopt;
    }
}

} // namespace

Rehearsal::Rehearsal(std::vector<Route> routes) : Rehearsal(std::move(routes), small) {}

Rehearsal::Rehearsal(std::vector<Route> routes, Limits limits)
    : desk_(std::make_shared<Desk>(limits, std::move(routes),
                                   std::make_shared<Gate>(boost::asio::any_io_executor()))) {
    desk_->failure = failure;
}

Rehearsed Rehearsal::run(std::string_view bytes, std::size_t piece) const {
    Rehearsed result;
    Line line(bytes, piece, desk_->limits.header_bytes * 2);
    while (result.kept) {
        Intake intake(desk_);
        const auto step = read(intake, line);
        if (!step)
            break;
        result.kept = intake.keep_alive() && intake.clean();
        if (step == Intake::Step::whole)
            result.asked.push_back(std::move(intake.question()));
        else
            result.refused.push_back(intake.refusal().status);
    }
    return result;
}

} // namespace efaxd::serve
