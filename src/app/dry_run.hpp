// A dry run of all projects: lists and looks, and changes nothing anywhere.
#pragma once

#include "app/project.hpp"
#include "app/reload.hpp"
#include "flow/preview.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

struct Preview {
    std::vector<flow::Intention> intentions;
    std::vector<std::pair<std::string, std::string>> failures; ///< mailbox or project, and reason code
    int tokens_asked = 0;                                      ///< of eFax, for this run
};

/// Blocks; throws Stopped and GroundFault.
Preview dry_run(const Projects& projects, const Ground& ground, std::stop_token stop);

/// 0, or 75 if something could not be read.
int exit_code_of(const Preview& preview);
std::string preview_text(const Preview& preview);
std::string preview_json(const Preview& preview);
/// From the JSON of another efaxd. Throws json::ParseError.
Preview read_preview(const std::string& json);

} // namespace efaxd::app
