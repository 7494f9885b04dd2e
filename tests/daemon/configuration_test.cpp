// What the program says of its configuration, and how it ends.
#include "clinic.hpp"

#include <algorithm>

namespace efaxd::daemon {
namespace {

class Configuration : public Clinic {};

TEST_F(Configuration, six_mistakes_are_named_at_their_places) {
    efaxd.configure("state_dir: relative/path\n" // 1
                    "hands: many\n"              // 2
                    "log: { level: loud }\n"     // 3
                    "projects:\n"
                    "  - name: Clinic\n" // 5
                    "    secrets:\n"
                    "      eFaxAppId: { file: /etc/a }\n"
                    "      eFaxApiKey: { file: /etc/b }\n"
                    "    efax: { base_url: ftp://nowhere }\n" // 9
                    "    fhir: { base_url: https://fhir.example.org/fhir/R4 }\n"
                    "    mailboxes: { pol: 60s }\n"); // 11
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--check-config"}, {"--once"}, {"--check-connectivity"}, {}}) {
        const Ended run = efaxd.run(arguments);
        EXPECT_EQ(run.exit_code, 78) << run.out << run.err;
        EXPECT_EQ(std::ranges::count(run.err, '\n'), 6) << run.err;
        for (const char* const line : {"1", "2", "3", "5", "9", "11"}) {
            const std::string place = efaxd.config_file().string() + ':' + line + ':';
            EXPECT_NE(run.err.find(place), std::string::npos) << place << " is missing in\n" << run.err;
        }
    }
    EXPECT_EQ(mark(), 0U);
}

TEST_F(Configuration, the_shipped_one_is_well) {
    efaxd.configure(read_file(EFAXD_SOURCE_DIR "/etc/efaxd.yaml"));
    const Ended run = efaxd.run({"--check-config"});
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_EQ(run.err, "");
}

TEST_F(Configuration, a_secret_that_others_may_read_is_refused) {
    std::filesystem::permissions(efaxd.folder() / "clinic.key", std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(efaxd.run({"--check-config"}).exit_code, 0); // reads no secret
    const Ended run = efaxd.run({});
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_NE(run.err.find("clinic.key"), std::string::npos) << run.err;
    EXPECT_EQ(run.err.find("sim-key"), std::string::npos) << run.err;
}

TEST_F(Configuration, a_missing_state_directory_is_said_with_its_cure) {
    std::filesystem::remove_all(efaxd.state_dir());
    const Ended run = efaxd.run({});
    EXPECT_EQ(run.exit_code, 73) << run.err;
    EXPECT_NE(run.err.find("install -d"), std::string::npos) << run.err;
}

TEST_F(Configuration, a_wrong_call_is_a_usage_error) { EXPECT_EQ(efaxd.run({"--onze"}).exit_code, 64); }

} // namespace
} // namespace efaxd::daemon
