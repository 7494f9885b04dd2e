// A project on real adapters against the sandbox in this process.
#pragma once

#include "app/house.hpp"
#include "app/reload.hpp"
#include "fakes/temp_dir.hpp"
#include "sandbox/sandbox.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace efaxd::app {

class Clinic {
  public:
    Clinic() {
        sandbox.set_up_clinic();
        std::filesystem::permissions(dir.path(), std::filesystem::perms::owner_all);
        std::filesystem::create_directory(state_dir());
        std::filesystem::permissions(state_dir(), std::filesystem::perms::owner_all);
        config.state_dir = state_dir();
        config.socket = dir.path() / "efaxd.sock";
        config.hands = 4;
        config::Project project;
        project.name = "clinic";
        project.secrets.app_id = secret("app-id", "sim-app");
        project.secrets.api_key = secret("api-key", "sim-key+/==");
        project.secrets.user_id = secret("user-id", sandbox::Sandbox::clinic_users().front());
        project.efax.base_url = sandbox.efax_url();
        project.fhir.endpoint.base_url = sandbox.fhir_url();
        project.fhir.settle = std::chrono::milliseconds{100};
        project.mailboxes.system_recipient = "Organization/front-desk";
        project.retry = {std::chrono::milliseconds{100}, std::chrono::seconds{1}};
        config.projects = {project};
    }

    config::SecretSource secret(const std::string& name, const std::string& value) const {
        const auto path = dir.path() / name;
        std::ofstream(path) << value;
        std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                               std::filesystem::perms::owner_write);
        return {config::SecretSource::From::file, path.string()};
    }

    std::filesystem::path state_dir() const { return dir.path() / "state"; }
    config::Project& project() { return config.projects.front(); }
    House house() const { return House(config, system::InMemory::allowed); }

    fakes::TempDir dir;
    sandbox::Sandbox sandbox;
    config::Config config;
};

} // namespace efaxd::app
