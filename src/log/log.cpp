#include "efaxd/log.hpp"

#include "log/ear.hpp"
#include "log/line.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace efaxd::log {

namespace {

/// systemd.exec(5): `$JOURNAL_STREAM` names device and inode of the stream that it connected to the journal.
bool stderr_is_journal() {
    const char* const promised = std::getenv("JOURNAL_STREAM");
    struct stat actual {};
    if (promised == nullptr || ::fstat(STDERR_FILENO, &actual) != 0)
        return false;
    return std::to_string(actual.st_dev) + ':' + std::to_string(actual.st_ino) == promised;
}

Form form_of(Format format) {
    switch (format) {
    case Format::json:
        return Form::json;
    case Format::text:
        return Form::text;
    case Format::automatic:
        break;
    }
    return stderr_is_journal() ? Form::journal : Form::text;
}

struct Writer {
    Writer() : logger("efaxd", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
        logger.set_pattern("%v");
        logger.set_level(spdlog::level::trace);
        logger.set_error_handler([](const std::string&) {}); // there is nowhere else to complain
    }

    std::atomic<Level> least{Level::error};
    std::atomic<Form> form{form_of(Format::automatic)};
    spdlog::logger logger;
};

/// Never destroyed: threads may speak until the very end.
Writer& writer() {
    static auto* const the_one = new Writer;
    return *the_one;
}

Instant now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

} // namespace

void configure(Level least, Format format) {
    writer().least = least;
    writer().form = form_of(format);
}

void write(const Event& event, std::initializer_list<Field> fields) {
    try {
        const std::span<const Field> all(fields.begin(), fields.size());
        tell_ear(now(), event, all);
        Writer& out = writer();
        if (event.level < out.least.load())
            return;
        out.logger.log(spdlog::level::info, spdlog::string_view_t(line(out.form, now(), event, all)));
    } catch (...) {
        // Speaking must never stop the work; without memory there is nothing to say.
    }
}

} // namespace efaxd::log
