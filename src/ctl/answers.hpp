// What every command does with an answer.
#pragma once

#include "ctl/commands.hpp"

#include <functional>

namespace efaxd::ctl {

inline constexpr Duration short_patience{std::chrono::seconds{30}};
inline constexpr Duration long_patience{
    std::chrono::minutes{10}}; ///< connectivity tests speak to far servers

/// Shows an error answer and returns its exit code; 0 if it is none.
int refused(Desk& desk, const Told& told);

/// GET, then the view or, under --json, the answer as it is.
int show(Desk& desk, const std::string& target, const std::function<std::string(const json::Value&)>& view);

/// POST, then the daemon's one sentence.
int change(Desk& desk, const std::string& target);

/// An answer that is printed as it is, on one line.
void print_json(Desk& desk, std::string_view body);

/// Reads a list page by page and shows it as it comes. `next` makes the query of the page after this one;
/// empty at the end. Under --json all pages make one document.
struct List {
    std::string path;   ///< with its query begun: `/faxes?held=true`
    std::string member; ///< `faxes`
    std::string none;   ///< what to say when there is none
    std::function<std::string(const json::Value& next)> query;
    std::function<bool(const json::Value& item)> wanted;
    std::function<void(Table&, const json::Value& item)> add;
};
int show_list(Desk& desk, const List& list, Table table);

} // namespace efaxd::ctl
