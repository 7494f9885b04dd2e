// Converters that are missing, stuck, too talkative, or die.
#include "convert/pictures.hpp"
#include "convert/stand_in.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace efaxd::convert {
namespace {

void ignore(std::string_view) {}

std::string fault_of_script(const std::string& commands) {
    const StandIn program(commands);
    return fault_of([&] {
        const auto conversion = ProcessConverter(program.options()).begin({});
        conversion->finish(ignore);
    });
}

TEST(Trouble, with_a_missing_program_is_ours_and_passes) {
    ConverterOptions options;
    options.program = "/nowhere/efaxd-convert";
    EXPECT_EQ(fault_of([&] { ProcessConverter(options).begin({}); }), failed_reason);
    options.program = "/etc/passwd"; // may not be run
    EXPECT_EQ(fault_of([&] { ProcessConverter(options).begin({}); }), failed_reason);
}

TEST(Trouble, is_told_by_how_the_process_ends) {
    EXPECT_EQ(fault_of_script("cat >/dev/null; exit 0"), "none");
    EXPECT_EQ(fault_of_script("cat >/dev/null; exit 65"), unconvertible_reason);
    EXPECT_EQ(fault_of_script("cat >/dev/null; exit 70"), failed_reason);
    EXPECT_EQ(fault_of_script("cat >/dev/null; exit 127"), failed_reason);
    for (const char* const signal : {"SYS", "SEGV", "ABRT", "XCPU", "BUS"})
        EXPECT_EQ(fault_of_script(std::string("kill -") + signal + " $$"), unconvertible_reason) << signal;
    for (const char* const signal : {"KILL", "TERM", "HUP"})
        EXPECT_EQ(fault_of_script(std::string("kill -") + signal + " $$"), failed_reason) << signal;
}

TEST(Trouble, with_a_process_that_ends_while_it_is_fed_is_noticed) {
    const auto feed_for_ever = [](const std::string& commands) {
        const StandIn program(commands);
        return fault_of([&] {
            const auto conversion = ProcessConverter(program.options()).begin({});
            const std::string bytes(1 << 20, 'x');
            for (;;)
                conversion->feed(bytes);
        });
    };
    EXPECT_EQ(feed_for_ever("exit 0"), failed_reason);
    EXPECT_EQ(feed_for_ever("exit 65"), unconvertible_reason);
    EXPECT_EQ(feed_for_ever("kill -SEGV $$"), unconvertible_reason);
}

TEST(Trouble, with_output_without_end_is_the_pictures) {
    const StandIn talker("exec yes");
    ConverterOptions options = talker.options();
    options.output_bytes = 1 << 20;
    std::uint64_t taken = 0;
    const auto conversion = ProcessConverter(options).begin({});
    EXPECT_EQ(fault_of([&] { conversion->finish([&](std::string_view bytes) { taken += bytes.size(); }); }),
              unconvertible_reason);
    EXPECT_LE(taken, options.output_bytes);
}

TEST(Trouble, with_a_process_that_is_stuck_ends_with_our_patience) {
    const StandIn deaf("exec sleep 1000");
    ConverterOptions options = deaf.options();
    options.patience = std::chrono::milliseconds{50};
    const auto silent = ProcessConverter(options).begin({});
    EXPECT_EQ(fault_of([&] { silent->finish(ignore); }), failed_reason);

    const auto full = ProcessConverter(options).begin({});
    EXPECT_EQ(fault_of([&] { full->feed(std::string(8 << 20, 'x')); }), failed_reason);
}

TEST(Trouble, with_a_process_that_closes_its_output_and_stays_ends_with_our_patience) {
    const StandIn sly("exec sleep 1000 <&- >&-");
    ConverterOptions options = sly.options();
    options.patience = std::chrono::milliseconds{50};
    const auto conversion = ProcessConverter(options).begin({});
    EXPECT_EQ(fault_of([&] { conversion->finish(ignore); }), failed_reason);
}

TEST(Stopping, cuts_a_wait_for_a_deaf_process_short) {
    const StandIn deaf("exec sleep 1000");
    for (const bool finishing : {false, true}) {
        std::stop_source stopping;
        const auto conversion = ProcessConverter(deaf.options()).begin(stopping.get_token());
        const std::jthread other([&] { stopping.request_stop(); });
        EXPECT_THROW(finishing ? conversion->finish(ignore) : conversion->feed(std::string(8 << 20, 'x')),
                     Stopped);
    }
}

TEST(Stopping, cuts_the_output_short) {
    const StandIn talker("exec yes");
    std::stop_source stopping;
    const auto conversion = ProcessConverter(talker.options()).begin(stopping.get_token());
    EXPECT_THROW(conversion->finish([&](std::string_view) { stopping.request_stop(); }), Stopped);
}

TEST(Stopping, beforehand_is_noticed_at_once) {
    std::stop_source stopping;
    stopping.request_stop();
    ConverterOptions options;
    options.program = built_converter();
    const auto conversion = ProcessConverter(options).begin(stopping.get_token());
    EXPECT_THROW(conversion->next(), Stopped);
}

TEST(Trouble, of_not_knowing_how_the_process_ended_is_never_success) {
    // A program that was started with SIGCHLD ignored keeps it so, and its children leave no word behind.
    const auto before = std::signal(SIGCHLD, SIG_IGN);
    ConverterOptions options;
    options.program = built_converter();
    const std::string fault = fault_of([&] {
        const auto conversion = ProcessConverter(options).begin({});
        conversion->next();
        conversion->feed(small_tiff());
        conversion->finish(ignore);
    });
    std::signal(SIGCHLD, before);
    EXPECT_EQ(fault, failed_reason);
}

} // namespace
} // namespace efaxd::convert
