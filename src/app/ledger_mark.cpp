#include "app/ledger_mark.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"
#include "system/small_file.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace efaxd::app {

namespace {

constexpr std::string_view beginning = "efaxd ledger ";
constexpr auto name_in_ledger = "ledger name";
constexpr auto lives_in_ledger = "ledger lives";
constexpr std::size_t name_length = 32;

constexpr auto advice =
    ": put the right ledger.db back; or, to go on with what is there, see \"The ledger is "
    "not the one that was last used\" in troubleshooting.md";

[[noreturn]] void refuse(const std::string& why) { throw GroundFault(why + advice); }

std::int64_t read_count(std::string_view text) {
    std::int64_t number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

} // namespace

LedgerMark::LedgerMark(const std::filesystem::path& state_dir)
    : file_(state_dir / "ledger.mark"), ledger_file_(state_dir / "ledger.db") {
    const auto text = system::read_small_file(file_);
    if (!text)
        return;
    // "efaxd ledger NAME LIVES\n"
    const std::string_view whole = *text;
    const auto names = beginning.size() + name_length;
    const bool shaped = whole.starts_with(beginning) && whole.size() > names + 2 && whole[names] == ' ' &&
                        whole.back() == '\n';
    mark_.lives = shaped ? read_count(whole.substr(names + 1, whole.size() - names - 2)) : -1;
    if (mark_.lives < 0)
        refuse("the file 'ledger.mark' in state_dir is damaged");
    mark_.name = whole.substr(beginning.size(), name_length);

    std::error_code error;
    const auto size = std::filesystem::file_size(ledger_file_, error);
    if (error == std::errc::no_such_file_or_directory)
        refuse("ledger.db is gone from state_dir");
    if (!error && size == 0)
        refuse("ledger.db is empty");
}

void LedgerMark::count(Ledger& ledger) {
    Mark now = name_and_lives(ledger);
    if (!mark_.name.empty()) {
        if (now.name != mark_.name)
            refuse("ledger.db is not the ledger that was last used in state_dir");
        if (now.lives < mark_.lives)
            refuse("ledger.db is an older copy of the ledger that was last used in state_dir");
    }
    try {
        if (now.name.empty()) {
            now.name = crypto::sha256_hex(crypto::random_bytes(32)).substr(0, name_length);
            ledger.remember(name_in_ledger, now.name);
        }
        ledger.remember(lives_in_ledger, std::to_string(++now.lives));
        system::replace_small_file(file_, std::string(beginning) + now.name + ' ' +
                                              std::to_string(now.lives) + '\n');
    } catch (const Fault&) { // the disk is full
        return;
    }
    mark_ = std::move(now);
}

LedgerMark::Mark LedgerMark::name_and_lives(Ledger& ledger) const {
    return {ledger.recall(name_in_ledger).value_or(std::string()),
            std::max<std::int64_t>(0, read_count(ledger.recall(lives_in_ledger).value_or("0")))};
}

} // namespace efaxd::app
