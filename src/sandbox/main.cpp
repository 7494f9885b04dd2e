// efax-sandbox: the simulated world as a program.
#include "sandbox/arrivals.hpp"
#include "sandbox/command_line.hpp"
#include "sandbox/modes.hpp"
#include "json/writer.hpp"

#include <csignal>
#include <ctime>
#include <exception>
#include <iostream>
#include <memory>
#include <sysexits.h>
#include <system_error>

namespace {

using namespace efaxd;
using namespace efaxd::sandbox;

std::string ready_line(const Sandbox& sandbox) {
    json::Writer writer;
    writer.begin_object().member("efax", sandbox.efax_url()).member("fhir", sandbox.fhir_url());
    writer.member("control", sandbox.control_url()).end_object();
    return writer.take();
}

void put_all_at_once(Sandbox& sandbox, const ArrivalOptions& arrivals) {
    Turns turns(arrivals.users, arrivals.seed);
    for (int i = 0; i < arrivals.faxes; ++i) {
        NewFaxes fax;
        fax.user_id = turns.next();
        fax.pages = arrivals.pages;
        fax.size = arrivals.size;
        sandbox.put_faxes(fax);
    }
    std::cerr << arrivals.faxes << " faxes are at eFax\n";
}

/// Until SIGINT or SIGTERM, which are blocked in all threads, or until the time is over.
void wait_for_the_end(const sigset_t& signals, std::optional<Duration> most) {
    if (!most) {
        int signal = 0;
        ::sigwait(&signals, &signal);
        return;
    }
    const timespec time{most->count() / 1000, most->count() % 1000 * 1'000'000};
    ::sigtimedwait(&signals, nullptr, &time);
}

int run(const CommandLine& line) {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    Sandbox sandbox(line.options);
    apply_settings(sandbox, line);
    std::unique_ptr<Arrivals> coming;
    if (line.scenario == "clinic")
        sandbox.set_up_clinic();
    const ArrivalOptions arrivals{Sandbox::clinic_users(), line.arrive, line.faxes, line.pages, line.size,
                                  line.options.seed};
    if (line.faxes > 0 && line.arrive <= 0)
        put_all_at_once(sandbox, arrivals);
    for (const std::string& mode : line.modes)
        begin_mode(sandbox, mode);
    std::cout << ready_line(sandbox) << std::endl;
    std::cerr << "The sandbox is ready; stop it with Ctrl-C.\n";
    if (line.faxes > 0 && line.arrive > 0)
        coming = std::make_unique<Arrivals>(
            sandbox, arrivals, [](int number, const std::string& user_id, const std::string& fax_id) {
                std::cerr << "fax " << number << " for " + user_id + ": " + fax_id + "\n";
            });
    wait_for_the_end(signals, line.stop_after);
    coming.reset();
    std::cerr << sandbox.judgement() << "\n";
    return EX_OK;
}

} // namespace

int main(int count, char** arguments) {
    try {
        const CommandLine line = parse_command_line({arguments + 1, arguments + count});
        if (line.help || line.version) {
            std::cout << (line.help ? usage() : "efax-sandbox " EFAXD_VERSION "\n");
            return EX_OK;
        }
        return run(line);
    } catch (const BadCall& bad) {
        std::cerr << "efax-sandbox: " << bad.what() << "\nTry efax-sandbox --help.\n";
        return EX_USAGE;
    } catch (const std::system_error& error) {
        std::cerr << "efax-sandbox: " << error.what() << "\n";
        return EX_UNAVAILABLE;
    } catch (const std::exception& error) {
        std::cerr << "efax-sandbox: " << error.what() << "\n";
        return EX_SOFTWARE;
    }
}
