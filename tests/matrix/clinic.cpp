#include "matrix/clinic.hpp"

#include "convert/converter.hpp"
#include "efaxd/log.hpp"
#include "sandbox/presets.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace efaxd::matrix {

Clinic::Clinic(std::string_view preset_) : preset(preset_) {
    testing::internal::CaptureStderr();
    log::configure(log::Level::debug, log::Format::text);
    sandbox.set_up_clinic();
    sandbox.efax().set_style(sandbox::preset_style(preset));
    std::filesystem::create_directory(spool_dir());
    std::filesystem::create_directory(dir_.path() / "state");
    for (const auto& folder : {spool_dir(), dir_.path() / "state"})
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    config.hands = 4;
    config::Project project;
    project.name = "clinic";
    project.secrets.app_id = secret("app-id", "sim-app");
    project.secrets.api_key = secret("api-key", "sim-key+/==");
    project.secrets.user_id = secret("user-id", front_desk);
    project.efax.base_url = sandbox.efax_url();
    project.fhir.endpoint.base_url = sandbox.fhir_url();
    project.mailboxes.system_recipient = "Organization/front-desk";
    project.send.live = true;
    config.projects = {project};
    ledger_ = std::make_unique<ledger::SqliteLedger>(dir_.path() / "state");
    spool_ = std::make_unique<spool::FileSpool>(spool_dir(), spool::system_files(),
                                                spool::FileSpool::usual_memory);
    converter_ = std::make_unique<convert::ProcessConverter>(
        convert::ConverterOptions{std::filesystem::path(EFAXD_BINARY_DIR) / "bin" / "efaxd-convert"});
}

Clinic::~Clinic() {
    projects_.clear();
    log_ += testing::internal::GetCapturedStderr();
    for (const char* const secret : {"sim-key", "10000001-2000000", "18005551212", "1303555", "RIVERSIDE"})
        EXPECT_EQ(log_.find(secret), std::string::npos) << secret;
    if (testing::Test::HasFailure())
        std::cout << "the log:\n" << log_.substr(0, 40'000);
}

config::SecretSource Clinic::secret(const std::string& name, const std::string& value) const {
    const auto path = dir_.path() / name;
    std::ofstream(path) << value;
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return {config::SecretSource::From::file, path.string()};
}

app::Ground Clinic::ground() {
    return {*ledger_, ledger_->outbox(), *spool_, *converter_, clock, "the key of this clinic"};
}

void Clinic::begin() {
    projects_.clear();
    projects_ = app::make_projects(config, ground());
}

app::OnceReport Clinic::round(std::stop_token stop) {
    return app::run_once(projects_, ground(), config.hands, std::move(stop));
}

void Clinic::wait(Duration duration) {
    clock.advance(duration);
    sandbox.clock().advance(duration);
}

std::vector<std::string> Clinic::put(const std::string& user_id, int count) {
    sandbox::NewFaxes faxes;
    faxes.user_id = user_id;
    faxes.count = count;
    faxes.size = 3'000;
    return sandbox.put_faxes(faxes);
}

void Clinic::put_some() {
    put(front_desk, 3);
    put(north_clinic, 2);
    put(dr_example, 2);
}

::testing::AssertionResult Clinic::all_arrive(int most_rounds) {
    std::string last;
    for (int count = 0; count < most_rounds; ++count) {
        const auto report = round();
        last = report.text();
        if (sandbox.oracle().clean() && report.waiting == 0 && report.failed == 0)
            break;
        if (count + 1 == most_rounds)
            return ::testing::AssertionFailure() << sandbox.judgement() << "\n" << last;
        wait(5min);
    }
    return all_arrived();
}

::testing::AssertionResult Clinic::all_arrived() const {
    const auto report = sandbox.oracle();
    if (report.clean() && report.rewritten.empty() && report.spare_binaries.empty())
        return ::testing::AssertionSuccess() << report.line();
    auto failure = ::testing::AssertionFailure() << report.line();
    for (const auto& wrong : report.wrong)
        failure << "\n" << wrong.fax_id << ": " << wrong.reason;
    return failure;
}

std::uint64_t Clinic::mark() const {
    const auto entries = const_cast<sandbox::Sandbox&>(sandbox).journal().entries();
    return entries.empty() ? 0 : entries.back().number;
}

std::size_t Clinic::asked(const std::string& endpoint, std::uint64_t after,
                          const std::string& subject) const {
    return const_cast<sandbox::Sandbox&>(sandbox).journal().count(
        {.endpoint = endpoint, .subject = subject, .after = after});
}

std::size_t Clinic::asked_efax(std::uint64_t after) const {
    return const_cast<sandbox::Sandbox&>(sandbox).journal().count({.side = "efax", .after = after});
}

std::size_t Clinic::changes(std::uint64_t after) const {
    const auto entries = const_cast<sandbox::Sandbox&>(sandbox).journal().entries({.after = after});
    return static_cast<std::size_t>(std::ranges::count_if(
        entries, [](const auto& entry) { return entry.is_write() || entry.endpoint == "efax.image"; }));
}

void Clinic::fault(const std::string& endpoint, sandbox::FaultKind kind, std::int64_t count,
                   const std::string& contains) {
    sandbox::FaultRule rule;
    rule.endpoint = endpoint;
    rule.kind = kind;
    rule.count = count;
    rule.contains = contains;
    sandbox.faults().add(rule);
}

::testing::AssertionResult Clinic::all_struck() const {
    for (const auto& entry : const_cast<sandbox::Sandbox&>(sandbox).faults().all())
        if (entry.struck == 0 || entry.rule.count > 0)
            return ::testing::AssertionFailure()
                   << entry.rule.endpoint << ' ' << name_of(entry.rule.kind) << " struck " << entry.struck;
    return ::testing::AssertionSuccess();
}

Entry Clinic::row(const std::string& fax_id) const {
    return ledger_->find({"clinic", fax_id}).value_or(Entry{});
}

std::vector<Entry> Clinic::rows() const {
    LedgerQuery query;
    query.limit = 10'000;
    return ledger_->list(query);
}

void Clinic::release(const std::string& fax_id) {
    Entry entry = row(fax_id);
    entry.held = false;
    entry.due = clock.now();
    ledger_->save(entry);
}

bool Clinic::said(const std::string& code) {
    log_ += testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    return log_.find(code) != std::string::npos;
}

} // namespace efaxd::matrix
