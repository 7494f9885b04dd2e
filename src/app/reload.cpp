#include "app/reload.hpp"

#include "app/wiring.hpp"
#include "config/load.hpp"
#include "crypto/crypto.hpp"
#include "system/secrets.hpp"

#include <utility>

namespace efaxd::app {

namespace {

/// Each new token ends the other one's, so that two projects on one App ID would sign each other out for
/// ever.
void refuse_shared_app_ids(const config::Config& config) {
    std::map<std::pair<std::string, std::string>, std::string> owners; // by server and digest of the App ID
    for (const config::Project& project : config.projects) {
        const auto digest = crypto::sha256_hex(read_secret(project.secrets.app_id));
        const auto [known, fresh] = owners.try_emplace({project.efax.base_url, digest}, project.name);
        if (!fresh)
            throw system::SecretError(
                "the projects '" + known->second + "' and '" + project.name +
                "' have the same eFaxAppId: make them one project, or give each its own");
    }
}

/// Empty: there is no door.
std::string listens_at(const config::Config& config) {
    return config.operations ? config.operations->address + ' ' + std::to_string(config.operations->port)
                             : "";
}

} // namespace

Projects make_projects(const config::Config& config, const Ground& ground, const Projects& former) {
    refuse_shared_app_ids(config);
    Projects projects;
    for (const config::Project& project : config.projects) {
        try_secrets(project);
        const auto before = former.find(project.name);
        projects[project.name] = std::make_shared<Project>(
            project, ground, before == former.end() ? nullptr : before->second.get());
    }
    return projects;
}

Reload prepare_reload(const std::filesystem::path& file, const config::Config& current,
                      const Projects& projects, const Ground& ground) {
    Reload reload;
    auto loaded = config::load(file);
    if (const auto* problems = std::get_if<std::vector<config::Problem>>(&loaded)) {
        reload.problem = problems->front().text();
        if (problems->size() > 1)
            reload.problem +=
                " (and " + std::to_string(problems->size() - 1) + " more; see efaxd --check-config)";
        return reload;
    }
    reload.config = std::get<config::Config>(std::move(loaded));
    if (reload.config.state_dir != current.state_dir || reload.config.socket != current.socket ||
        reload.config.hands != current.hands) {
        reload.problem = "a change of state_dir, socket or hands needs a restart";
        return reload;
    }
    if (listens_at(reload.config) != listens_at(current)) {
        reload.problem = "a change of where the operations door listens needs a restart";
        return reload;
    }
    try {
        reload.projects = make_projects(reload.config, ground, projects);
    } catch (const std::exception& error) {
        reload.problem = error.what();
    }
    return reload;
}

} // namespace efaxd::app
