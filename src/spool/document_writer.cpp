#include "spool/document_writer.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

namespace efaxd::spool {

namespace {

constexpr std::uint64_t look_after = 1u << 20; // bytes written until the reserve is looked at again

class MemoryReader : public SpoolReader {
  public:
    explicit MemoryReader(const InMemory& bytes) : bytes_(bytes) {}

    std::uint64_t size() const override { return bytes_.size(); }
    std::size_t read(char* buffer, std::size_t most) override {
        std::size_t filled = 0;
        for (auto rest = bytes_.from(at_); filled < most && !rest.empty(); rest = bytes_.from(at_)) {
            const std::size_t count = rest.copy(buffer + filled, most - filled);
            filled += count;
            at_ += count;
        }
        return filled;
    }
    void rewind() override { at_ = 0; }

  private:
    const InMemory& bytes_;
    std::size_t at_ = 0;
};

} // namespace

DocumentWriter::DocumentWriter(Shared shared, std::filesystem::path path, std::filesystem::path part)
    : shared_(shared), path_(std::move(path)), part_(std::move(part)), memory_(shared.memory),
      look_at_(look_after) {}

DocumentWriter::~DocumentWriter() {
    if (file_ && !finished_)
        shared_.files.unlink(part_.c_str());
}

void DocumentWriter::append(std::string_view bytes) {
    digest_.feed(bytes);
    document_.size += bytes.size();
    if (!file_ && memory_.append(bytes))
        return;
    move_to_file();
    append_to_file(bytes);
}

void DocumentWriter::append_to_file(std::string_view bytes) {
    if (document_.size >= look_at_) { // several may grow at once, each to any size
        keep_reserve(shared_.files, path_.parent_path());
        look_at_ = document_.size + look_after;
    }
    file_->write(bytes);
}

void DocumentWriter::move_to_file() {
    if (file_)
        return;
    file_.emplace(shared_.files, part_, O_WRONLY | O_CREAT | O_EXCL);
    if (file_->get() < 0) {
        const int error = errno;
        file_.reset();
        fail("created", error);
    }
    std::size_t at = 0;
    for (auto rest = memory_.from(at); !rest.empty(); rest = memory_.from(at)) {
        file_->write(rest);
        at += rest.size();
    }
    memory_.clear();
}

Document DocumentWriter::end() {
    if (document_.sha256.empty())
        document_.sha256 = digest_.hex();
    return document_;
}

std::unique_ptr<SpoolReader> DocumentWriter::in_memory() {
    return file_ ? nullptr : std::make_unique<MemoryReader>(memory_);
}

Document DocumentWriter::finish() {
    move_to_file();
    file_->sync();
    file_->close();
    if (shared_.files.rename(part_.c_str(), path_.c_str()) != 0)
        fail("put in place", errno);
    finished_ = true;
    shared_.folder.ask();
    return end();
}

} // namespace efaxd::spool
