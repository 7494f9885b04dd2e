// efaxd: where to start reading. Reads the command line and the configuration, and hands over to one of the
// modes.

#include "app/connectivity.hpp"
#include "app/daemon.hpp"
#include "app/dry_run.hpp"
#include "app/house.hpp"
#include "app/neighbour.hpp"
#include "app/once.hpp"
#include "app/options.hpp"
#include "app/restore.hpp"
#include "app/stop_signals.hpp"
#include "config/load.hpp"
#include "efaxd/log.hpp"
#include "system/process.hpp"
#include "system/secrets.hpp"

#include <iostream>
#include <sysexits.h>
#include <system_error>
#include <typeinfo>

namespace efaxd::app {
namespace {

int say(const std::string& text, int exit_code) {
    std::cerr << "efaxd: " << text << '\n';
    return exit_code;
}

int run_daemon(const Options& options, const config::Config& config) {
    House house(config);
    Daemon::Parts parts{.config_file = options.config,
                        .config = config,
                        .ground = house.ground(),
                        .projects = house.projects(),
                        .sqlite_version = std::string(ledger::sqlite_version()),
                        .free_disk = [&house] { return house.free_disk(); },
                        .copy_ledger = [&house] { return house.copy_ledger(); }};
    return Daemon(std::move(parts)).run();
}

int once(const config::Config& config) {
    House house(config);
    StopSignals signals;
    const auto report = run_once(house.projects(), house.ground(), config.hands, signals.token());
    log::tell_left_out(true);
    std::cout << report.text();
    return report.exit_code();
}

int dry_run_once(const config::Config& config) {
    if (const auto answer = ask_neighbour(config.socket, "/preview")) {
        const auto preview = read_preview(*answer);
        std::cout << "asked of the running daemon, with its token:\n" << preview_text(preview);
        return exit_code_of(preview);
    }
    GlassHouse house(config);
    StopSignals signals;
    const auto preview = dry_run(house.projects(), house.ground(), signals.token());
    std::cout << preview_text(preview);
    return exit_code_of(preview);
}

int restore(const Options& options, const config::Config& config) {
    std::cout << restore_ledger(config, options.backup).text();
    return EX_OK;
}

int check(const Options& options, const config::Config& config) {
    auto report = ask_neighbour(config.socket, "/check");
    if (!report) {
        GlassHouse house(config);
        StopSignals signals;
        report = findings_json(check_connectivity(house.projects(), config, house.ground(), signals.token()));
    }
    std::cout << (options.json ? *report + "\n" : check_text(*report));
    return check_exit_code(*report);
}

int run(const Options& options) {
    if (options.mode == Options::Mode::help || options.mode == Options::Mode::version) {
        std::cout << (options.mode == Options::Mode::help ? help_text() : "efaxd " EFAXD_VERSION "\n");
        return EX_OK;
    }
    auto loaded = config::load(options.config);
    if (const auto* problems = std::get_if<std::vector<config::Problem>>(&loaded)) {
        for (const auto& problem : *problems)
            std::cerr << problem.text() << '\n';
        return EX_CONFIG;
    }
    const auto& config = std::get<config::Config>(loaded);
    if (options.mode == Options::Mode::check_config) {
        std::cout << options.config.string() << " is well\n";
        return EX_OK;
    }
    system::harden_process();
    system::pool_memory();
    log::configure(config.log.level, config.log.format);
    switch (options.mode) {
    case Options::Mode::once:
        return options.dry_run ? dry_run_once(config) : once(config);
    case Options::Mode::check_connectivity:
        return check(options, config);
    case Options::Mode::restore:
        return restore(options, config);
    default:
        return run_daemon(options, config);
    }
}

} // namespace
} // namespace efaxd::app

int main(int argc, char** argv) {
    using namespace efaxd;
    const auto options = app::read_options(argc, argv);
    if (const auto* wrong = std::get_if<std::string>(&options))
        return app::say(*wrong + "; see efaxd --help", EX_USAGE);
    try {
        return app::run(std::get<app::Options>(options));
    } catch (const system::SecretUnread& error) { // a supervisor shall try again
        return app::say(error.what(), EX_IOERR);
    } catch (const system::SecretError& error) {
        return app::say(error.what(), EX_CONFIG);
    } catch (const system::StateDirError& error) {
        return app::say(error.what(), EX_CANTCREAT);
    } catch (const GroundFault& error) {
        return app::say(error.what(), EX_IOERR);
    } catch (const app::NeighbourError& error) {
        return app::say(error.what(), EX_TEMPFAIL);
    } catch (const Fault& fault) { // the disk is full, say
        return app::say(fault.what(), EX_TEMPFAIL);
    } catch (const std::system_error& error) {
        return app::say(error.what(), EX_CANTCREAT);
    } catch (const Stopped&) {
        return EX_TEMPFAIL;
    } catch (const std::exception& error) {
        // Its text may quote what it choked on; its type may not.
        return app::say(std::string("internal error: ") + typeid(error).name(), EX_SOFTWARE);
    }
}
