#include "spool/file_spool.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <future>
#include <set>
#include <thread>

namespace efaxd::spool {
namespace {

const FaxKey key{"clinic", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"};

std::string bytes_of(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

Document store(Spool& spool, const FaxKey& of, const std::string& bytes) {
    const auto writer = spool.write(of);
    const std::string_view all = bytes;
    for (std::size_t at = 0; at < all.size(); at += 16'384)
        writer->append(all.substr(at, 16'384));
    return writer->finish();
}

std::string read_all(SpoolReader& reader) {
    std::string all;
    char buffer[10'000];
    while (const std::size_t got = reader.read(buffer, sizeof buffer))
        all.append(buffer, got);
    return all;
}

std::set<std::string> names_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& item : std::filesystem::directory_iterator(folder))
        names.insert(item.path().filename().string());
    return names;
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 0777u;
}

/// Makes one chosen call fail.
class FailingFiles : public Files {
  public:
    enum class Call { open, read, write, fsync, close, rename, unlink };

    void fail(Call call, int nth, int error) {
        call_ = call;
        countdown_ = nth;
        error_ = error;
        fired_ = false;
    }
    /// From now on each write and read moves only a few bytes, and every other one is interrupted.
    void stutter() { stutter_ = true; }
    bool fired() const { return fired_; }

    int open(const char* path, int flags, mode_t mode) override {
        return hit(Call::open) ? -1 : Files::open(path, flags, mode);
    }
    ssize_t read(int file, char* buffer, std::size_t most) override {
        if (hit(Call::read) || interrupted())
            return -1;
        return Files::read(file, buffer, stutter_ ? std::min<std::size_t>(most, 7) : most);
    }
    ssize_t write(int file, const char* bytes, std::size_t count) override {
        if (hit(Call::write)) {
            if (error_ != 0)
                return -1;
            return Files::write(file, bytes, count / 2);
        }
        if (interrupted())
            return -1;
        return Files::write(file, bytes, stutter_ ? std::min<std::size_t>(count, 7) : count);
    }
    int fsync(int file) override {
        ++syncs;
        return hit(Call::fsync) || interrupted() ? -1 : Files::fsync(file);
    }
    int close(int file) override {
        const bool failing = hit(Call::close);
        const int result = Files::close(file);
        if (!failing)
            return result;
        errno = error_;
        return -1;
    }
    int rename(const char* from, const char* to) override {
        return hit(Call::rename) ? -1 : Files::rename(from, to);
    }
    int unlink(const char* path) override { return hit(Call::unlink) ? -1 : Files::unlink(path); }

    int statvfs(const char* path, struct statvfs* facts) override {
        if (free_.empty())
            return interrupted() ? -1 : Files::statvfs(path, facts);
        facts->f_frsize = 4096;
        facts->f_blocks = counts_blocks ? 1u << 20 : 0;
        facts->f_bavail = free_.front() / facts->f_frsize;
        if (free_.size() > 1)
            free_.erase(free_.begin());
        return 0;
    }
    /// Bytes that are free, answer by answer; the last one stays.
    void set_free(std::vector<std::uint64_t> free) { free_ = std::move(free); }

    bool counts_blocks = true;
    int syncs = 0;

  private:
    bool hit(Call call) {
        if (call != call_ || fired_ || --countdown_ > 0)
            return false;
        fired_ = true;
        errno = error_;
        return true;
    }
    bool interrupted() {
        odd_ = !odd_;
        if (!stutter_ || !odd_)
            return false;
        errno = EINTR;
        return true;
    }

    std::vector<std::uint64_t> free_; // empty: what the disk says
    Call call_ = Call::open;
    int countdown_ = 0;
    int error_ = 0;
    bool fired_ = true;
    bool stutter_ = false;
    bool odd_ = false;
};

/// The reason of the passing Fault that the work ends with; empty if it ends with none.
template <class Work>
std::string passing_reason(const Work& work) {
    try {
        work();
        return {};
    } catch (const Fault& fault) {
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
        return fault.reason;
    }
}

class FileSpoolTest : public testing::Test {
  protected:
    fakes::TempDir dir_;
    std::filesystem::path folder_ = dir_.path() / "spool";
    FailingFiles files_;
    FileSpool spool_{folder_, files_};
};

TEST_F(FileSpoolTest, gives_a_document_back_with_its_size_and_digest) {
    const std::string bytes = bytes_of(100'000);
    const Document document = store(spool_, key, bytes);
    EXPECT_EQ(document.size, bytes.size());
    EXPECT_EQ(document.sha256, crypto::sha256_hex(bytes));

    FileSpool after_restart(folder_);
    const auto reader = after_restart.open(key, document);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->size(), bytes.size());
    EXPECT_EQ(read_all(*reader), bytes);
    EXPECT_EQ(read_all(*reader), "");
    reader->rewind();
    EXPECT_EQ(read_all(*reader), bytes);
}

TEST_F(FileSpoolTest, keeps_an_empty_document) {
    const Document document = store(spool_, key, "");
    EXPECT_EQ(document.size, 0u);
    EXPECT_EQ(read_all(*spool_.open(key, document)), "");
}

TEST_F(FileSpoolTest, closes_folder_and_files_to_others) {
    const auto old_mask = ::umask(0);
    store(spool_, key, "x");
    const auto writer = spool_.write({"clinic", "second-fax"});
    ::umask(old_mask);
    EXPECT_EQ(mode_of(folder_), 0700u);
    for (const std::string& name : names_in(folder_))
        EXPECT_EQ(mode_of(folder_ / name), 0600u);
    std::filesystem::permissions(folder_, std::filesystem::perms::all);
    const FileSpool again(folder_);
    EXPECT_EQ(mode_of(folder_), 0700u);
}

TEST_F(FileSpoolTest, names_files_by_a_hash_of_the_key_so_that_no_id_is_a_path) {
    const FaxKey hostile{"../..", "../../../etc/passwd"};
    const Document document = store(spool_, hostile, "x");
    EXPECT_EQ(names_in(folder_), std::set{FileSpool::name_of(hostile)});
    EXPECT_EQ(FileSpool::name_of(hostile), crypto::sha256_hex(std::string("../..\0../../../etc/passwd", 25)));
    EXPECT_NE(FileSpool::name_of({"a", "b-c"}), FileSpool::name_of({"a-b", "c"}));
    EXPECT_TRUE(spool_.open(hostile, document));
}

TEST_F(FileSpoolTest, finds_nothing_where_a_document_is_missing_or_has_another_size) {
    Document document;
    document.size = 1;
    EXPECT_FALSE(spool_.open(key, document));
    document = store(spool_, key, "12345");
    EXPECT_TRUE(spool_.open(key, document));
    document.size = 4;
    EXPECT_FALSE(spool_.open(key, document));

    spool_.remove(key);
    std::filesystem::create_symlink("/etc/passwd", folder_ / FileSpool::name_of(key));
    document.size = std::filesystem::file_size("/etc/passwd");
    EXPECT_FALSE(spool_.open(key, document));
}

TEST_F(FileSpoolTest, throws_a_document_away_whose_writer_did_not_finish) {
    const Document old = store(spool_, key, "the earlier one");
    {
        const auto writer = spool_.write(key);
        writer->append("half");
        EXPECT_EQ(names_in(folder_).size(), 2u);
    }
    EXPECT_EQ(names_in(folder_), std::set{FileSpool::name_of(key)});
    EXPECT_EQ(read_all(*spool_.open(key, old)), "the earlier one");
}

TEST_F(FileSpoolTest, replaces_an_earlier_document_of_the_same_key) {
    store(spool_, key, "first");
    const Document second = store(spool_, key, "second");
    EXPECT_EQ(read_all(*spool_.open(key, second)), "second");
    EXPECT_EQ(names_in(folder_).size(), 1u);
}

TEST_F(FileSpoolTest, removes_and_does_not_mind_what_is_gone_already) {
    const Document document = store(spool_, key, "x");
    spool_.remove(key);
    EXPECT_FALSE(spool_.open(key, document));
    EXPECT_NO_THROW(spool_.remove(key));
}

TEST_F(FileSpoolTest, removes_unfinished_files_of_an_earlier_life_and_nothing_else) {
    store(spool_, key, "x");
    std::ofstream(folder_ / (FileSpool::name_of(key) + ".7.part")) << "half";
    std::ofstream(folder_ / "note") << "by a person";
    const FileSpool again(folder_);
    EXPECT_EQ(names_in(folder_), (std::set<std::string>{FileSpool::name_of(key), "note"}));
}

TEST_F(FileSpoolTest, sweeps_what_is_not_wanted) {
    const FaxKey delivered{"clinic", "delivered-1"};
    store(spool_, key, "x");
    store(spool_, delivered, "y");
    std::ofstream(folder_ / "note") << "by a person";
    EXPECT_EQ(spool_.sweep([](std::string_view name) { return name == FileSpool::name_of(key); }), 1u);
    EXPECT_EQ(names_in(folder_), (std::set<std::string>{FileSpool::name_of(key), "note"}));
    EXPECT_EQ(spool_.sweep([](std::string_view) { return true; }), 0u);
}

TEST_F(FileSpoolTest, syncs_the_file_and_the_folder_before_it_reports_success) {
    files_.syncs = 0;
    store(spool_, key, "x");
    EXPECT_EQ(files_.syncs, 2);
}

TEST_F(FileSpoolTest, copes_with_short_and_interrupted_calls) {
    files_.stutter();
    const std::string bytes = bytes_of(5'000);
    const Document document = store(spool_, key, bytes);
    EXPECT_EQ(document.size, bytes.size());
    EXPECT_EQ(read_all(*spool_.open(key, document)), bytes);
}

TEST_F(FileSpoolTest, tells_a_full_disk_from_a_broken_one) {
    using Call = FailingFiles::Call;
    for (const int error : {ENOSPC, EDQUOT})
        for (const Call call : {Call::open, Call::write, Call::rename}) {
            files_.fail(call, 1, error);
            EXPECT_EQ(passing_reason([&] { store(spool_, key, "x"); }), "spool.full");
        }
    for (const Call call : {Call::open, Call::write, Call::rename, Call::close, Call::fsync}) {
        files_.fail(call, 1, EIO);
        EXPECT_THROW(store(spool_, key, "x"), GroundFault) << static_cast<int>(call);
    }
    EXPECT_TRUE(names_in(folder_).empty());
}

TEST_F(FileSpoolTest, leaves_the_last_64_mib_of_the_disk_to_the_ledger) {
    constexpr std::uint64_t reserve = 64u << 20;
    files_.set_free({reserve - 4096});
    EXPECT_EQ(passing_reason([&] { spool_.write(key); }), "spool.full");
    EXPECT_TRUE(names_in(folder_).empty());

    files_.set_free({reserve, reserve, reserve - 4096}); // reached while a document grows
    EXPECT_EQ(passing_reason([&] { store(spool_, key, bytes_of(4u << 20)); }), "spool.full");
    EXPECT_TRUE(names_in(folder_).empty());

    files_.set_free({reserve});
    EXPECT_EQ(store(spool_, key, bytes_of(4u << 20)).size, 4u << 20);
    files_.set_free({0});
    files_.counts_blocks = false;
    EXPECT_EQ(store(spool_, key, "x").size, 1u);
}

TEST_F(FileSpoolTest, never_asks_a_failed_sync_again) {
    for (const int error : {EIO, ENOSPC})
        for (const int nth : {1, 2}) {
            files_.syncs = 0;
            files_.fail(FailingFiles::Call::fsync, nth, error);
            EXPECT_THROW(store(spool_, key, "x"), GroundFault);
            EXPECT_EQ(files_.syncs, nth);
        }
}

/// Whatever call fails in whatever way: success is reported only for a document that is there, whole, and an
/// earlier document is never harmed by a failure.
void expect_no_false_success(FileSpool& spool, FailingFiles& files, std::size_t size) {
    using Call = FailingFiles::Call;
    const std::string bytes = bytes_of(size);
    const std::string earlier = bytes_of(1'000);
    int fired = 0;
    for (const Call call : {Call::open, Call::write, Call::fsync, Call::close, Call::rename, Call::unlink})
        for (const int error : {EIO, ENOSPC, EMFILE, EINTR, 0}) {
            if (error == 0 && call != Call::write) // a short write
                continue;
            for (int nth = 1;; ++nth) {
                const Document old = store(spool, key, earlier);
                files.fail(call, nth, error);
                Document document = old;
                bool success = false;
                try {
                    document = store(spool, key, bytes);
                    success = true;
                } catch (const Fault&) {
                } catch (const GroundFault&) {
                }
                const bool hit = files.fired();
                files.fail(call, 1'000'000, 0);
                const auto written = spool.open(key, {bytes.size(), "", MediaType::pdf});
                const auto kept = spool.open(key, old);
                ASSERT_TRUE(written || kept);
                if (success) {
                    ASSERT_TRUE(written);
                    EXPECT_EQ(document.sha256, crypto::sha256_hex(bytes));
                }
                EXPECT_EQ(written ? read_all(*written) : read_all(*kept), written ? bytes : earlier);
                if (!hit)
                    break;
                ++fired;
            }
        }
    EXPECT_GT(fired, 30);
}

TEST_F(FileSpoolTest, loses_nothing_and_claims_no_false_success_when_any_call_fails) {
    expect_no_false_success(spool_, files_, 50'000);
}

TEST_F(FileSpoolTest, is_not_brought_down_by_one_document_that_cannot_be_read) {
    const Document document = store(spool_, key, bytes_of(1'000));
    for (const int error : {EIO, EBADMSG, EUCLEAN}) {
        files_.fail(FailingFiles::Call::open, 1, error);
        EXPECT_EQ(passing_reason([&] { spool_.open(key, document); }), "spool.unreadable") << error;
        files_.fail(FailingFiles::Call::read, 1, error);
        const auto failing = spool_.open(key, document);
        EXPECT_EQ(passing_reason([&] { read_all(*failing); }), "spool.unreadable") << error;
    }
    const auto shortened = spool_.open(key, document);
    std::filesystem::resize_file(folder_ / FileSpool::name_of(key), 500);
    EXPECT_EQ(passing_reason([&] { read_all(*shortened); }), "spool.unreadable");
}

/// A disk that lies: one bit is another than was written.
void spoil(const std::filesystem::path& file, std::streamoff at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const auto byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(at);
    stream.put(byte);
    ASSERT_TRUE(stream.flush());
}

TEST_F(FileSpoolTest, never_gives_a_whole_document_out_that_is_not_the_one_that_was_stored) {
    constexpr std::size_t size = 25'000;
    const Document document = store(spool_, key, bytes_of(size));
    for (const std::streamoff at : {std::streamoff{0}, std::streamoff{size / 2}, std::streamoff{size - 1}}) {
        spoil(folder_ / FileSpool::name_of(key), at);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{10'000}, size, 2 * size}) {
            const auto reader = spool_.open(key, document);
            for (int round = 0; round < 2; ++round) {
                std::string buffer(piece, '\0');
                std::size_t given = 0;
                EXPECT_EQ(passing_reason([&] {
                              while (const auto got = reader->read(buffer.data(), buffer.size()))
                                  given += got;
                          }),
                          "spool.unreadable")
                    << at;
                EXPECT_LT(given, size);
                EXPECT_EQ(passing_reason([&] { reader->read(buffer.data(), 1); }), "spool.unreadable");
                reader->rewind();
            }
        }
        spoil(folder_ / FileSpool::name_of(key), at);
    }
    EXPECT_EQ(read_all(*spool_.open(key, document)), bytes_of(size));
}

TEST_F(FileSpoolTest, digests_anew_after_a_rewind_in_the_middle) {
    const std::string bytes = bytes_of(5'000);
    const auto reader = spool_.open(key, store(spool_, key, bytes));
    char buffer[1'000];
    EXPECT_EQ(reader->read(buffer, sizeof buffer), sizeof buffer);
    reader->rewind();
    EXPECT_EQ(read_all(*reader), bytes);
}

TEST_F(FileSpoolTest, cannot_compare_where_no_digest_was_recorded) {
    Document document = store(spool_, key, "12345");
    document.sha256.clear();
    spoil(folder_ / FileSpool::name_of(key), 0);
    EXPECT_EQ(read_all(*spool_.open(key, document)), "02345");
}

TEST_F(FileSpoolTest, waits_when_the_system_has_no_file_handle_or_memory_left) {
    const Document document = store(spool_, key, "x");
    for (const int error : {EMFILE, ENFILE, ENOMEM}) {
        files_.fail(FailingFiles::Call::open, 1, error);
        EXPECT_EQ(passing_reason([&] { spool_.open(key, document); }), "spool.busy") << error;
        for (const int nth : {1, 2}) { // the document, the folder
            files_.fail(FailingFiles::Call::open, nth, error);
            EXPECT_EQ(passing_reason([&] { store(spool_, key, "x"); }), "spool.busy") << error;
        }
    }
    EXPECT_EQ(read_all(*spool_.open(key, document)), "x");
}

TEST_F(FileSpoolTest, stops_the_daemon_when_the_folder_itself_may_not_be_used) {
    const Document document = store(spool_, key, "x");
    files_.fail(FailingFiles::Call::open, 1, EACCES);
    EXPECT_THROW(spool_.open(key, document), GroundFault);
    files_.fail(FailingFiles::Call::unlink, 1, EACCES);
    EXPECT_THROW(spool_.remove(key), GroundFault);
}

TEST_F(FileSpoolTest, is_not_brought_down_by_one_document_that_cannot_be_removed) {
    const auto no_name_wanted = [](std::string_view) { return false; };
    const Document document = store(spool_, key, "x");
    std::ofstream(folder_ / (FileSpool::name_of(key) + ".7.part")) << "half";
    for (const int error : {EIO, EUCLEAN}) {
        files_.fail(FailingFiles::Call::unlink, 1, error);
        EXPECT_EQ(passing_reason([&] { spool_.remove(key); }), "spool.unreadable") << error;
        files_.fail(FailingFiles::Call::unlink, 1, error);
        EXPECT_EQ(spool_.sweep(no_name_wanted), 0u) << error;
        files_.fail(FailingFiles::Call::unlink, 1, error);
        EXPECT_NO_THROW(FileSpool(folder_, files_)) << error;
        EXPECT_TRUE(files_.fired());
    }
    EXPECT_EQ(spool_.sweep(no_name_wanted), 1u);
}

TEST_F(FileSpoolTest, needs_no_more_memory_for_a_large_document) {
    const std::string piece = bytes_of(1 << 20);
    store(spool_, key, piece);
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    const auto writer = spool_.write(key);
    for (int megabyte = 0; megabyte < 64; ++megabyte)
        writer->append(piece);
    const Document document = writer->finish();
    const auto reader = spool_.open(key, document);
    std::uint64_t read = 0;
    std::string buffer(64 << 10, '\0');
    while (const auto got = reader->read(buffer.data(), buffer.size()))
        read += got;
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_EQ(read, 64u << 20);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 16 << 10); // in KiB
}

TEST(FileSpool, serves_many_threads_at_once) {
    const fakes::TempDir dir;
    FileSpool spool(dir.path() / "spool");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 10; ++round) {
                const FaxKey own{"clinic", "fax-of-thread-" + std::to_string(thread)};
                const std::string bytes = bytes_of(static_cast<std::size_t>(1'000 + 10 * thread + round));
                const Document document = store(spool, own, bytes);
                EXPECT_EQ(read_all(*spool.open(own, document)), bytes);
                spool.remove(own);
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_TRUE(names_in(dir.path() / "spool").empty());
}

/// Documents of up to 64 KiB are in memory, eight such at a time.
class SpoolWithMemory : public testing::Test {
  protected:
    static constexpr std::size_t longest = std::size_t{64} << 10;

    fakes::TempDir dir_;
    std::filesystem::path folder_ = dir_.path() / "spool";
    FailingFiles files_;
    FileSpool spool_{folder_, files_, 8 * longest};
};

std::unique_ptr<SpoolWriter> begin(Spool& spool, const std::string& id, const std::string& bytes) {
    auto writer = spool.write({"clinic", id});
    const std::string_view all = bytes;
    for (std::size_t at = 0; at < all.size(); at += 10'000)
        writer->append(all.substr(at, 10'000));
    return writer;
}

TEST_F(SpoolWithMemory, gives_a_small_document_out_before_any_file_holds_it) {
    const std::string bytes = bytes_of(longest);
    const auto writer = begin(spool_, "small", bytes);
    const Document document = writer->end();
    EXPECT_EQ(document.size, bytes.size());
    EXPECT_EQ(document.sha256, crypto::sha256_hex(bytes));
    const auto reader = writer->in_memory();
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->size(), bytes.size());
    EXPECT_EQ(read_all(*reader), bytes);
    EXPECT_EQ(read_all(*reader), "");
    reader->rewind();
    EXPECT_EQ(read_all(*reader), bytes);
    EXPECT_TRUE(names_in(folder_).empty());
    EXPECT_EQ(files_.syncs, 1) << "of the new folder";
    EXPECT_EQ(spool_.open({"clinic", "small"}, document), nullptr) << "what a power cut takes is not stored";
}

TEST_F(SpoolWithMemory, writes_a_small_document_when_it_shall_last) {
    const std::string bytes = bytes_of(longest - 1);
    files_.syncs = 0;
    const auto writer = begin(spool_, "small", bytes);
    const Document ended = writer->end();
    const Document document = writer->finish();
    EXPECT_EQ(document, ended);
    EXPECT_EQ(files_.syncs, 2);
    EXPECT_EQ(writer->in_memory(), nullptr);
    EXPECT_EQ(read_all(*FileSpool(folder_).open({"clinic", "small"}, document)), bytes);
}

TEST_F(SpoolWithMemory, moves_a_document_to_a_file_that_grows_too_long) {
    const std::string bytes = bytes_of(longest + 1);
    const auto writer = begin(spool_, "long", bytes);
    EXPECT_EQ(names_in(folder_).size(), 1u);
    EXPECT_EQ(writer->in_memory(), nullptr);
    EXPECT_EQ(read_all(*spool_.open({"clinic", "long"}, writer->finish())), bytes);
}

TEST_F(SpoolWithMemory, keeps_few_bytes_in_memory_and_gets_them_back) {
    const std::string bytes = bytes_of(longest);
    std::vector<std::unique_ptr<SpoolWriter>> writers;
    for (int number = 0; number < 8; ++number)
        writers.push_back(begin(spool_, std::to_string(number), bytes));
    EXPECT_TRUE(names_in(folder_).empty());
    const auto ninth = begin(spool_, "ninth", bytes);
    EXPECT_EQ(ninth->in_memory(), nullptr);
    EXPECT_EQ(read_all(*spool_.open({"clinic", "ninth"}, ninth->finish())), bytes);

    writers.pop_back();        // delivered
    writers.front()->finish(); // could not go on
    const auto tenth = begin(spool_, "tenth", bytes);
    const auto eleventh = begin(spool_, "eleventh", bytes);
    EXPECT_TRUE(tenth->in_memory());
    EXPECT_TRUE(eleventh->in_memory());
    EXPECT_EQ(begin(spool_, "twelfth", bytes)->in_memory(), nullptr);
}

TEST_F(SpoolWithMemory, takes_nothing_in_when_the_disk_is_nearly_full) {
    files_.set_free({0});
    EXPECT_EQ(passing_reason([&] { begin(spool_, "small", "x"); }), "spool.full")
        << "it could not be kept if the FHIR server were away";
}

TEST_F(SpoolWithMemory, loses_nothing_and_claims_no_false_success_when_any_call_fails) {
    expect_no_false_success(spool_, files_, 50'000);
}

TEST(FileSpool, serves_those_that_wait_for_a_sync_of_the_folder_with_one_that_began_after_they_asked) {
    std::atomic<int> begun = 0;
    std::promise<void> first_is_in;
    std::promise<void> go_on;
    FolderSync folder([&] {
        if (++begun == 1) {
            first_is_in.set_value();
            go_on.get_future().wait();
        }
    });
    std::thread first([&] { folder.ask(); });
    first_is_in.get_future().wait();
    std::atomic<int> served_by_the_first = 0;
    std::vector<std::thread> others;
    for (int other = 0; other < 4; ++other)
        others.emplace_back([&] {
            folder.ask();
            if (begun == 1)
                ++served_by_the_first;
        });
    go_on.set_value();
    first.join();
    for (std::thread& other : others)
        other.join();
    EXPECT_GE(begun, 2);
    EXPECT_EQ(served_by_the_first, 0);
}

TEST(FileSpool, tells_all_who_asked_before_it_was_known_that_a_sync_of_the_folder_failed) {
    std::atomic<int> begun = 0;
    std::promise<void> first_is_in;
    std::promise<void> go_on;
    FolderSync folder([&] {
        if (++begun > 1)
            return;
        first_is_in.set_value();
        go_on.get_future().wait();
        throw GroundFault("failed");
    });
    std::atomic<int> told = 0;
    const auto ask = [&] {
        try {
            folder.ask();
        } catch (const GroundFault&) {
            ++told;
        }
    };
    std::thread first(ask);
    first_is_in.get_future().wait();
    std::thread second(ask);
    go_on.set_value();
    first.join();
    second.join();
    EXPECT_EQ(told, begun == 1 ? 2 : 1) << "the second was served by a sync of its own, or told";
}

TEST(FileSpool, tries_a_sync_of_the_folder_again_that_failed_but_not_for_good) {
    int asked = 0;
    FolderSync folder([&] {
        if (++asked == 1)
            throw Fault(Fault::Kind::passing, "spool.busy");
    });
    EXPECT_THROW(folder.ask(), Fault);
    folder.ask();
    EXPECT_EQ(asked, 2);
}

TEST(FileSpool, refuses_a_folder_that_is_none) {
    const fakes::TempDir dir;
    std::ofstream(dir.path() / "spool") << "a file";
    EXPECT_THROW(FileSpool(dir.path() / "spool"), GroundFault);
    EXPECT_THROW(FileSpool(dir.path() / "missing" / "spool"), GroundFault);
    std::filesystem::create_symlink("/tmp", dir.path() / "link");
    EXPECT_THROW(FileSpool(dir.path() / "link"), GroundFault);
}

} // namespace
} // namespace efaxd::spool
