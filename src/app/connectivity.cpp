#include "app/connectivity.hpp"

#include "app/connection_check.hpp"
#include "app/ground_check.hpp"
#include "app/remedies.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/ports/spool.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <cstring>

namespace efaxd::app {

namespace {

constexpr Duration most_skew = std::chrono::minutes{5};

/// A document of a few bytes that is held in memory.
class Probe : public SpoolReader {
  public:
    std::uint64_t size() const override { return text_.size(); }
    std::size_t read(char* buffer, std::size_t most) override {
        const std::size_t some = std::min(most, text_.size() - at_);
        std::memcpy(buffer, text_.data() + at_, some);
        at_ += some;
        return some;
    }
    void rewind() override { at_ = 0; }

  private:
    std::string_view text_ = "%PDF-1.4\n% efaxd connectivity probe, deleted at once\n%%EOF\n";
    std::size_t at_ = 0;
};

using Verdict = serve::CheckLine::Verdict;

class Checker {
  public:
    Checker(Instant now, std::stop_token stop, std::vector<Finding>& findings)
        : now_(now), stop_(std::move(stop)), findings_(findings) {}

    void project(Project& project) {
        name_ = project.name();
        const bool signed_in = connection("eFax", project.config().efax) && efax_sign_in(project);
        if (connection("FHIR", project.config().fhir.endpoint))
            fhir_side(project);
        if (signed_in)
            each_mailbox(project);
        skew("eFax", project.efax().state().skew);
        skew("FHIR", project.fhir().state().skew);
    }

  private:
    /// Runs one step; `act` returns the sentence for success.
    template <class Act>
    bool step(std::string what, Act act) {
        Finding finding;
        finding.line.project = name_;
        finding.line.what = std::move(what);
        try {
            finding.line.detail = act();
        } catch (const Fault& fault) {
            finding.line.verdict = Verdict::failed;
            finding.line.detail = fault.detail.empty() ? fault.reason : fault.reason + ": " + fault.detail;
            finding.line.advice = remedy_of(fault.reason);
            finding.exit_code = exit_code_of_reason(fault.reason);
        }
        findings_.push_back(std::move(finding));
        return findings_.back().exit_code == 0;
    }

    /// Name, way, TLS; on a connection that asks nothing.
    bool connection(const std::string& side, const config::Endpoint& endpoint) {
        Finding finding = check_connection(endpoint, now_, stop_);
        finding.line.project = name_;
        finding.line.what = side + " connection";
        findings_.push_back(std::move(finding));
        return findings_.back().exit_code == 0;
    }

    bool efax_sign_in(Project& project) {
        const int asked = project.efax().state().tokens_asked;
        return step("eFax sign-in", [&] {
            project.efax().sign_in(stop_);
            return std::string(project.efax().state().tokens_asked > asked
                                   ? "App ID and API key are accepted"
                                   : "the token in hand was had with this very App ID and API key");
        });
    }

    void skew(const char* side, std::optional<Duration> skew) {
        if (!skew || std::chrono::abs(*skew) < most_skew)
            return;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*skew).count();
        Finding finding;
        finding.line = {name_, std::string(side) + " clock", Verdict::warning,
                        "its clock and ours differ by " + std::to_string(seconds) + " s",
                        "set this machine's clock, e.g. by enabling systemd-timesyncd"};
        findings_.push_back(std::move(finding));
    }

    /// The mailboxes as a discovery would make them now: a user ID that was never polled is tried as well.
    void each_mailbox(Project& project) {
        std::vector<Mailbox> mailboxes = project.mailboxes()->mailboxes;
        if (project.discovers())
            step("discovery", [&] {
                mailboxes = project.foresee_mailboxes(stop_).mailboxes;
                return std::to_string(mailboxes.size()) + " mailboxes";
            });
        for (const Mailbox& mailbox : mailboxes)
            step("mailbox " + mailbox.id, [&] {
                project.efax().check_user(mailbox.user_id, stop_);
                return "user ID " + masked_user_id(mailbox.user_id) + " may be listed";
            });
    }

    void fhir_side(Project& project) {
        auto& fhir = project.fhir();
        if (!step("FHIR sign-in", [&] {
                fhir.sign_in(stop_);
                const bool none = project.config().fhir.auth.method == config::AuthMethod::none;
                return std::string(none ? "none is configured" : "our credentials are accepted");
            }))
            return;
        step("FHIR capabilities", [&] {
            const auto capabilities = fhir.capabilities(stop_);
            return "FHIR " + capabilities.fhir_version +
                   (capabilities.conditional_create ? ", conditional create"
                                                    : ", conditional create not announced") +
                   (capabilities.binary_client_ids ? ", Binary ids of ours" : "");
        });
        step("FHIR search of Communication", [&] {
            fhir.find("efaxd-connectivity-check", false, stop_);
            return std::string("search by identifier works");
        });
        for (const OwnerKind kind : {OwnerKind::organization, OwnerKind::practitioner}) {
            const auto& mailboxes = project.config().mailboxes;
            if (!(kind == OwnerKind::organization ? mailboxes.organizations : mailboxes.practitioners)
                     .discover)
                continue;
            step("FHIR search of " + std::string(name_of(kind)),
                 [&] { return std::to_string(fhir.owners(kind, stop_).size()) + " with an eFax user ID"; });
        }
        step("FHIR Binary create and delete", [&] {
            Probe probe;
            const auto id = fhir.upload(probe, "application/pdf", {}, stop_);
            fhir.remove_binary(id, stop_);
            return std::string("a probe was created and deleted");
        });
    }

    Instant now_;
    std::stop_token stop_;
    std::vector<Finding>& findings_;
    std::string name_;
};

} // namespace

std::vector<Finding> check_connectivity(const Projects& projects, const config::Config& config,
                                        const Ground& ground, std::stop_token stop) {
    std::vector<Finding> findings;
    Checker checker(ground.clock.now(), stop, findings);
    for (const auto& [name, project] : projects)
        checker.project(*project);
    findings.push_back(check_converter(ground.converter, stop));
    findings.push_back(check_state_dir(config));
    return findings;
}

int exit_code_of(const std::vector<Finding>& findings) {
    for (const int code : {78, 77, 69, 73})
        if (std::ranges::any_of(findings, [&](const Finding& finding) { return finding.exit_code == code; }))
            return code;
    return 0;
}

std::string findings_json(const std::vector<Finding>& findings) {
    std::vector<serve::CheckLine> lines;
    lines.reserve(findings.size());
    for (const Finding& finding : findings)
        lines.push_back(finding.line);
    return serve::check_json(lines, exit_code_of(findings));
}

std::string check_text(const std::string& json) {
    const auto document = json::Document::parse(json, json::our_own);
    const auto checks = document.root()["checks"];
    std::string text;
    for (std::size_t at = 0; at < checks.size(); ++at) {
        const auto check = checks.at(at);
        const auto word = [&](const char* name) { return std::string(check[name].text_or("")); };
        std::string verdict = word("verdict");
        verdict.resize(std::max<std::size_t>(verdict.size(), 8), ' ');
        text += verdict + (check["project"] ? word("project") + "  " : "") + word("what");
        if (check["detail"])
            text += ": " + word("detail");
        text += "\n";
        if (check["advice"])
            text += "        -> " + word("advice") + "\n";
    }
    return text;
}

int check_exit_code(const std::string& json) {
    const auto document = json::Document::parse(json, json::our_own);
    return static_cast<int>(document.root()["exit_code"].integer().value_or(70));
}

} // namespace efaxd::app
