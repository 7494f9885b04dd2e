#include "app/webhook.hpp"

#include "app/daemon.hpp"
#include "app/signature.hpp"
#include "crypto/crypto.hpp"
#include "efaxd/log.hpp"
#include "serve/fhir_answers.hpp"

#include <memory>

namespace efaxd::app {

namespace {

using serve::Question;
using serve::Reply;

constexpr std::uint64_t most_body = 160u << 20; ///< eFax may embed the document of 100 MB
constexpr auto header_name = "x-hmac-signature";

/// Hashes under every project's secret: which project is meant is known only with the path.
class Hashing : public serve::BodyTaker {
  public:
    explicit Hashing(const Projects& projects) {
        for (const auto& [name, project] : projects)
            if (!project->webhook_secret().empty())
                hashes_.emplace(name, std::make_unique<crypto::HmacSha256>(project->webhook_secret()));
    }
    void take(std::string_view piece) override {
        for (const auto& [name, hash] : hashes_)
            hash->feed(piece);
    }
    /// Empty if the project takes no notifications.
    std::string hex(const std::string& project) {
        const auto found = hashes_.find(project);
        return found == hashes_.end() ? std::string{} : found->second->hex();
    }

  private:
    std::map<std::string, std::unique_ptr<crypto::HmacSha256>> hashes_;
};

} // namespace

void add_webhook_routes(Daemon& daemon, std::vector<serve::Route>& routes) {
    const auto handle = [&daemon](const Question& question, const Reply& reply) {
        const auto named = question.captures.find("project");
        const std::string project = named != question.captures.end() ? named->second : daemon.only_project();
        const auto taken = std::dynamic_pointer_cast<Hashing>(question.taken);
        const std::string hmac = taken ? taken->hex(project) : std::string{};
        if (hmac.empty())
            return reply(serve::not_set_up("Notifications are not taken here."));
        const auto header = question.headers.find(header_name);
        if (header == question.headers.end() || !signature_fits(header->second, hmac)) {
            daemon.note_forged_notification(project);
            return reply(serve::outcome(401, "login", "The signature does not fit."));
        }
        log::write(log::webhook_taken, {log::project(project)});
        daemon.look_after_notification(project);
        reply({200, "application/json", R"({"status":"SUCCESS"})", {}});
    };
    for (const char* const path : {"/efax/webhook", "/{project}/efax/webhook"}) {
        serve::Route route{"POST", path,     "a notification of eFax: look now", true, handle, {header_name},
                           {},     most_body};
        route.taker = [&daemon] { return std::make_shared<Hashing>(daemon.projects()); };
        routes.push_back(std::move(route));
    }
}

} // namespace efaxd::app
