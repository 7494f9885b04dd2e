#include "config/load.hpp"

#include "config/encoding.hpp"
#include "config/operations.hpp"
#include "config/project.hpp"
#include "config/section.hpp"
#include "config/tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <system_error>

namespace efaxd::config {

namespace {

constexpr std::size_t largest = 4u << 20;
constexpr std::size_t most_projects = 1000;
constexpr auto too_large = "larger than 4 MiB";

void read_log(Section box, Log& log) {
    constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
    constexpr std::array<std::string_view, 3> formats{"auto", "text", "json"};
    if (const auto level = box.choice("level", levels, Need::optional, "info"))
        log.level = static_cast<log::Level>(*level); // in the order of the words
    if (const auto format = box.choice("format", formats, Need::optional, "auto"))
        log.format = static_cast<log::Format>(*format); // likewise
    box.finish();
}

void read_projects(Section& root, std::vector<Project>& projects) {
    const std::vector<Node>* items = root.list("projects", Need::required);
    if (!items)
        return;
    const Node& list = *root.peek("projects");
    if (items->empty() && !list.cut)
        root.wrong(list, "projects", "needs at least one project");
    if (items->size() > most_projects)
        root.wrong(list, "projects", "more than 1000 projects");
    const bool door = root.peek("operations") || !root.whole();
    std::map<std::string, int> lines;
    for (std::size_t at = 0; at < std::min(items->size(), most_projects); ++at) {
        Section box((*items)[at], "projects[" + std::to_string(at) + "]", root.report());
        const Project& project = projects.emplace_back(read_project(box, door));
        if (project.name.empty())
            continue;
        const Place place = box.peek("name")->place;
        const auto [found, fresh] = lines.try_emplace(project.name, place.line);
        if (!fresh)
            box.report().add(place, box.path_of("name"),
                             "the same name as on line " + std::to_string(found->second));
    }
}

/// Nothing unless every project could be read as far as its name.
std::vector<std::string_view> all_names(const Section& root, const std::vector<Project>& projects) {
    const Node* list = root.peek("projects");
    if (!list || list->cut || list->items.size() != projects.size())
        return {};
    std::vector<std::string_view> names;
    for (const Project& project : projects) {
        if (project.name.empty())
            return {};
        names.emplace_back(project.name);
    }
    return names;
}

Config read_config(const Node& tree, Report& report) {
    Config config;
    Section root(tree, {}, report);
    config.state_dir = root.text("state_dir", form::path, Need::optional, config.state_dir);
    config.socket = root.text("socket", form::socket, Need::optional, config.socket);
    config.hands = root.number("hands", 1, 512, config.hands);
    read_log(root.section_or_defaults("log"), config.log);
    read_projects(root, config.projects);
    if (auto operations = root.section("operations"))
        config.operations = read_operations(*operations, all_names(root, config.projects));
    root.finish();
    return config;
}

std::vector<Problem> cannot_read(const std::string& file, std::string what) {
    return {Problem{file, 1, 1, {}, std::move(what)}};
}

} // namespace

std::variant<Config, std::vector<Problem>> load_text(std::string_view text, const std::string& file) {
    if (text.size() > largest)
        return cannot_read(file, too_large);
    Report report(file);
    Config config;
    text = without_mark(text);
    if (readable(text, report)) {
        const Node tree = read_tree(text, report);
        config = read_config(tree, report);
        config.shown.settings = report.take_settings();
    }
    if (report.count() > 0)
        return std::move(report).sorted();
    return config;
}

std::variant<Config, std::vector<Problem>> load(const std::filesystem::path& file) {
    const auto failed = [&](int error) {
        return cannot_read(file.string(), "cannot be read: " + std::generic_category().message(error));
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rbe"),
                                                                 std::fclose);
    if (!stream)
        return failed(errno);
    std::string text;
    std::array<char, 65536> block{};
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), stream.get())) {
        text.append(block.data(), got);
        if (text.size() > largest)
            return cannot_read(file.string(), too_large);
    }
    if (std::ferror(stream.get()) != 0)
        return failed(errno); // of a folder, for one
    return load_text(text, file.string());
}

} // namespace efaxd::config
