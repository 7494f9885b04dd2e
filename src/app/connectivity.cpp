#include "app/connectivity.hpp"

#include "app/remedies.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/ports/spool.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <cstring>
#include <sys/statvfs.h>
#include <unistd.h>

namespace efaxd::app {

namespace {

constexpr Duration most_skew = std::chrono::minutes{5};
constexpr std::uint64_t least_disk = 256u << 20;

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

class Checker {
  public:
    Checker(std::stop_token stop, std::vector<Finding>& findings)
        : stop_(std::move(stop)), findings_(findings) {}

    void project(Project& project) {
        name_ = project.name();
        efax_side(project);
        fhir_side(project);
    }

  private:
    /// Runs one step; `act` returns the sentence for success.
    template <class Act>
    bool step(std::string what, Act act) {
        Finding finding{.project = name_, .what = std::move(what)};
        try {
            finding.verdict = act();
            finding.well = true;
        } catch (const Fault& fault) {
            finding.verdict = fault.detail.empty() ? fault.reason : fault.reason + ": " + fault.detail;
            finding.remedy = remedy_of(fault.reason);
            finding.exit_code = exit_code_of_reason(fault.reason);
        }
        findings_.push_back(std::move(finding));
        return findings_.back().well;
    }

    void skew(const char* side, std::optional<Duration> skew) {
        if (!skew || (*skew<most_skew&& * skew> - most_skew))
            return;
        findings_.push_back(
            {name_, std::string(side) + " clock", false,
             "its clock and ours differ by " +
                 std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*skew).count()) + " s",
             "set this machine's clock, e.g. by enabling systemd-timesyncd", 0});
    }

    void efax_side(Project& project) {
        const bool signed_in = step("eFax sign-in", [&] {
            project.efax().sign_in(stop_);
            return std::string("App ID and API key are accepted");
        });
        if (signed_in) {
            const auto list = project.mailboxes();
            for (const Mailbox& mailbox : list->mailboxes)
                step("mailbox " + mailbox.id, [&] {
                    project.efax().check_user(mailbox.user_id, stop_);
                    return "user ID " + masked_user_id(mailbox.user_id) + " may be listed";
                });
        }
        skew("eFax", project.efax().state().skew);
    }

    void fhir_side(Project& project) {
        auto& fhir = project.fhir();
        if (!step("FHIR sign-in", [&] {
                fhir.sign_in(stop_);
                return std::string("our credentials are accepted");
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
        skew("FHIR", fhir.state().skew);
    }

    std::stop_token stop_;
    std::vector<Finding>& findings_;
    std::string name_;
};

Finding check_state_dir(const config::Config& config) {
    Finding finding{.what = "state directory", .verdict = config.state_dir.string()};
    struct ::statvfs disk {};
    if (::access(config.state_dir.c_str(), R_OK | W_OK | X_OK) != 0 ||
        ::statvfs(config.state_dir.c_str(), &disk) != 0) {
        finding.verdict += " is missing or not ours to write";
        finding.remedy = "create it and give it to the user that runs efaxd, mode 0700";
        finding.exit_code = 73;
        return finding;
    }
    const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    finding.verdict += ", " + std::to_string(free_bytes >> 20) + " MiB free";
    finding.well = free_bytes >= least_disk;
    if (!finding.well) {
        finding.remedy = "make room: at least " + std::to_string(least_disk >> 20) + " MiB are wanted";
        finding.exit_code = 73;
    }
    return finding;
}

} // namespace

std::vector<Finding> check_connectivity(const Projects& projects, const config::Config& config, Clock&,
                                        std::stop_token stop) {
    std::vector<Finding> findings;
    Checker checker(std::move(stop), findings);
    for (const auto& [name, project] : projects)
        checker.project(*project);
    findings.push_back(check_state_dir(config));
    return findings;
}

int exit_code_of(const std::vector<Finding>& findings) {
    for (const int code : {77, 69, 73})
        if (std::ranges::any_of(findings, [&](const Finding& finding) { return finding.exit_code == code; }))
            return code;
    return 0;
}

std::string findings_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += finding.well ? "ok    " : "FAIL  ";
        if (!finding.project.empty())
            text += finding.project + "  ";
        text += finding.what + ": " + finding.verdict + "\n";
        if (!finding.remedy.empty())
            text += "      -> " + finding.remedy + "\n";
    }
    return text;
}

std::string findings_json(const std::vector<Finding>& findings) {
    json::Writer out;
    out.begin_object().member("exit_code", exit_code_of(findings)).key("findings").begin_array();
    for (const Finding& finding : findings) {
        out.begin_object().member("project", finding.project).member("what", finding.what);
        out.member("well", finding.well).member("verdict", finding.verdict).member("remedy", finding.remedy);
        out.member("exit_code", finding.exit_code).end_object();
    }
    out.end_array().end_object();
    return out.take();
}

std::vector<Finding> read_findings(const std::string& json) {
    const auto document = json::Document::parse(json);
    const auto list = document.root()["findings"];
    std::vector<Finding> findings;
    for (std::size_t at = 0; at < list.size(); ++at) {
        const auto item = list.at(at);
        findings.push_back({std::string(item["project"].text_or("")), std::string(item["what"].text_or("")),
                            item["well"].boolean().value_or(false), std::string(item["verdict"].text_or("")),
                            std::string(item["remedy"].text_or("")),
                            static_cast<int>(item["exit_code"].integer().value_or(0))});
    }
    return findings;
}

} // namespace efaxd::app
