#include "sandbox/pdf_pages.hpp"

#include <algorithm>

namespace efaxd::sandbox {

namespace {

constexpr std::string_view type = "/Type";
constexpr std::string_view page = "/Page";
constexpr std::string_view blanks{" \t\r\n\f\0", 6};
/// More blanks than this between the two words nobody writes.
constexpr std::size_t longest = type.size() + 64 + page.size() + 1;

enum class Match { no, yes, unfinished };

/// Does the text begin with a page's type?
Match match(std::string_view text) {
    const auto head = text.substr(0, type.size());
    if (head != type.substr(0, head.size()))
        return Match::no;
    if (text.size() < type.size())
        return Match::unfinished;
    const auto next = text.find_first_not_of(blanks, type.size());
    if (next == std::string_view::npos)
        return text.size() < longest ? Match::unfinished : Match::no;
    const auto word = text.substr(next, page.size());
    if (word != page.substr(0, word.size()))
        return Match::no;
    if (next + page.size() >= text.size())
        return Match::unfinished;
    const char after = text[next + page.size()];
    const bool longer = (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z');
    return longer ? Match::no : Match::yes;
}

} // namespace

void PdfPages::feed(std::string_view piece) {
    const std::string joined = tail_.empty() ? std::string{} : tail_ + std::string{piece};
    const std::string_view text = tail_.empty() ? piece : std::string_view{joined};
    std::string_view rest;
    for (auto at = text.find('/'); at != std::string_view::npos; at = text.find('/', at + 1)) {
        const Match found = match(text.substr(at));
        count_ += found == Match::yes ? 1 : 0;
        if (found == Match::unfinished) {
            rest = text.substr(at);
            break;
        }
    }
    tail_ = std::string{rest};
}

int PdfPages::count() const { return count_ + (match(tail_ + '\n') == Match::yes ? 1 : 0); }

int count_pdf_pages(std::string_view pdf) {
    PdfPages pages;
    pages.feed(pdf);
    return pages.count();
}

} // namespace efaxd::sandbox
