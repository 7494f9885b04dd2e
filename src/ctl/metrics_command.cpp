#include "ctl/metrics_command.hpp"

#include "ctl/answers.hpp"
#include "ctl/arguments.hpp"
#include "ctl/exit_codes.hpp"
#include "ctl/text.hpp"

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

namespace efaxd::ctl {

namespace {

/// Writes beside the file, then renames: a reader sees the old figures or the new ones, never a part.
bool replace(const std::filesystem::path& file, const std::string& text) {
    const std::filesystem::path fresh = file.string() + '.' + std::to_string(::getpid());
    std::ofstream stream(fresh, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    constexpr mode_t readable = 0644; // whatever the umask: node_exporter is another user
    std::error_code error;
    if (stream.good() && ::chmod(fresh.c_str(), readable) == 0)
        std::filesystem::rename(fresh, file, error);
    else
        error = std::make_error_code(std::errc::io_error);
    if (!error)
        return true;
    std::error_code ignored;
    std::filesystem::remove(fresh, ignored);
    return false;
}

Told ask(Desk& desk, const std::string& file) {
    try {
        return desk.ask(http::Method::get, "/metrics", short_patience);
    } catch (const Unreachable&) {
        std::error_code ignored;
        if (!file.empty())
            std::filesystem::remove(file, ignored);
        throw;
    }
}

} // namespace

int metrics(Desk& desk, const Arguments& arguments) {
    std::string file;
    for (std::size_t at = 0; at < arguments.size(); ++at)
        if (!takes(arguments, at, "--textfile", file))
            throw Usage("unknown argument " + plain(arguments[at]));
    const Told told = ask(desk, file);
    if (const int exit = refused(desk, told))
        return exit;
    if (file.empty())
        desk.out << told.body;
    else if (!replace(file, told.body)) {
        desk.err << "efaxctl: " << plain(file) << " cannot be written\n";
        return exit_io;
    }
    return exit_ok;
}

} // namespace efaxd::ctl
