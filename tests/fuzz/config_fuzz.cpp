// The whole configuration file.
#include "fuzz/fuzz.hpp"

#include "config/load.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void check(const config::Project& project) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    must(!project.name.empty() && project.name.size() <= 32 && std::ranges::all_of(project.name, allowed),
         "a project has a name");
    for (const auto& url : {project.efax.base_url, project.fhir.endpoint.base_url})
        must(config::is_url(url) && !url.ends_with('/'), "both servers have a URL");
    must(project.efax.in_flight >= 1 && project.efax.in_flight <= 256, "some requests go at once");
    must(project.mailboxes.poll >= std::chrono::milliseconds{100}, "there is time between polls");
    must(!project.secrets.app_id.name.empty() && !project.secrets.api_key.name.empty(),
         "secrets have a place");
    must(project.retry.first.count() > 0 && project.retry.most >= project.retry.first, "waits grow");
}

void check(const config::Config& config) {
    must(config.hands >= 1 && config.hands <= 512, "there are hands");
    must(config.state_dir.is_absolute() && config.socket.is_absolute(), "paths are absolute");
    must(!config.projects.empty(), "there is a project");
    std::set<std::string> names;
    for (const auto& project : config.projects) {
        check(project);
        must(names.insert(project.name).second, "a project's name is its own");
    }
}

/// What is told must be in order, within the file and short, and must not be the file.
void check(const std::vector<config::Problem>& problems, std::string_view text) {
    const auto lines = 2 + std::ranges::count(text, '\n');
    must(!problems.empty() && problems.size() <= 1001, "something is wrong, and it ends");
    const config::Problem* last = nullptr;
    for (const auto& problem : problems) {
        must(problem.line >= 1 && problem.line <= lines && problem.column >= 1, "a problem has a place");
        must(!last || last->line <= problem.line, "problems come in order");
        must(!problem.what.empty() && problem.what.size() <= 300 && fuzz::is_one_line(problem.text()),
             "a problem is a sentence");
        last = &problem;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto text = fuzz::text_of(bytes, size);
    const auto loaded = config::load_text(text, "efaxd.yaml");
    if (const auto* config = std::get_if<config::Config>(&loaded))
        check(*config);
    else
        check(std::get<std::vector<config::Problem>>(loaded), text);
    return 0;
}
