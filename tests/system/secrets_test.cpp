#include "system/secrets.hpp"

#include "environment.hpp"
#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace efaxd::system {
namespace {

class SecretsTest : public testing::Test {
  protected:
    std::string put(const std::string& bytes, mode_t mode = 0400) {
        const std::string path = (dir_.path() / "secret").string();
        std::filesystem::remove(path);
        std::ofstream(path, std::ios::binary) << bytes;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    /// What the error says; it never holds the value.
    static std::string complaint(SecretFrom from, const std::string& name) {
        try {
            return "no error, but " + read_secret(from, name);
        } catch (const SecretError& error) {
            EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
            return error.what();
        }
    }
    static bool says(const std::string& text, const std::string& words) {
        return text.find(words) != std::string::npos;
    }

    fakes::TempDir dir_;
};

TEST_F(SecretsTest, come_from_a_file_a_credential_or_a_variable) {
    EXPECT_EQ(read_secret(SecretFrom::file, put("hunter2")), "hunter2");
    const Variable folder("CREDENTIALS_DIRECTORY", dir_.path().string());
    EXPECT_EQ(read_secret(SecretFrom::credential, "secret"), "hunter2");
    const Variable variable("EFAXD_TEST_SECRET", "hunter2\n");
    EXPECT_EQ(read_secret(SecretFrom::env, "EFAXD_TEST_SECRET"), "hunter2");
}

TEST_F(SecretsTest, lose_one_line_break_at_their_end_and_nothing_else) {
    EXPECT_EQ(read_secret(SecretFrom::file, put("hunter2\n")), "hunter2");
    EXPECT_EQ(read_secret(SecretFrom::file, put("hunter2\r\n")), "hunter2");
    EXPECT_EQ(read_secret(SecretFrom::file, put("hunter2\n\n")), "hunter2\n");
    EXPECT_EQ(read_secret(SecretFrom::file, put(" hunter2 \r")), " hunter2 \r");
    const std::string pem = "-----BEGIN-----\nabc\n-----END-----\n";
    EXPECT_EQ(read_secret(SecretFrom::file, put(pem)) + "\n", pem);
}

TEST_F(SecretsTest, are_read_anew_each_time) {
    const std::string path = put("old");
    EXPECT_EQ(read_secret(SecretFrom::file, path), "old");
    put("new");
    EXPECT_EQ(read_secret(SecretFrom::file, path), "new");
}

TEST_F(SecretsTest, are_refused_when_empty_too_long_or_binary) {
    EXPECT_TRUE(says(complaint(SecretFrom::file, put("")), "is empty"));
    EXPECT_TRUE(says(complaint(SecretFrom::file, put("\n")), "is empty"));
    EXPECT_TRUE(says(complaint(SecretFrom::file, put(std::string("hunter2\0x", 9))), "zero byte"));
    EXPECT_EQ(read_secret(SecretFrom::file, put(std::string(64 << 10, 'x'))).size(), 64u << 10);
    EXPECT_TRUE(
        says(complaint(SecretFrom::file, put(std::string((64 << 10) + 1, 'x'))), "longer than 64 KiB"));
    EXPECT_TRUE(says(complaint(SecretFrom::file, put(std::string(1 << 20, 'x'))), "longer than 64 KiB"));
    const Variable variable("EFAXD_TEST_SECRET", "");
    EXPECT_TRUE(says(complaint(SecretFrom::env, "EFAXD_TEST_SECRET"), "is empty"));
}

TEST_F(SecretsTest, are_refused_when_others_can_read_their_file) {
    for (const mode_t mode : {0404u, 0604u, 0402u, 0401u, 0666u}) {
        const std::string path = put("hunter2", mode);
        EXPECT_TRUE(says(complaint(SecretFrom::file, path), "chmod 0400 " + path)) << mode;
    }
    for (const mode_t mode : {0400u, 0600u, 0440u, 0640u})
        EXPECT_EQ(read_secret(SecretFrom::file, put("hunter2", mode)), "hunter2") << mode;
}

TEST_F(SecretsTest, are_refused_when_a_strange_group_can_read_their_file) {
    const std::string path = put("hunter2", 0440);
    const gid_t strange = 54321;
    if (::chown(path.c_str(), static_cast<uid_t>(-1), strange) != 0) {
        ASSERT_NE(::geteuid(), 0u); // only root may give a file to a group that it is not in
        return;
    }
    EXPECT_TRUE(says(complaint(SecretFrom::file, path), "chmod 0400 " + path));
    ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
    EXPECT_EQ(read_secret(SecretFrom::file, path), "hunter2");
}

TEST_F(SecretsTest, are_missed_with_a_sentence_that_helps) {
    EXPECT_TRUE(says(complaint(SecretFrom::file, (dir_.path() / "gone").string()), "does not exist"));
    EXPECT_TRUE(says(complaint(SecretFrom::file, dir_.path().string()), "no regular file"));
    const Variable variable("EFAXD_TEST_SECRET", std::nullopt);
    EXPECT_TRUE(says(complaint(SecretFrom::env, "EFAXD_TEST_SECRET"), "is not set"));
    const Variable folder("CREDENTIALS_DIRECTORY", std::nullopt);
    EXPECT_TRUE(says(complaint(SecretFrom::credential, "eFaxApiKey"), "LoadCredential="));
}

TEST_F(SecretsTest, of_a_pipe_do_not_hold_the_daemon_up) {
    const std::string path = (dir_.path() / "pipe").string();
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_TRUE(says(complaint(SecretFrom::file, path), "no regular file"));
}

TEST_F(SecretsTest, are_never_looked_for_outside_of_the_credentials) {
    put("hunter2");
    std::filesystem::create_directory(dir_.path() / "inner");
    const Variable folder("CREDENTIALS_DIRECTORY", (dir_.path() / "inner").string());
    for (const char* const name : {"../secret", "..", ".", "", "/etc/passwd"})
        EXPECT_TRUE(says(complaint(SecretFrom::credential, name), "is no name of a credential")) << name;
}

TEST(Wipe, overwrites_and_empties) {
    std::string secret(100, 'x');
    const char* const place = secret.data();
    wipe(secret);
    EXPECT_TRUE(secret.empty());
    EXPECT_EQ(std::string(place, 1), std::string(1, '\0'));
    secret.resize(secret.capacity(), 'y'); // the room is still the string's own
    EXPECT_EQ(secret.data(), place);
}

} // namespace
} // namespace efaxd::system
