#include "app/reload.hpp"

#include "app/clinic.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace efaxd::app {
namespace {

/// A configuration file for the clinic, with more lines at its end.
std::filesystem::path write_file(const Clinic& clinic, const std::string& mailboxes, int hands = 4) {
    const auto& project = clinic.config.projects.front();
    const auto path = clinic.dir.path() / "efaxd.yaml";
    std::ofstream(path) << "state_dir: " << clinic.config.state_dir.string()
                        << "\nsocket: " << clinic.config.socket.string() << "\nhands: " << hands
                        << "\nprojects:\n  - name: clinic\n    secrets:\n      eFaxAppId: { file: "
                        << project.secrets.app_id.name
                        << " }\n      eFaxApiKey: { file: " << project.secrets.api_key.name
                        << " }\n      eFaxUserId: { file: " << project.secrets.user_id->name
                        << " }\n    efax: { base_url: \"" << project.efax.base_url
                        << "\" }\n    fhir: { base_url: \"" << project.fhir.endpoint.base_url
                        << "\" }\n    retry: { first: 100ms, most: 1s }\n"
                        << mailboxes;
    return path;
}

TEST(Reload, keeps_the_services_whose_configuration_is_the_same) {
    Clinic clinic;
    auto house = clinic.house();
    const auto first =
        prepare_reload(write_file(clinic, ""), clinic.config, house.projects(), house.ground());
    ASSERT_EQ(first.problem, "");
    const auto second = prepare_reload(write_file(clinic, "    mailboxes: { poll: 5s }\n"), first.config,
                                       first.projects, house.ground());
    ASSERT_EQ(second.problem, "");
    const auto& before = *first.projects.at("clinic");
    const auto& after = *second.projects.at("clinic");
    EXPECT_EQ(&before.efax(), &after.efax()) << "and with it the token";
    EXPECT_EQ(&before.fhir(), &after.fhir());
    EXPECT_EQ(after.mailboxes()->mailboxes.front().poll, std::chrono::seconds{5});
}

TEST(Reload, refuses_a_bad_file_with_the_first_error_and_how_many_more) {
    Clinic clinic;
    auto house = clinic.house();
    const auto file = write_file(clinic, "    mailboxes: { pol: 5s, organizations: maybe }\n");
    const auto reload = prepare_reload(file, clinic.config, house.projects(), house.ground());
    EXPECT_NE(reload.problem.find("efaxd.yaml:"), std::string::npos);
    EXPECT_NE(reload.problem.find("(and 1 more"), std::string::npos) << reload.problem;
}

TEST(Reload, refuses_what_needs_a_restart) {
    Clinic clinic;
    auto house = clinic.house();
    const auto reload =
        prepare_reload(write_file(clinic, "", 5), clinic.config, house.projects(), house.ground());
    EXPECT_NE(reload.problem.find("restart"), std::string::npos);
}

TEST(Reload, refuses_a_configuration_whose_secrets_cannot_be_read) {
    Clinic clinic;
    auto house = clinic.house();
    const auto file = write_file(clinic, "");
    std::filesystem::remove(clinic.config.projects.front().secrets.api_key.name);
    EXPECT_NE(prepare_reload(file, clinic.config, house.projects(), house.ground()).problem, "");
}

} // namespace
} // namespace efaxd::app
