// The real program efaxd, with a folder, a configuration and secrets of its own.
#pragma once

#include "child.hpp"
#include "efaxd/core/entry.hpp"
#include "efaxd/core/transmission.hpp"
#include "fakes/temp_dir.hpp"
#include "http/message.hpp"
#include "sandbox/sandbox.hpp"
#include "json/value.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::daemon {

/// What a test may want different in the configuration; durations as in the file.
struct Settings {
    struct Project {
        std::string name;
        std::string app_id;
        std::string user_id; ///< of the shared number
    };
    std::vector<Project> projects{{"clinic", "sim-app", "10000001-20000001"}};
    std::string poll = "200ms";
    std::string discover_every = "1s";
    std::string owners = "discover"; ///< or `none`
    std::string settle = "200ms";
    std::string retry_first = "100ms";
    std::string retry_most = "400ms";
    std::string binary = "auto";
    std::string log_level = "debug";
    std::string callers; ///< of the operations door, whose port the system chooses; empty: no such door
    std::string send;    ///< members of `send`, such as `mode: live`
    std::string webhook_secret;
    std::string fhir_auth = "{ method: none }";
};

/// Whole run of a program.
struct Ended {
    int exit_code = -1; ///< -1: it did not end in time
    std::string out;
    std::string err;
};

/// Used by one thread. Whatever runs is killed at the end.
class Efaxd {
  public:
    /// Writes the secrets and the configuration.
    explicit Efaxd(const sandbox::Sandbox& sandbox);

    Settings settings;
    /// The file as `settings` have it.
    void configure() const;
    void configure(const std::string& text) const;

    const std::filesystem::path& folder() const { return folder_.path(); }
    std::filesystem::path config_file() const { return folder() / "efaxd.yaml"; }
    std::filesystem::path state_dir() const { return folder() / "state"; }

    /// Runs `efaxd --config FILE` with more arguments, to its end.
    Ended run(const std::vector<std::string>& arguments, Patience patience = std::chrono::minutes{2},
              const Variables& more = {}) const;
    Ended once() const { return run({"--once"}); }
    /// Runs efaxctl against our daemon.
    Ended ctl(const std::vector<std::string>& arguments) const;

    /// Starts the daemon and waits until it says READY=1. Throws with its log if it does not.
    void start(const Variables& more = {});
    /// Starts the daemon and does not wait.
    void spawn(const Variables& more = {});
    Child& child() { return *child_; }
    NotifySocket& manager() { return *manager_; }
    /// Sends SIGTERM. The exit code, or -1 (and a kill) if it takes longer than ten seconds.
    int stop();
    /// kill -9, and waits for the end.
    void kill();

    /// Waits until the condition is true; false if it takes too long or the daemon ends meanwhile.
    bool until(const std::function<bool()>& condition, Patience patience = std::chrono::seconds{40});

    /// An answer of the status socket; empty if there is none.
    std::string ask(const std::string& path, const std::string& method = "GET") const;
    json::Document status() const { return json::Document::parse(ask("/status")); }
    std::vector<std::string> mailbox_ids() const;

    /// All that the daemon has said so far, its former lives included.
    std::string log() const;
    bool said(const std::string& code) const { return log().find(code) != std::string::npos; }
    /// Waits for an event in the log.
    bool says(const std::string& code) {
        return until([&] { return said(code); });
    }

    /// An answer of the operations door. `authorization` is the whole header.
    http::Reply call(const std::string& path, const std::string& body,
                     const std::string& authorization = "Bearer sim-caller",
                     const std::string& method = "POST", const std::vector<http::Header>& more = {}) const;
    /// Base URL of that door, from the log of this life.
    std::string operations_url() const;

    /// The rows of the outbox, looked at from outside.
    std::vector<Transmission> transmissions() const;

    /// The rows of the ledger, looked at from outside.
    std::vector<Entry> rows() const;
    /// Names of the files in the spool.
    std::vector<std::string> spool() const;

  private:
    std::string project_text(const Settings::Project& project) const;
    std::string webhook_text(const std::string& secret) const;
    Ended run_program(const std::vector<std::string>& argv, Patience patience,
                      const Variables& more = {}) const;

    fakes::TempDir folder_;
    std::string efax_url_;
    std::string fhir_url_;
    std::unique_ptr<NotifySocket> manager_;
    std::unique_ptr<Child> child_;
    mutable int runs_ = 0;
};

/// The whole of a file; empty if there is none.
std::string read_file(const std::filesystem::path& path);
/// As `read_file` gives it afterwards; readable for the owner only.
void write_file(const std::filesystem::path& path, const std::string& text);

} // namespace efaxd::daemon
