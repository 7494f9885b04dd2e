#include "app/options.hpp"

#include <string_view>

namespace efaxd::app {

std::variant<Options, std::string> read_options(int argc, char* const* argv) {
    Options options;
    int modes = 0;
    const auto choose = [&](Options::Mode mode) {
        options.mode = mode;
        ++modes;
    };
    for (int at = 1; at < argc; ++at) {
        const std::string_view word = argv[at];
        if (word == "--config" || word == "-c") {
            if (++at == argc)
                return std::string("--config needs a file");
            options.config = argv[at];
        } else if (word.starts_with("--config=")) {
            options.config = word.substr(9);
        } else if (word == "--restore" || word.starts_with("--restore=")) {
            choose(Options::Mode::restore);
            if (word == "--restore" && ++at == argc)
                return std::string("--restore needs the file of a backup");
            options.backup = word == "--restore" ? std::string_view(argv[at]) : word.substr(10);
            if (options.backup.empty())
                return std::string("--restore needs the file of a backup");
        } else if (word == "--check-config")
            choose(Options::Mode::check_config);
        else if (word == "--check-connectivity")
            choose(Options::Mode::check_connectivity);
        else if (word == "--once")
            choose(Options::Mode::once);
        else if (word == "--help" || word == "-h")
            choose(Options::Mode::help);
        else if (word == "--version")
            choose(Options::Mode::version);
        else if (word == "--dry-run")
            options.dry_run = true;
        else if (word == "--json")
            options.json = true;
        else
            return "unknown option '" + std::string(word.substr(0, 40)) + "'";
    }
    if (modes > 1)
        return std::string(
            "only one of --check-config, --check-connectivity, --once and --restore can be done");
    if (options.dry_run && options.mode != Options::Mode::once)
        return std::string("--dry-run goes with --once");
    if (options.json && options.mode != Options::Mode::check_connectivity)
        return std::string("--json goes with --check-connectivity");
    return options;
}

std::string help_text() {
    return "efaxd " EFAXD_VERSION ": brings faxes from eFax Corporate into a FHIR server\n"
           "\n"
           "  efaxd [--config FILE]                      run in the foreground, log to stderr\n"
           "  efaxd --config FILE --check-config         check the file offline\n"
           "  efaxd --config FILE --check-connectivity [--json]\n"
           "                                             try every step of both sides\n"
           "  efaxd --config FILE --once                 poll every mailbox once and deliver\n"
           "  efaxd --config FILE --dry-run --once       show what that would do, changing nothing\n"
           "  efaxd --config FILE --restore BACKUP       put a backup of the ledger back, with no daemon "
           "running\n"
           "  efaxd --help | --version\n"
           "\n"
           "FILE defaults to /etc/efaxd/efaxd.yaml; see efaxd.yaml(5). A running daemon is asked with "
           "efaxctl(1).\n";
}

} // namespace efaxd::app
