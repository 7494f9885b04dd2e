#include "config/send.hpp"

#include <algorithm>
#include <array>

namespace efaxd::config {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr hours day{24};
constexpr std::size_t most_hosts = 32;

bool read_mode(Section& box) {
    constexpr std::array<std::string_view, 2> modes{"hold", "live"};
    return box.choice("mode", modes, Need::optional, "hold").value_or(0) == 1;
}

std::string read_country(Section& box) {
    std::string country = box.text("country", form::country, Need::optional);
    return country == "none" ? std::string{} : country;
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::vector<std::string> read_hosts(Section& box) {
    std::vector<std::string> hosts;
    const std::vector<Node>* items = box.list("document_hosts");
    if (!items)
        return hosts;
    if (items->size() > most_hosts)
        box.wrong(*box.peek("document_hosts"), "document_hosts", "more than 32 hosts");
    for (std::size_t at = 0; at < std::min(items->size(), most_hosts); ++at) {
        const Node& item = (*items)[at];
        if (item.kind == Node::Kind::refused) // reported
            continue;
        if (item.kind == Node::Kind::scalar && form::host.fits(item.value)) {
            std::string& host = hosts.emplace_back(item.value);
            std::transform(host.begin(), host.end(), host.begin(), lower);
            box.note("document_hosts[" + std::to_string(at) + "]", host, &item);
        } else if (!item.cut) {
            box.wrong(item, "document_hosts[" + std::to_string(at) + "]",
                      "expected " + std::string(form::host.expected));
        }
    }
    return hosts;
}

} // namespace

void read_send(Section box, Send& send) {
    send.live = read_mode(box);
    send.country = read_country(box);
    send.cover_page = box.flag("cover_page", send.cover_page);
    send.deadline = box.duration("deadline", {seconds{1}, 30 * day}, send.deadline);
    send.follow = box.duration("follow", {milliseconds{100}, hours{1}}, send.follow);
    send.give_up = box.duration("give_up", {seconds{1}, 90 * day}, send.give_up);
    send.look = box.duration("look", {seconds{1}, 7 * day}, send.look);
    send.at_once = box.number("at_once", 1, 50, send.at_once);
    send.per_hour = box.number("per_hour", 1, 10'000, send.per_hour);
    send.retries = box.number("retries", 0, 10, send.retries);
    send.retry_after = box.duration("retry_after", {milliseconds{100}, day}, send.retry_after);
    send.pick_up = box.duration_or_never("pick_up", {milliseconds{100}, day});
    send.document_hosts = read_hosts(box);
    box.finish();
}

} // namespace efaxd::config
