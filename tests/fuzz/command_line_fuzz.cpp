// The command line of efaxd. The input is its words, one a line.
#include "fuzz/fuzz.hpp"

#include "app/options.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using fuzz::must;
    std::string text(fuzz::text_of(bytes, size));
    std::string name = "efaxd";
    std::vector<char*> words = {name.data()};
    for (std::size_t at = 0; at < text.size() && words.size() < 64;) {
        words.push_back(text.data() + at);
        const auto end = std::min(text.find('\n', at), text.size() - 1);
        if (text[end] == '\n')
            text[end] = '\0';
        at = end + 1;
    }
    words.push_back(nullptr);
    const auto read = app::read_options(static_cast<int>(words.size() - 1), words.data());
    if (const auto* wrong = std::get_if<std::string>(&read)) {
        must(!wrong->empty() && wrong->size() <= 100, "what is wrong is said in a sentence");
        return 0;
    }
    const auto& options = std::get<app::Options>(read);
    must(!options.dry_run || options.mode == app::Options::Mode::once, "a dry run runs once");
    must(!options.json || options.mode == app::Options::Mode::check_connectivity, "only a check speaks JSON");
    return 0;
}
