// The real efaxd-convert, end to end.
#include "convert/pictures.hpp"
#include "convert/stand_in.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace efaxd::convert {
namespace {

ConverterOptions real_options() {
    ConverterOptions options;
    options.program = built_converter();
    return options;
}

std::string pdf_of(const std::vector<std::string>& pictures,
                   const ConverterOptions& options = real_options()) {
    const auto conversion = ProcessConverter(options).begin({});
    for (const std::string& picture : pictures) {
        conversion->next();
        conversion->feed(picture);
    }
    std::string pdf;
    conversion->finish([&](std::string_view bytes) { pdf += bytes; });
    return pdf;
}

std::string fault_with(const std::string& picture) {
    return fault_of([&] { pdf_of({picture}); });
}

int count(const std::string& text, const std::string& word) {
    int found = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

TEST(Conversion, makes_one_document_of_all_pictures) {
    const std::string pdf = pdf_of({small_tiff(), small_tiff(), small_tiff()});
    EXPECT_TRUE(pdf.starts_with("%PDF-1.4\n"));
    EXPECT_TRUE(pdf.ends_with("%%EOF\n"));
    EXPECT_EQ(count(pdf, "/Type /Page "), 3);
    EXPECT_EQ(pdf, pdf_of({small_tiff(), small_tiff(), small_tiff()}));
}

TEST(Conversion, takes_a_picture_in_pieces_of_any_size) {
    const std::string picture = plain_tiff(16'000, 1'500, std::string(2'000 * 1'500, '\x5a')); // 3 MB
    const auto conversion = ProcessConverter(real_options()).begin({});
    conversion->next();
    for (std::size_t at = 0, size = 1; at < picture.size();
         at += size, size = std::min(size * 3, picture.size()))
        conversion->feed(std::string_view(picture).substr(at, size));
    std::string pdf;
    conversion->finish([&](std::string_view bytes) { pdf += bytes; });
    EXPECT_EQ(pdf, pdf_of({picture}));
}

TEST(Conversion, of_a_page_of_hundred_megapixels_fits_into_its_limits) {
    const std::string pdf = pdf_of({plain_tiff(20'000, 5'000, std::string(2'500 * 5'000, '\0'))});
    EXPECT_TRUE(pdf.ends_with("%%EOF\n"));
}

TEST(Conversion, refuses_what_is_damaged_or_no_picture) {
    const std::string whole = small_tiff();
    for (const std::string& picture :
         {std::string(), std::string("garbage"), std::string(1 << 20, '\0'),
          whole.substr(0, whole.size() - 1), whole.substr(0, 50), plain_tiff(8, 9, "12345678"),
          plain_tiff(0xffffffff, 0xffffffff, "x"), plain_tiff(20'000, 20'000, "x"), plain_tiff(0, 0, "")})
        EXPECT_EQ(fault_with(picture), unconvertible_reason) << picture.size();
}

TEST(Conversion, refuses_when_there_is_no_picture_at_all) {
    EXPECT_EQ(fault_of([] { pdf_of({}); }), unconvertible_reason);
}

TEST(Conversion, refuses_input_without_end) {
    ConverterOptions options = real_options();
    options.input_bytes = 1 << 20;
    const auto conversion = ProcessConverter(options).begin({});
    conversion->next();
    const std::string bytes(1 << 16, 'x');
    EXPECT_EQ(fault_of([&] {
                  for (;;)
                      conversion->feed(bytes);
              }),
              unconvertible_reason);
}

TEST(Conversion, passes_on_what_the_sink_throws_and_ends_the_process) {
    const auto conversion = ProcessConverter(real_options()).begin({});
    conversion->next();
    conversion->feed(small_tiff());
    EXPECT_THROW(conversion->finish([](std::string_view) { throw GroundFault("disk"); }), GroundFault);
}

TEST(Conversion, may_be_made_by_many_threads_at_once) {
    ProcessConverter converter(real_options());
    std::vector<std::string> pdfs(4);
    std::vector<std::thread> hands;
    hands.reserve(pdfs.size());
    for (std::string& pdf : pdfs)
        hands.emplace_back([&] {
            for (int round = 0; round < 3; ++round) {
                pdf.clear();
                const auto conversion = converter.begin({});
                conversion->next();
                conversion->feed(small_tiff());
                conversion->finish([&](std::string_view bytes) { pdf += bytes; });
            }
        });
    for (std::thread& hand : hands)
        hand.join();
    const std::string expected = pdf_of({small_tiff()});
    for (const std::string& pdf : pdfs)
        EXPECT_EQ(pdf, expected);
}

/// Lines of /proc/PROCESS/NAME.
std::string proc_file(const std::string& process, const std::string& name) {
    std::ifstream file("/proc/" + process + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The value behind a name in /proc/PID/status or limits; empty if it is not there.
std::string value_of(const std::string& text, const std::string& name) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name)) {
            std::istringstream words(line.substr(name.size()));
            std::string value;
            words >> value;
            return value;
        }
    return "";
}

/// Processes that run the converter for us.
std::vector<std::string> converters() {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string process = entry.path().filename();
        const std::string status = proc_file(process, "status");
        if (value_of(status, "PPid:") == std::to_string(::getpid()) &&
            value_of(status, "Name:") == "efaxd-convert")
            found.push_back(process);
    }
    return found;
}

TEST(Confinement, is_complete_before_the_first_byte_is_read) {
    const auto conversion = ProcessConverter(real_options()).begin({});
    conversion->next();
    conversion->feed(std::string(8 << 20, 'x')); // more than a socket holds: part of it has been read by now
    const auto processes = converters();
    ASSERT_EQ(processes.size(), 1u);

    const std::string status = proc_file(processes[0], "status");
    EXPECT_EQ(value_of(status, "Seccomp:"), "2"); // by a filter
    EXPECT_EQ(value_of(status, "NoNewPrivs:"), "1");

    const std::string limits = proc_file(processes[0], "limits");
    EXPECT_EQ(value_of(limits, "Max open files"), "0");
    EXPECT_EQ(value_of(limits, "Max processes"), "0");
    EXPECT_EQ(value_of(limits, "Max file size"), "0");
    EXPECT_EQ(value_of(limits, "Max core file size"), "0");
    EXPECT_EQ(value_of(limits, "Max cpu time"), "60");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_EQ(value_of(limits, "Max address space"), std::to_string(1 << 30));
#endif
}

TEST(Confinement, leaves_no_environment_and_no_files_but_the_socket) {
    const StandIn listing(
        "readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2; echo \"$HOME$PATH_INFO$LANG\"; "
        "cd /proc/$$/fd && echo *; cat >/dev/null");
    ::setenv("LANG", "must not be seen", 1);
    const int inherited = ::fcntl(STDIN_FILENO, F_DUPFD, 57); // without close-on-exec
    const auto conversion = ProcessConverter(listing.options()).begin({});
    ::close(inherited);
    std::string said;
    conversion->finish([&](std::string_view bytes) { said += bytes; });
    std::istringstream lines(said);
    std::string input;
    std::string output;
    std::string errors;
    std::string environment;
    std::string files;
    std::getline(lines, input);
    std::getline(lines, output);
    std::getline(lines, errors);
    std::getline(lines, environment);
    std::getline(lines, files);
    EXPECT_TRUE(input.starts_with("socket:")) << input;
    EXPECT_EQ(output, input);
    EXPECT_EQ(errors, "/dev/null");
    EXPECT_EQ(environment, "");
    EXPECT_TRUE(files.starts_with("0 1 ")) << files;
    EXPECT_EQ(files.find(std::to_string(inherited)), std::string::npos) << files;
}

TEST(Child, is_gone_when_the_conversion_is) {
    {
        const auto conversion = ProcessConverter(real_options()).begin({});
        conversion->next();
        EXPECT_EQ(converters().size(), 1u);
    }
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1); // neither running nor a zombie
    EXPECT_EQ(errno, ECHILD);
}

} // namespace
} // namespace efaxd::convert
