#include "ctl/run.hpp"

#include "ctl/exit_codes.hpp"
#include "ctl/text.hpp"

namespace efaxd::ctl {

namespace {

struct Call {
    std::string socket;
    bool json = false;
    bool titles = true;
    std::string command;
    Arguments arguments;
};

void take_word(Call& call, const std::string& word) {
    if (!call.command.empty())
        call.arguments.push_back(word);
    else if (word.starts_with("-"))
        throw Usage("unknown option " + plain(word));
    else
        call.command = word;
}

/// The options may stand before or behind the command.
Call read_call(const Arguments& arguments) {
    Call call;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--json")
            call.json = true;
        else if (word == "--no-headers")
            call.titles = false;
        else if (word.starts_with("--socket="))
            call.socket = word.substr(9);
        else if (word == "--socket" && i + 1 < arguments.size())
            call.socket = arguments[++i];
        else if (word == "--socket")
            throw Usage("--socket needs a value");
        else if (word == "--help" || word == "-h")
            return {{}, call.json, true, "help", {}};
        else
            take_word(call, word == "--version" ? "version" : word);
    }
    if (call.command.empty())
        throw Usage("a command is missing");
    return call;
}

std::string socket_of(const Call& call, const World& world) {
    if (!call.socket.empty())
        return call.socket;
    return world.socket_variable.empty() ? "/run/efaxd/efaxd.sock" : world.socket_variable;
}

int carry_out(const Arguments& arguments, const World& world) {
    const Call call = read_call(arguments);
    const Command* const chosen = command(call.command);
    if (!chosen)
        throw Usage("unknown command " + plain(call.command));
    const std::string socket = socket_of(call, world);
    Desk desk{world.ask_at(socket), world.out, world.err, call.json, world.look};
    desk.look.titles = call.titles;
    desk.pause = world.pause;
    if (world.follow_at)
        desk.follow = world.follow_at(socket);
    return chosen->run(desk, call.arguments);
}

int complain(const World& world, const std::string& text, int exit) {
    world.err << "efaxctl: " << text << '\n';
    return exit;
}

} // namespace

int run(const Arguments& arguments, const World& world) {
    int exit = exit_ok;
    try {
        exit = carry_out(arguments, world);
    } catch (const Usage& usage) {
        exit = complain(world, std::string(usage.what()) + " (see efaxctl help)", exit_usage);
    } catch (const Unreachable& unreachable) {
        exit = complain(world, unreachable.what(), exit_unavailable);
    } catch (const json::ParseError&) {
        exit = complain(world, "the daemon's answer is no JSON: is this its socket?", exit_internal);
    } catch (const std::exception& error) {
        exit = complain(world, plain(error.what()), exit_internal);
    }
    if (!world.out.flush())
        return complain(world, "the output cannot be written", exit_io);
    return exit;
}

} // namespace efaxd::ctl
