// efaxctl: the words of its command line, one a line, and then the daemon's answers, in the order in which
// they are asked for.
#include "fuzz/fuzz.hpp"

#include "ctl/run.hpp"

#include <sstream>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

ctl::Arguments words_in(std::string_view text) {
    ctl::Arguments words;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        words.emplace_back(line);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return words;
}

/// Answers with the parts; one that begins with a digit stands for an error's body.
ctl::Ask answers(std::vector<std::string_view>& parts) {
    return [&parts](http::Method, const std::string& target, Duration) {
        must(target.starts_with('/') && fuzz::is_printable_ascii(target) &&
                 target.find_first_of(" #\\") == target.npos,
             "a request's target reads in one way");
        if (parts.empty())
            throw ctl::Unreachable("nobody answers");
        const auto body = parts.front();
        parts.erase(parts.begin());
        const bool good = body.empty() || body[0] < '0' || body[0] > '9';
        return ctl::Told{good ? 200 : 409, std::string(body.substr(good ? 0 : 1))};
    };
}

void check(const std::string& text) {
    for (const char c : text)
        must(c == '\n' || c < 0 || (c >= ' ' && c != 0x7f), "nothing can steer the terminal");
    for (auto at = text.find('\xc2'); at != text.npos; at = text.find('\xc2', at + 1))
        must(at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0, "nor can C1");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    const auto arguments = words_in(parts.front());
    parts.erase(parts.begin());
    std::ostringstream out;
    std::ostringstream err;
    ctl::Look look;
    look.width = size % 3 == 0 ? 0 : size % 200;
    const auto ask_at = [&](const std::filesystem::path&) { return answers(parts); };
    const int exit = ctl::run(arguments, {out, err, {}, look, ask_at});
    must(exit >= 0 && exit < 126, "the program ends with a code");
    check(out.str());
    check(err.str());
    return 0;
}
