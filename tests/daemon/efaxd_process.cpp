#include "efaxd_process.hpp"

#include "http/client.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace efaxd::daemon {

namespace {

const std::string programs = EFAXD_BINARY_DIR "/bin/";
constexpr Patience start_patience = std::chrono::seconds{60};
constexpr Patience stop_patience = std::chrono::seconds{10};
constexpr Patience between_looks = std::chrono::milliseconds{25};

} // namespace

std::string read_file(const std::filesystem::path& path) {
    const std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return stream ? text.str() : std::string();
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const auto written = ::write(file, text.data(), text.size());
    ::close(file);
    if (written != static_cast<ssize_t>(text.size()))
        throw std::runtime_error("cannot write " + path.string());
}

Efaxd::Efaxd(const sandbox::Sandbox& sandbox) : efax_url_(sandbox.efax_url()), fhir_url_(sandbox.fhir_url()) {
    std::filesystem::create_directory(state_dir());
    std::filesystem::permissions(state_dir(), std::filesystem::perms::owner_all);
    manager_ = std::make_unique<NotifySocket>(folder() / "notify");
    configure();
}

std::string Efaxd::project_text(const Settings::Project& project) const {
    const std::string secret = (folder() / project.name).string();
    write_file(secret + ".app", project.app_id);
    write_file(secret + ".key", "sim-key+/==");
    write_file(secret + ".user", project.user_id);
    std::ostringstream text;
    text << "  - name: " << project.name << "\n    secrets:\n"
         << "      eFaxAppId: { file: " << secret << ".app }\n"
         << "      eFaxApiKey: { file: " << secret << ".key }\n"
         << "      eFaxUserId: { file: " << secret << ".user }\n"
         << webhook_text(secret) << "    efax: { base_url: \"" << efax_url_ << "\" }\n"
         << "    fhir: { base_url: \"" << fhir_url_ << "\", settle: " << settings.settle
         << ", binary: " << settings.binary << ", auth: " << settings.fhir_auth << " }\n"
         << "    mailboxes:\n      poll: " << settings.poll
         << "\n      system: { recipient: Organization/front-desk }\n"
         << "      organizations: " << settings.owners << "\n      practitioners: " << settings.owners
         << "\n      discover_every: " << settings.discover_every
         << "\n    retry: { first: " << settings.retry_first << ", most: " << settings.retry_most << " }\n";
    if (!settings.send.empty())
        text << "    send: { " << settings.send << " }\n";
    return text.str();
}

std::string Efaxd::webhook_text(const std::string& secret) const {
    if (settings.webhook_secret.empty())
        return {};
    write_file(secret + ".webhook", settings.webhook_secret);
    return "    webhook_secret: { file: " + secret + ".webhook }\n";
}

void Efaxd::configure() const {
    std::ostringstream text;
    text << "state_dir: " << state_dir().string() << "\nsocket: " << (folder() / "socket").string()
         << "\nhands: 8\nlog: { level: " << settings.log_level << ", format: text }\n";
    if (!settings.callers.empty())
        text << "operations: { listen: \"127.0.0.1:0\", callers: " << settings.callers << " }\n";
    text << "projects:\n";
    for (const auto& project : settings.projects)
        text << project_text(project);
    configure(text.str());
}

void Efaxd::configure(const std::string& text) const { write_file(config_file(), text); }

Ended Efaxd::run_program(const std::vector<std::string>& argv, Patience patience,
                         const Variables& more) const {
    const auto name = std::to_string(++runs_);
    const auto out = folder() / ("out." + name);
    const auto err = folder() / ("err." + name);
    Child child(argv, out, err, more);
    const auto exit_code = child.wait(patience);
    return {exit_code.value_or(-1), read_file(out), read_file(err)};
}

Ended Efaxd::run(const std::vector<std::string>& arguments, Patience patience, const Variables& more) const {
    std::vector<std::string> argv{programs + "efaxd", "--config", config_file().string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run_program(argv, patience, more);
}

Ended Efaxd::ctl(const std::vector<std::string>& arguments) const {
    std::vector<std::string> argv{programs + "efaxctl", "--socket", (folder() / "socket").string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run_program(argv, std::chrono::minutes{1});
}

void Efaxd::spawn(const Variables& more) {
    child_.reset();
    manager_->forget();
    Variables variables{{"NOTIFY_SOCKET", manager_->path().string()}};
    variables.insert(variables.end(), more.begin(), more.end());
    child_ = std::make_unique<Child>(
        std::vector<std::string>{programs + "efaxd", "--config", config_file().string()},
        folder() / "daemon.out", folder() / "log", variables);
}

void Efaxd::start(const Variables& more) {
    spawn(more);
    if (!manager_->wait_for("READY=1", *child_, start_patience))
        throw std::runtime_error("the daemon did not start:\n" + log());
}

int Efaxd::stop() {
    child_->signal(SIGTERM);
    const auto exit_code = child_->wait(stop_patience);
    child_.reset();
    return exit_code.value_or(-1);
}

void Efaxd::kill() { child_.reset(); }

bool Efaxd::until(const std::function<bool()>& condition, Patience patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        const bool ended = child_->wait(between_looks).has_value();
        if (ended || std::chrono::steady_clock::now() >= end)
            return condition();
    }
    return true;
}

std::string Efaxd::ask(const std::string& path, const std::string& method) const {
    http::Client client({});
    http::Request request;
    request.method = method == "POST" ? http::Method::post : http::Method::get;
    request.url = "http://localhost" + path;
    request.unix_socket = (folder() / "socket").string();
    try {
        return client.exchange(request, {}).body;
    } catch (const http::Error&) {
        return {};
    }
}

std::string Efaxd::operations_url() const {
    const std::string all = log();
    const auto opened = all.rfind("operations.open");
    const auto place = all.find("place=", opened);
    if (opened == all.npos || place == all.npos)
        throw std::runtime_error("the operations door is not open:\n" + all);
    const auto from = place + std::string("place=").size();
    return "http://" + all.substr(from, all.find_first_of(" \n", from) - from);
}

http::Reply Efaxd::call(const std::string& path, const std::string& body, const std::string& authorization,
                        const std::string& method, const std::vector<http::Header>& more) const {
    http::Client client({});
    http::Request request;
    request.method = method == "POST" ? http::Method::post : http::Method::get;
    request.url = operations_url() + path;
    request.headers = more;
    if (!authorization.empty())
        request.headers.push_back({"Authorization", authorization});
    if (method == "POST")
        request.headers.push_back({"Content-Type", "application/fhir+json"});
    request.body = body;
    request.limits.total = std::chrono::seconds{90};
    request.limits.idle = std::chrono::seconds{90};
    return client.exchange(request, {});
}

std::vector<Transmission> Efaxd::transmissions() const {
    OutboxQuery query;
    query.limit = 10'000;
    return ledger::SqliteLedger::open_read_only(state_dir())->outbox().list(query);
}

std::vector<std::string> Efaxd::mailbox_ids() const {
    const auto answer = json::Document::parse(ask("/mailboxes"));
    const json::Value mailboxes = answer.root()["mailboxes"];
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < mailboxes.size(); ++i)
        ids.emplace_back(mailboxes.at(i)["id"].text_or(""));
    return ids;
}

std::string Efaxd::log() const { return read_file(folder() / "log"); }

std::vector<Entry> Efaxd::rows() const {
    LedgerQuery query;
    query.limit = 10'000;
    return ledger::SqliteLedger::open_read_only(state_dir())->list(query);
}

std::vector<std::string> Efaxd::spool() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(state_dir() / "spool"))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

} // namespace efaxd::daemon
