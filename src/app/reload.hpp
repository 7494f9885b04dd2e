// Reload: a new configuration is made whole before the old one is let go.
#pragma once

#include "app/project.hpp"
#include "config/config.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace efaxd::app {

using Projects = std::map<std::string, std::shared_ptr<Project>>;

struct Reload {
    std::string problem; ///< empty: take it
    config::Config config;
    Projects projects;
};

/// Projects of a configuration. Throws system::SecretError for a secret that cannot be read, and for two
/// projects with one App ID.
Projects make_projects(const config::Config& config, const Ground& ground, const Projects& former = {});

/// Reads the file again. Services whose configuration is the same live on. A file with errors, an unreadable
/// secret, and a change of `state_dir`, `socket`, `hands` or where operations listen (which need a restart)
/// are problems.
Reload prepare_reload(const std::filesystem::path& file, const config::Config& current,
                      const Projects& projects, const Ground& ground);

} // namespace efaxd::app
