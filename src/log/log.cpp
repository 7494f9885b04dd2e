#include "efaxd/log.hpp"
#include "efaxd/meter.hpp"

#include "log/ear.hpp"
#include "log/journal.hpp"
#include "log/line.hpp"
#include "log/repeats.hpp"

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

/// Another one for tests, before the first line.
std::string journal_socket() {
    const char* const other = std::getenv("EFAXD_JOURNAL_SOCKET");
    return other ? other : "/run/systemd/journal/socket";
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
    Journal journal{journal_socket()};
    Repeats repeats;
};

/// Never destroyed: threads may speak until the very end.
Writer& writer() {
    static auto* const the_one = new Writer;
    return *the_one;
}

Instant now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

void say(Writer& out, const Event& event, std::span<const Field> fields) {
    const Form form = out.form;
    if (form == Form::journal && out.journal.send(line(Form::native, now(), event, fields)))
        return;
    out.logger.log(spdlog::level::info, spdlog::string_view_t(line(form, now(), event, fields)));
}

void count_event(const Event& event, std::int64_t times) {
    if (event.level >= Level::warning)
        meter::count(meter::events, {{"code", event.code}, {"level", name_of(event.level)}}, times);
}

/// Not while debugging: then every line may be the one that matters.
bool left_out(Writer& out, const Event& event, std::span<const Field> fields) {
    return event.level >= Level::warning && out.least.load() != Level::debug &&
           !out.repeats.admits(event, fields, std::chrono::steady_clock::now());
}

} // namespace

void configure(Level least, Format format) {
    for (const Event& event : all_events()) // a first time is seen only as a step from none
        count_event(event, 0);
    writer().least = least;
    writer().form = form_of(format);
}

void write(const Event& event, std::initializer_list<Field> fields) {
    try {
        const std::span<const Field> all(fields.begin(), fields.size());
        count_event(event, 1);
        tell_ear(now(), event, all);
        Writer& out = writer();
        if (event.level >= out.least.load() && !left_out(out, event, all))
            say(out, event, all);
    } catch (...) {
        // Speaking must never stop the work; without memory there is nothing to say.
    }
}

void tell_left_out(bool all) {
    try {
        Writer& out = writer();
        for (const auto& left : out.repeats.take_left_out(std::chrono::steady_clock::now(), all))
            say(out, left.event, left.fields);
    } catch (...) { // as above
    }
}

} // namespace efaxd::log
