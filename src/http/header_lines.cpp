#include "http/header_lines.hpp"

#include "http/error.hpp"

#include <algorithm>
#include <new>
#include <string_view>

namespace efaxd::http {

namespace {

bool same_name(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

bool breaks_its_line(const Header& header) {
    constexpr std::string_view ends{"\r\n\0", 3};
    return header.name.empty() || header.name.find_first_of(ends) != std::string::npos ||
           header.name.find(':') != std::string::npos ||
           header.value.find_first_of(ends) != std::string::npos;
}

} // namespace

HeaderLines::HeaderLines(const std::vector<Header>& headers) {
    if (std::any_of(headers.begin(), headers.end(), breaks_its_line))
        throw Error(Error::Kind::refused, false, "a request header would break its line");
    bool typed = false;
    for (const auto& [name, value] : headers) {
        typed = typed || same_name(name, "content-type");
        add(value.empty() ? name + ";" // curl's way to say an empty header
                          : name + ": " + value);
    }
    add("Expect:"); // curl would wait up to a second before a large body
    if (!typed)
        add("Content-Type:"); // curl would call it a form
}

HeaderLines::~HeaderLines() { curl_slist_free_all(list_); }

void HeaderLines::add(const std::string& line) {
    curl_slist* const longer = curl_slist_append(list_, line.c_str());
    if (!longer) {
        curl_slist_free_all(list_); // no destructor runs for what was never whole
        throw std::bad_alloc();
    }
    list_ = longer;
}

} // namespace efaxd::http
