#include "serve/file_feed.hpp"

#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace efaxd::serve {

namespace {

constexpr std::size_t piece_size = 256u << 10;

class FileFeed final : public Feed, public std::enable_shared_from_this<FileFeed> {
  public:
    using AtDesk = std::function<void(std::function<void()>)>;

    FileFeed(int file, AtDesk at_desk, std::shared_ptr<void> token)
        : file_(file), at_desk_(std::move(at_desk)), token_(std::move(token)) {}
    ~FileFeed() override { ::close(file_); }
    FileFeed(const FileFeed&) = delete;
    FileFeed& operator=(const FileFeed&) = delete;

    void on_news(std::function<void()> wake) override {
        wake_ = std::move(wake);
        fetch();
    }

    Piece take() override {
        Piece piece;
        {
            const std::lock_guard lock(mutex_);
            piece = std::exchange(ready_, {});
        }
        if (!piece.text.empty() && !piece.last)
            fetch();
        return piece;
    }

  private:
    void fetch() {
        at_desk_([self = shared_from_this()] { self->read(); });
    }

    void read() {
        Piece piece;
        piece.text.resize(piece_size);
        ssize_t got = 0;
        do
            got = ::read(file_, piece.text.data(), piece.text.size());
        while (got < 0 && errno == EINTR);
        piece.text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        piece.last = got == 0;
        piece.broken = got < 0;
        {
            const std::lock_guard lock(mutex_);
            ready_ = std::move(piece);
        }
        wake_();
    }

    const int file_;
    const AtDesk at_desk_;
    const std::shared_ptr<void> token_;
    std::function<void()> wake_; ///< set before the first job
    std::mutex mutex_;
    Piece ready_; ///< guarded by the mutex
};

} // namespace

std::shared_ptr<Feed> feed_of_file(const std::filesystem::path& file,
                                   std::function<void(std::function<void()>)> at_desk,
                                   std::shared_ptr<void> token) {
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0)
        throw std::system_error(errno, std::generic_category(), "the file to be sent cannot be opened");
    ::unlink(file.c_str());
    return std::make_shared<FileFeed>(opened, std::move(at_desk), std::move(token));
}

} // namespace efaxd::serve
