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

/// One setting as it is in force, for showing.
struct Setting {
    std::string key;   ///< dotted path such as `projects[0].efax.base_url`
    std::string value; ///< of a secret only where it is to be read; user IDs are masked
    int line = 0;      ///< of the file; 0: it was not said, this is the default

    bool operator==(const Setting&) const = default;
};

/// All settings in the order in which they are read. They tell nothing that the other members of a Config do
/// not, except where it stands: two files that mean the same are equal.
struct Shown {
    std::vector<Setting> settings;

    bool operator==(const Shown&) const { return true; }
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

struct Send {
    bool live = false;       ///< false: nothing leaves
    std::string country;     ///< of ten-digit numbers, `1` … `999`; empty: such numbers are refused
    bool cover_page = false; ///< made by eFax from topic and notes
    Duration deadline{std::chrono::hours{24}};    ///< not taken by eFax until then: it ends as failed
    Duration follow{std::chrono::seconds{30}};    ///< between two looks at a fax under way, at first
    Duration give_up{std::chrono::hours{24 * 7}}; ///< without an outcome after so long: it ends as failed
    Duration look{std::chrono::minutes{30}}; ///< how long an unknown outcome is looked for before it is held
    int at_once = 1;                         ///< faxes under way to one number
    int per_hour = 30;                       ///< submissions to one number
    int retries = 0; ///< new submissions after an outcome that allows one (busy, no answer …)
    Duration retry_after{std::chrono::minutes{15}};
    std::optional<Duration> pick_up; ///< time between two searches for waiting Communications; nothing: never
    std::vector<std::string> document_hosts; ///< hosts besides the FHIR server's, `host` or `host:port`

    bool operator==(const Send&) const = default;
};

struct Project {
    std::string name; ///< `[a-z0-9][a-z0-9-]{0,31}`
    Secrets secrets;
    Endpoint efax{.base_url = "https://api.securedocex.com"};
    Fhir fhir;
    Mailboxes mailboxes;
    BackoffPolicy retry;
    Receive receive;
    Send send;
    std::optional<SecretSource> webhook_secret; ///< of eFax's notifications; nothing: they are not taken

    bool operator==(const Project&) const = default;
};

struct CallerToken {
    std::string project;
    SecretSource token;

    bool operator==(const CallerToken&) const = default;
};

/// The door for FHIR operations.
struct Operations {
    std::string address;  ///< IPv4 or IPv6, without brackets
    int port = 0;         ///< 0 … 65535; 0: chosen by the system, and told in the log
    bool ask_fhir = true; ///< callers' own credentials are checked at the FHIR server; else `tokens`
    std::vector<CallerToken> tokens;

    bool operator==(const Operations&) const = default;
};

struct Config {
    std::filesystem::path state_dir{"/var/lib/efaxd"};
    std::filesystem::path socket{"/run/efaxd/efaxd.sock"};
    int hands = 32; ///< 1 … 512
    Log log;
    std::optional<Operations> operations; ///< nothing: no such door
    std::vector<Project> projects;
    Shown shown;

    bool operator==(const Config&) const = default;
};

} // namespace efaxd::config
