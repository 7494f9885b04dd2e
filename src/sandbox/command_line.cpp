#include "sandbox/command_line.hpp"

#include "sandbox/control.hpp"
#include "sandbox/modes.hpp"
#include "sandbox/presets.hpp"
#include "sandbox/text.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>

namespace efaxd::sandbox {

namespace {

std::int64_t number_in(const std::string& name, const std::string& text, std::int64_t least,
                       std::int64_t most) {
    const auto number = whole_number(text);
    if (!number || *number < least || *number > most)
        throw BadCall(name + " wants a number from " + std::to_string(least) + " to " + std::to_string(most));
    return *number;
}

Duration duration_in(const std::string& name, const std::string& text) {
    static constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units{
        {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    const auto end = text.find_first_not_of("0123456789");
    for (const auto& [unit, ms] : units)
        if (end != std::string::npos && text.substr(end) == unit)
            if (const auto count = whole_number(text.substr(0, end)); count && *count < 1'000'000)
                return Duration{*count * ms};
    throw BadCall(name + " wants a duration such as 20s, 500ms or 5m");
}

/// `2`, `2/s`, `0.5/s`.
double rate_in(const std::string& name, const std::string& text) {
    const std::string number = text.ends_with("/s") ? text.substr(0, text.size() - 2) : text;
    char* end = nullptr;
    const double rate = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !(rate > 0) || rate > 10'000)
        throw BadCall(name + " wants a rate such as 2/s, at most 10000/s");
    return rate;
}

std::pair<std::string, std::string> setting_in(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || (!text.starts_with("efax.") && !text.starts_with("fhir.")))
        throw BadCall("--set wants efax.NAME=VALUE or fhir.NAME=VALUE");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

} // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
    CommandLine line;
    const auto port = [](int& into) {
        return [&into](const std::string& name, const std::string& text) {
            into = static_cast<int>(number_in(name, text, 0, 65'535));
        };
    };
    const std::map<std::string, std::function<void(const std::string&, const std::string&)>> options{
        {"--efax-port", port(line.options.efax_port)},
        {"--fhir-port", port(line.options.fhir_port)},
        {"--control-port", port(line.options.control_port)},
        {"--seed",
         [&](const std::string& name, const std::string& text) {
             line.options.seed = static_cast<std::uint64_t>(number_in(name, text, 0, INT64_MAX));
         }},
        {"--scenario",
         [&](const std::string& name, const std::string& text) {
             if (text != "empty" && text != "clinic")
                 throw BadCall(name + " is empty or clinic");
             line.scenario = text;
         }},
        {"--arrive",
         [&](const std::string& name, const std::string& text) { line.arrive = rate_in(name, text); }},
        {"--faxes",
         [&](const std::string& name, const std::string& text) {
             line.faxes = static_cast<int>(number_in(name, text, 0, 1'000'000));
         }},
        {"--pages",
         [&](const std::string& name, const std::string& text) {
             line.pages = static_cast<int>(number_in(name, text, 1, 10'000));
         }},
        {"--size",
         [&](const std::string& name, const std::string& text) {
             line.size = static_cast<std::uint64_t>(number_in(name, text, 0, 512 << 20));
         }},
        {"--preset",
         [&](const std::string&, const std::string& text) {
             preset_style(text);
             line.preset = text;
         }},
        {"--mode",
         [&](const std::string& name, const std::string& text) {
             if (std::ranges::none_of(modes(), [&](const Mode& mode) { return mode.name == text; }))
                 throw BadCall(name + " is F01 to F36");
             line.modes.push_back(text);
         }},
        {"--for", [&](const std::string& name,
                      const std::string& text) { line.stop_after = duration_in(name, text); }},
        {"--set",
         [&](const std::string&, const std::string& text) { line.settings.push_back(setting_in(text)); }},
    };
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto equals = arguments[i].starts_with("--") ? arguments[i].find('=') : std::string::npos;
        const std::string name = arguments[i].substr(0, equals);
        if (name == "--help" || name == "-h") {
            line.help = true;
        } else if (name == "--version") {
            line.version = true;
        } else if (const auto option = options.find(name); option == options.end()) {
            throw BadCall("unknown argument " + name);
        } else if (equals != std::string::npos) {
            option->second(name, arguments[i].substr(equals + 1));
        } else if (i + 1 < arguments.size()) {
            option->second(name, arguments[++i]);
        } else {
            throw BadCall(name + " wants a value");
        }
    }
    if (line.scenario == "empty" && line.faxes > 0)
        throw BadCall("--faxes needs --scenario clinic: an empty sandbox has nobody to receive them");
    return line;
}

void apply_settings(Sandbox& sandbox, const CommandLine& line) {
    EfaxStyle efax = line.preset.empty() ? sandbox.efax().style() : preset_style(line.preset);
    FhirStyle fhir = sandbox.fhir().style();
    for (const auto& [name, value] : line.settings) {
        json::Writer writer;
        writer.begin_object().member(name.substr(5), value).end_object();
        const auto document = json::Document::parse(writer.take());
        if (name.starts_with("efax."))
            apply(efax, document.root());
        else
            apply(fhir, document.root());
    }
    sandbox.efax().set_style(efax);
    sandbox.fhir().set_style(fhir);
}

namespace {

std::string list_of_modes() {
    std::string lines;
    for (const Mode& mode : modes())
        lines += "  " + std::string{mode.name} + "  " + std::string{mode.text} + "\n";
    return lines;
}

} // namespace

std::string usage() {
    return R"(Usage: efax-sandbox [OPTION]...
A simulated eFax service and a small FHIR R4 server on loopback, to try efaxd without an eFax account.
Prints one line of JSON with their addresses when they are ready.

  --efax-port N, --fhir-port N, --control-port N
                          ports; 0 (usual) lets the system choose
  --seed N                same seed, same ids and bytes (1)
  --scenario NAME         clinic (usual): one shared number, one Organization, one Practitioner; or empty
  --faxes N               so many faxes arrive (0)
  --arrive RATE/s         at this rate, such as 2/s; without it all are there at once
  --pages N, --size N     pages (2) and bytes (30000) of each
  --set SIDE.NAME=VALUE   a behaviour, such as efax.timestamps=zulu or fhir.server=hapi; may be repeated
  --preset NAME           manner of the eFax side: strict-2026 (usual), mainstay, legacy-2018 or hostile
  --mode NAME             a fault by its name, F01 to F36 (below); may be repeated
  --for DURATION          stop after that, such as 20s
  --help, --version

App ID sim-app, key sim-key+/==, user id of the shared number 10000001-20000001.

The control API:
)" + std::string{Control::help()} +
           "\nThe modes:\n" + list_of_modes() + "\nSee efax-sandbox(1).\n";
}

} // namespace efaxd::sandbox
