#include "app/webhook.hpp"

#include "app/daemon.hpp"
#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/log.hpp"
#include "serve/fhir_answers.hpp"

#include <algorithm>
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

std::string lower(std::string_view text) {
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return low;
}

std::string bytes_of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
        bytes += static_cast<char>(digit(hex[at]) * 16 + digit(hex[at + 1]));
    }
    return bytes;
}

} // namespace

bool signature_fits(std::string_view header, std::string_view hmac_hex) {
    return crypto::equal(lower(header), hmac_hex) || crypto::equal(header, base64(bytes_of_hex(hmac_hex)));
}

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
