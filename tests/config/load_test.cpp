#include "config/load.hpp"

#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace efaxd::config {

namespace {

using namespace std::chrono_literals;
using From = SecretSource::From;

const std::filesystem::path repository = EFAXD_SOURCE_DIR;

Config loaded(const std::filesystem::path& file) {
    auto result = load(file);
    if (const auto* problems = std::get_if<std::vector<Problem>>(&result))
        throw std::runtime_error(problems->front().text());
    return std::get<Config>(std::move(result));
}

Config loaded_golden(const std::string& name) {
    return loaded(repository / "tests/golden/config/good" / (name + ".yaml"));
}

std::string first_problem(const std::filesystem::path& file) {
    return std::get<std::vector<Problem>>(load(file)).front().text();
}

Project plain_project() {
    Project project;
    project.name = "clinic";
    project.secrets = {{From::credential, "eFaxAppId"},
                       {From::credential, "eFaxApiKey"},
                       SecretSource{From::credential, "eFaxUserId"}};
    project.fhir.endpoint.base_url = "https://fhir.example.org/R4";
    return project;
}

TEST(Config, the_shipped_file_shows_the_defaults) {
    Config expected;
    Project project = plain_project();
    project.fhir.endpoint.base_url = "https://fhir.example.org/fhir/R4";
    project.fhir.auth.method = AuthMethod::client_credentials;
    project.fhir.auth.client_id = "my-client-id";
    project.fhir.auth.client_secret = {From::credential, "fhirClientSecret"};
    expected.projects = {project};
    EXPECT_EQ(loaded(repository / "etc/efaxd.yaml"), expected);
}

TEST(Config, the_least_file_has_all_defaults) {
    Config expected;
    expected.projects = {plain_project()};
    EXPECT_EQ(loaded_golden("least"), expected);
    EXPECT_EQ(loaded_golden("windows_file"), expected);
    EXPECT_EQ(loaded_golden("document_marks"), expected);
    EXPECT_EQ(expected.projects[0].efax.base_url, "https://api.securedocex.com");
    EXPECT_EQ(expected.projects[0].efax.in_flight, 8);
    EXPECT_EQ(expected.projects[0].fhir.endpoint.in_flight, 16);
}

TEST(Config, every_key_of_the_daemon_arrives) {
    const Config config = loaded_golden("everything");
    EXPECT_EQ(config.state_dir, "/srv/efaxd");
    EXPECT_EQ(config.socket, "/srv/efaxd/efaxd.sock");
    EXPECT_EQ(config.hands, 512);
    EXPECT_EQ(config.log, (Log{log::Level::debug, log::Format::json}));
    ASSERT_EQ(config.projects.size(), 2u);
    EXPECT_EQ(config.projects[0].name, "north-1");
    EXPECT_EQ(config.projects[1].name, "south");
}

TEST(Config, every_key_of_the_two_servers_arrives) {
    const Project north = loaded_golden("everything").projects[0];
    EXPECT_EQ(north.secrets.app_id, (SecretSource{From::credential, "north.app"}));
    EXPECT_EQ(north.secrets.api_key, (SecretSource{From::file, "/etc/efaxd/north.key"}));
    EXPECT_EQ(north.secrets.user_id, (SecretSource{From::env, "NORTH_USER"}));
    EXPECT_EQ(north.efax, (Endpoint{"https://efax.example.org:8443/api", 1, 250ms, "/etc/efaxd/efax.pem",
                                    "http://proxy.example.org:3128"}));
    EXPECT_EQ(north.fhir.endpoint, (Endpoint{"https://fhir.example.org/north/R4", 256, 1s,
                                             "/etc/efaxd/fhir.pem", "https://proxy.example.org"}));
    EXPECT_EQ(north.fhir.settle, 2min);
    EXPECT_EQ(north.fhir.binary, BinaryMode::raw);
    Auth auth;
    auth.method = AuthMethod::private_key_jwt;
    auth.client_id = "north efaxd";
    auth.private_key = {From::credential, "north.pem"};
    auth.key_id = "key-1";
    auth.token_url = "https://fhir.example.org/token/"; // a token URL's last slash may matter
    auth.scope = "system/*.cruds";
    EXPECT_EQ(north.fhir.auth, auth);
}

TEST(Config, every_key_of_the_mailboxes_arrives) {
    const Config config = loaded_golden("everything");
    const Mailboxes& north = config.projects[0].mailboxes;
    EXPECT_EQ(north.poll, 100ms);
    EXPECT_EQ(north.system_recipient, "HealthcareService/fax.desk-1");
    EXPECT_FALSE(north.organizations.discover);
    EXPECT_EQ(north.organizations.listed,
              (std::vector<StaticOwner>{{{OwnerKind::organization, "radiology"}, "15551234567", 30s},
                                        {{OwnerKind::organization, "radiology"}, "15551234568", {}},
                                        {{OwnerKind::organization, "42"}, "", {}}}));
    EXPECT_EQ(north.practitioners, (Owners{false, {}}));
    EXPECT_EQ(north.discover_every, 1s);
    const Mailboxes& south = config.projects[1].mailboxes;
    EXPECT_EQ(south.organizations, (Owners{false, {}}));
    EXPECT_EQ(south.practitioners, (Owners{false, {{{OwnerKind::practitioner, "dr-no"}, "", {}}}}));
}

TEST(Config, every_key_of_the_flow_arrives) {
    const Config config = loaded_golden("everything");
    EXPECT_EQ(config.projects[0].retry, (BackoffPolicy{100ms, 24h}));
    EXPECT_EQ(config.projects[0].receive, (Receive{2160h, false, 1h}));
    EXPECT_EQ(config.projects[1].receive, Receive{});
    EXPECT_EQ(config.projects[1].fhir.binary, BinaryMode::json);
}

TEST(Config, every_key_of_sending_arrives) {
    const Config config = loaded_golden("everything");
    Send north;
    north.live = true;
    north.country = "44";
    north.cover_page = true;
    north.deadline = 24h * 30;
    north.follow = 100ms;
    north.give_up = 24h * 90;
    north.look = 24h * 7;
    north.at_once = 50;
    north.per_hour = 10'000;
    north.retries = 10;
    north.retry_after = 24h;
    north.pick_up = 1s;
    north.document_hosts = {"storage.example.org", "storage.example.org:8443", "10.0.0.1", "[fd00::2]:443"};
    EXPECT_EQ(config.projects[0].send, north);
    Send south;
    south.country = "1";
    south.deadline = south.give_up = south.look = 1s;
    EXPECT_EQ(config.projects[1].send, south);
}

TEST(Config, every_key_of_the_operations_arrives) {
    const Config tokens = loaded_golden("everything");
    ASSERT_TRUE(tokens.operations);
    EXPECT_EQ(tokens.operations->address, "fd00::1");
    EXPECT_EQ(tokens.operations->port, 65535);
    EXPECT_FALSE(tokens.operations->ask_fhir);
    EXPECT_EQ(tokens.operations->tokens,
              (std::vector<CallerToken>{{"north-1", {From::credential, "north.token"}},
                                        {"north-1", {From::file, "/etc/efaxd/north.token"}},
                                        {"south", {From::credential, "north.token"}}}));
    EXPECT_EQ(tokens.projects[0].webhook_secret, (SecretSource{From::file, "/etc/efaxd/north.hook"}));
    EXPECT_EQ(tokens.projects[1].webhook_secret, std::nullopt);
    const Config fhir = loaded_golden("operations");
    EXPECT_EQ(fhir.operations, (Operations{"127.0.0.1", 8380, true, {}}));
    EXPECT_EQ(fhir.projects[0].webhook_secret, (SecretSource{From::credential, "eFaxWebhookSecret"}));
    EXPECT_TRUE(fhir.projects[0].send.live);
    EXPECT_EQ(fhir.projects[0].send.country, "");
    EXPECT_EQ(fhir.projects[0].send.pick_up, 100ms);
}

/// The shipped file with the examples of the door uncommented.
std::string shipped_with_a_door(bool tokens) {
    std::ifstream stream(repository / "etc/efaxd.yaml");
    std::string text;
    bool door = false;
    for (std::string line; std::getline(stream, line); text += line + "\n") {
        if (line.find("# webhook_secret:") != line.npos)
            line.replace(line.find("# "), 2, "");
        door = line == "# operations:" || (door && line.starts_with("#"));
        if (!door)
            continue;
        line.erase(0, 2);
        const bool example =
            line == "  # callers:" || line.starts_with("  #   tokens:") || line.starts_with("  #     - ");
        if (tokens && example)
            line.erase(2, 2);
        else if (tokens && line == "  callers: fhir")
            line.clear();
    }
    return text;
}

TEST(Config, the_examples_of_the_shipped_file_are_good_ones) {
    const auto fhir = load_text(shipped_with_a_door(false), "efaxd.yaml");
    ASSERT_TRUE(std::holds_alternative<Config>(fhir));
    EXPECT_EQ(std::get<Config>(fhir).operations, (Operations{"127.0.0.1", 8380, true, {}}));
    EXPECT_EQ(std::get<Config>(fhir).projects[0].webhook_secret,
              (SecretSource{From::credential, "eFaxWebhookSecret"}));
    const auto tokens = load_text(shipped_with_a_door(true), "efaxd.yaml");
    ASSERT_TRUE(std::holds_alternative<Config>(tokens));
    EXPECT_EQ(std::get<Config>(tokens).operations,
              (Operations{"127.0.0.1", 8380, false, {{"clinic", {From::credential, "appToken"}}}}));
}

TEST(Config, a_file_cut_short_is_not_blamed_for_what_it_may_have_said_later) {
    const auto result =
        load_text("projects:\n"
                  "  - name: clinic\n"
                  "    secrets: { eFaxAppId: { env: A }, eFaxApiKey: { env: B } }\n"
                  "    webhook_secret: { env: C }\n"
                  "    fhir: { base_url: https://fhir.example.org }\n"
                  "operations: { listen: 127.0.0.1:8380, callers: { tokens: [ { project: clinic\n",
                  "efaxd.yaml");
    EXPECT_EQ(std::get<std::vector<Problem>>(result).size(), 1u);
}

TEST(Config, every_way_of_signing_in_arrives) {
    EXPECT_EQ(loaded_golden("auth_none").projects[0].fhir.auth, Auth{});
    const Auth basic = loaded_golden("auth_basic").projects[0].fhir.auth;
    EXPECT_EQ(basic.method, AuthMethod::basic);
    EXPECT_EQ(basic.username, "efaxd");
    EXPECT_EQ(basic.password, (SecretSource{From::credential, "p"}));
    const Auth bearer = loaded_golden("auth_bearer").projects[0].fhir.auth;
    EXPECT_EQ(bearer.method, AuthMethod::bearer);
    EXPECT_EQ(bearer.token, (SecretSource{From::file, "/etc/efaxd/token"}));
    const Auth client = loaded_golden("auth_client_credentials").projects[0].fhir.auth;
    EXPECT_EQ(client.method, AuthMethod::client_credentials);
    EXPECT_EQ(client.client_secret, (SecretSource{From::env, "SECRET"}));
}

TEST(Config, http_is_accepted_towards_this_machine_and_last_slashes_are_dropped) {
    const Project project = loaded_golden("loopback").projects[0];
    EXPECT_EQ(project.efax.base_url, "http://127.0.0.1:8381");
    EXPECT_EQ(project.fhir.endpoint.base_url, "http://localhost:8380/fhir/R4");
    EXPECT_EQ(loaded_golden("flow_style").projects[0].fhir.endpoint.base_url, "http://[::1]:8080/fhir");
}

TEST(Config, a_missing_file_is_a_problem_with_a_place) {
    const fakes::TempDir dir;
    const std::string file = (dir.path() / "efaxd.yaml").string();
    EXPECT_EQ(first_problem(file), file + ":1:1: cannot be read: No such file or directory");
}

TEST(Config, a_folder_is_not_a_file) {
    const fakes::TempDir dir;
    EXPECT_EQ(first_problem(dir.path()), dir.path().string() + ":1:1: cannot be read: Is a directory");
}

TEST(Config, a_file_that_may_not_be_read_is_a_problem) {
    const fakes::TempDir dir;
    const auto loop = dir.path() / "efaxd.yaml"; // permissions would not stop root
    std::filesystem::create_symlink(loop, loop);
    EXPECT_EQ(first_problem(loop), loop.string() + ":1:1: cannot be read: Too many levels of symbolic links");
}

TEST(Config, a_file_beyond_all_measure_is_refused_unread) {
    const fakes::TempDir dir;
    const auto file = dir.path() / "efaxd.yaml";
    std::ofstream(file) << "#";
    std::filesystem::resize_file(file, (4u << 20) + 1);
    EXPECT_EQ(first_problem(file), file.string() + ":1:1: larger than 4 MiB");
}

TEST(Config, ten_thousand_listed_mailboxes_load) {
    std::string text =
        "projects:\n  - name: clinic\n    secrets: { eFaxAppId: { env: A }, eFaxApiKey: { env: B } }\n"
        "    fhir: { base_url: https://fhir.example.org }\n    mailboxes:\n      practitioners:\n";
    for (int number = 0; number < 10'000; ++number)
        text += "        - id: practitioner-" + std::to_string(number) + "\n          user_id: \"" +
                std::to_string(15550000000 + number) + "\"\n          poll: 60s\n";
    const auto result = load_text(text, "efaxd.yaml");
    ASSERT_TRUE(std::holds_alternative<Config>(result));
    const auto& listed = std::get<Config>(result).projects[0].mailboxes.practitioners.listed;
    ASSERT_EQ(listed.size(), 10'000u);
    EXPECT_EQ(listed.back().user_id, "15550009999");
}

} // namespace

} // namespace efaxd::config
