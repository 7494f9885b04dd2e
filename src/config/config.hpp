// The whole configuration as plain values, no YAML in sight. Every member has the default of etc/efaxd.yaml.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/core/instant.hpp"
#include "efaxd/core/mailbox.hpp"
#include "efaxd/events.hpp"
#include "efaxd/log.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::config {

/// Where a secret is to be read; never the secret itself.
struct SecretSource {
    enum class From { credential, file, env };
    From from = From::file;
    std::string name; ///< of the credential, the file or the variable

    bool operator==(const SecretSource&) const = default;
};

struct Log {
    log::Level level = log::Level::info;
    log::Format format = log::Format::automatic;

    bool operator==(const Log&) const = default;
};

/// How to reach one server.
struct Endpoint {
    std::string base_url{}; ///< https, or http towards loopback; no slash at the end
    int in_flight = 8;      ///< 1 … 256
    Duration spacing{};     ///< least time between two requests
    std::string ca_file{};  ///< PEM; empty: the system's bundle
    std::string proxy{};    ///< `http://host:port`; empty: none

    bool operator==(const Endpoint&) const = default;
};

enum class AuthMethod { none, basic, bearer, client_credentials, private_key_jwt };

struct Auth {
    AuthMethod method = AuthMethod::none;
    std::string username;                 ///< basic
    std::optional<SecretSource> password; ///< basic
    std::optional<SecretSource> token;    ///< bearer
    std::string client_id;                ///< client_credentials, private_key_jwt
    std::optional<SecretSource> client_secret;
    std::optional<SecretSource> private_key; ///< PEM
    std::string key_id;                      ///< `kid`, may be empty
    std::string token_url;                   ///< discovered when empty
    std::string scope;

    bool operator==(const Auth&) const = default;
};

enum class BinaryMode { automatic, raw, json };

struct Fhir {
    Endpoint endpoint{.in_flight = 16};
    Auth auth;
    Duration settle{std::chrono::seconds{60}};
    BinaryMode binary = BinaryMode::automatic;

    bool operator==(const Fhir&) const = default;
};

struct Secrets {
    SecretSource app_id;
    SecretSource api_key;
    std::optional<SecretSource> user_id;

    bool operator==(const Secrets&) const = default;
};

/// Which owners of one kind have mailboxes.
struct Owners {
    bool discover = true; ///< else only the listed ones
    std::vector<StaticOwner> listed;

    bool operator==(const Owners&) const = default;
};

struct Mailboxes {
    Duration poll{std::chrono::seconds{60}};
    std::string system_recipient;
    Owners organizations;
    Owners practitioners;
    Duration discover_every{std::chrono::minutes{15}};

    bool operator==(const Mailboxes&) const = default;
};

struct Receive {
    Duration window{std::chrono::hours{72}};
    bool acknowledge = true;
    std::optional<Duration> delete_after; ///< nothing: never

    bool operator==(const Receive&) const = default;
};

struct Project {
    std::string name; ///< `[a-z0-9][a-z0-9-]{0,31}`
    Secrets secrets;
    Endpoint efax{.base_url = "https://api.securedocex.com"};
    Fhir fhir;
    Mailboxes mailboxes;
    BackoffPolicy retry;
    Receive receive;

    bool operator==(const Project&) const = default;
};

struct Config {
    std::filesystem::path state_dir{"/var/lib/efaxd"};
    std::filesystem::path socket{"/run/efaxd/efaxd.sock"};
    int hands = 32; ///< 1 … 512
    Log log;
    std::vector<Project> projects;

    bool operator==(const Config&) const = default;
};

} // namespace efaxd::config
