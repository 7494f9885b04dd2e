#include "log/journal.hpp"

#include "efaxd/log.hpp"
#include "log/line.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace efaxd::log {
namespace {

/// A socket such as journald's.
class FakeJournal {
  public:
    FakeJournal() {
        std::string folder = std::filesystem::temp_directory_path() / "efaxd-journal-XXXXXX";
        folder_ = ::mkdtemp(folder.data());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string text = path();
        std::copy(text.begin(), text.end(), address.sun_path);
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~FakeJournal() {
        ::close(socket_);
        std::filesystem::remove_all(folder_);
    }
    FakeJournal(const FakeJournal&) = delete;
    FakeJournal& operator=(const FakeJournal&) = delete;

    std::string path() const { return folder_ / "socket"; }
    /// The next datagram; empty if there is none.
    std::string take() const {
        std::array<char, 65536> buffer{};
        const auto size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        return size < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(size));
    }

  private:
    std::filesystem::path folder_;
    int socket_ = -1;
};

TEST(Journal, takes_a_line_with_its_fields) {
    const FakeJournal journald;
    const Journal journal(journald.path());
    const std::vector<Field> fields{project("clinic"), fax("a b\nPRIORITY=0"), wait(Duration{1500})};
    ASSERT_TRUE(journal.send(line(Form::native, {}, fax_waits, fields)));
    EXPECT_EQ(journald.take(), "MESSAGE=fax.waits: step failed, will be tried again project=clinic"
                               " fax=\"a b\\\\x0aPRIORITY=0\" wait_ms=1500\n"
                               "PRIORITY=4\nSYSLOG_IDENTIFIER=efaxd\nEFAXD_EVENT=fax.waits\n"
                               "EFAXD_PROJECT=clinic\nEFAXD_FAX=a b\\x0aPRIORITY=0\nEFAXD_WAIT_MS=1500\n");
}

TEST(Journal, says_that_it_is_not_there_or_has_no_room) {
    EXPECT_FALSE(Journal("/nonexistent/socket").send("MESSAGE=x\n"));
    EXPECT_FALSE(Journal(std::string(200, 'x')).send("MESSAGE=x\n"));
    const FakeJournal journald;
    const Journal journal(journald.path());
    int sent = 0;
    while (sent < 100000 && journal.send("MESSAGE=x\n"))
        ++sent;
    EXPECT_GT(sent, 0);
    EXPECT_LT(sent, 100000) << "nobody reads, and yet it does not wait for long";
    while (!journald.take().empty()) {
    }
    EXPECT_TRUE(journal.send("MESSAGE=x\n"));
}

// In a process of its own: the writer looks for its socket once.
TEST(JournalDeathTest, gets_the_lines_of_a_process_whose_stderr_is_connected_to_it) {
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            const FakeJournal journald;
            ::setenv("EFAXD_JOURNAL_SOCKET", journald.path().c_str(), 1);
            struct stat status {};
            ::fstat(2, &status);
            const auto stream = std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
            ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
            configure(Level::info, Format::automatic);
            write(fax_delivered, {project("clinic")});
            const bool native = journald.take().find("\nEFAXD_PROJECT=clinic\n") != std::string::npos;
            int lines = 0;
            for (int i = 0; i < 30; ++i) {
                write(fax_held, {project("clinic")});
                lines += journald.take().empty() ? 0 : 1;
            }
            tell_left_out(true);
            const bool told = journald.take().find("\nEFAXD_LEFT_OUT=10\n") != std::string::npos;
            ::unlink(journald.path().c_str());
            write(fax_removed); // to stderr now
            std::exit(native && lines == 20 && told ? 0 : 1);
        },
        ::testing::ExitedWithCode(0), "<6>fax.removed: deleted at eFax");
}

} // namespace
} // namespace efaxd::log
