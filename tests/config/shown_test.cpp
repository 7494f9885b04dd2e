// What is shown of a configuration: every setting in force, and no secret.
#include "config/load.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace efaxd::config {
namespace {

constexpr auto text = R"(projects:
  - name: clinic
    secrets:
      eFaxAppId: { credential: eFaxAppId }
      eFaxApiKey: { file: /etc/efaxd/key }
    fhir:
      base_url: https://fhir.example.org/R4/
      settle: 90s
    mailboxes:
      practitioners: none
      organizations: [{ id: north, user_id: "15550142", poll: 120s }]
    send: { mode: live, document_hosts: [Files.example.org] }
)";

std::map<std::string, Setting> shown() {
    const auto loaded = load_text(text, "efaxd.yaml");
    std::map<std::string, Setting> by_key;
    for (const Setting& setting : std::get<Config>(loaded).shown.settings)
        EXPECT_TRUE(by_key.try_emplace(setting.key, setting).second) << setting.key << " is there twice";
    return by_key;
}

TEST(ConfigShown, has_what_the_file_says_with_its_line) {
    auto settings = shown();
    EXPECT_EQ(settings["projects[0].name"], (Setting{"projects[0].name", "clinic", 2}));
    EXPECT_EQ(settings["projects[0].fhir.settle"].value, "90s");
    EXPECT_EQ(settings["projects[0].fhir.settle"].line, 8);
    EXPECT_EQ(settings["projects[0].mailboxes.practitioners"].value, "none");
    EXPECT_EQ(settings["projects[0].mailboxes.organizations[0].id"].value, "north");
    EXPECT_EQ(settings["projects[0].mailboxes.organizations[0].poll"].value, "2m");
    EXPECT_EQ(settings["projects[0].send.mode"].value, "live");
    EXPECT_EQ(settings["projects[0].send.document_hosts[0]"].value, "files.example.org");
}

TEST(ConfigShown, has_the_defaults_of_sections_that_are_not_there) {
    auto settings = shown();
    const std::pair<const char*, const char*> defaults[] = {
        {"state_dir", "/var/lib/efaxd"},
        {"hands", "32"},
        {"log.level", "info"},
        {"log.format", "auto"},
        {"projects[0].efax.via", "api"},
        {"projects[0].efax.base_url", "https://api.securedocex.com"},
        {"projects[0].efax.in_flight", "8"},
        {"projects[0].fhir.in_flight", "16"},
        {"projects[0].fhir.binary", "auto"},
        {"projects[0].mailboxes.poll", "1m"},
        {"projects[0].retry.first", "30s"},
        {"projects[0].receive.acknowledge", "true"},
        {"projects[0].receive.delete_after", "never"},
        {"projects[0].send.pick_up", "never"},
        {"projects[0].send.per_hour", "30"},
    };
    for (const auto& [key, value] : defaults)
        EXPECT_EQ(settings[key], (Setting{key, value, 0}));
}

TEST(ConfigShown, masks_user_ids_and_tells_of_secrets_only_where_they_are) {
    auto settings = shown();
    EXPECT_EQ(settings["projects[0].mailboxes.organizations[0].user_id"].value, "…42");
    EXPECT_EQ(settings["projects[0].secrets.eFaxAppId.credential"].value, "eFaxAppId");
    EXPECT_EQ(settings["projects[0].secrets.eFaxApiKey.file"].value, "/etc/efaxd/key");
}

TEST(ConfigShown, does_not_make_two_files_differ_that_mean_the_same) {
    const auto one = std::get<Config>(load_text(text, "efaxd.yaml"));
    const auto other = std::get<Config>(load_text("\n\n" + std::string(text), "efaxd.yaml"));
    EXPECT_NE(one.shown.settings, other.shown.settings);
    EXPECT_EQ(one, other);
}

} // namespace
} // namespace efaxd::config
