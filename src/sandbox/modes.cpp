#include "sandbox/modes.hpp"

#include "sandbox/sandbox.hpp"

#include <algorithm>
#include <string>

namespace efaxd::sandbox {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t for_ever = -1;

FaultRule fault(std::string_view endpoint, FaultKind kind, std::int64_t count = 1, std::int64_t skip = 0) {
    FaultRule rule;
    rule.endpoint = endpoint;
    rule.kind = kind;
    rule.count = count;
    rule.skip = skip;
    return rule;
}

FaultRule answer(std::string_view endpoint, int status, BodyStyle body = BodyStyle::efax,
                 std::int64_t count = 1) {
    FaultRule rule = fault(endpoint, FaultKind::status, count);
    rule.status = status;
    rule.body = body;
    return rule;
}

FaultRule wait(std::string_view endpoint, std::string_view retry_after) {
    FaultRule rule = answer(endpoint, 429, BodyStyle::gateway);
    rule.retry_after = retry_after;
    return rule;
}

void add(Sandbox& sandbox, const std::vector<FaultRule>& rules) {
    for (const FaultRule& rule : rules)
        sandbox.faults().add(rule);
}

void each(Sandbox& sandbox, std::string_view endpoint, const std::vector<FaultKind>& kinds) {
    for (const FaultKind kind : kinds)
        sandbox.faults().add(fault(endpoint, kind));
}

template <class Change>
void restyle(Sandbox& sandbox, Change change) {
    EfaxStyle style = sandbox.efax().style();
    change(style);
    sandbox.efax().set_style(style);
}

/// The user whom a mode strikes: the second one if there are several, so that others can be looked at.
NewUser victim(Sandbox& sandbox) {
    const auto users = sandbox.efax().store().users();
    if (users.empty())
        throw BadCall("this mode needs a user id");
    return users.at(std::min<std::size_t>(1, users.size() - 1));
}

NewFaxes one_for(const NewUser& user) {
    NewFaxes faxes;
    faxes.app = user.app;
    faxes.user_id = user.user_id;
    return faxes;
}

void bursts(Sandbox& sandbox, std::string_view endpoint) {
    add(sandbox, {answer(endpoint, 500), answer(endpoint, 502, BodyStyle::gateway),
                  answer(endpoint, 503, BodyStyle::html), answer(endpoint, 504, BodyStyle::empty)});
}

void late_arrival(Sandbox& sandbox) {
    for (const auto& [age, delay] : {std::pair{3h, 2min}, std::pair{60h, 5min}}) {
        NewFaxes late = one_for(victim(sandbox));
        late.completed = sandbox.clock().now() - age;
        late.listed_after = delay;
        sandbox.put_faxes(late);
    }
}

void huge_fax(Sandbox& sandbox) {
    NewFaxes huge = one_for(victim(sandbox));
    huge.pages = 23;
    huge.size = 400'000;
    FaultRule too_large = answer("efax.image", 413, BodyStyle::gateway, for_ever);
    too_large.contains = sandbox.put_faxes(huge).front();
    sandbox.faults().add(too_large);
    FaultRule too_slow = answer("efax.image", 504, BodyStyle::gateway, for_ever);
    too_slow.contains = sandbox.put_faxes(huge).front();
    sandbox.faults().add(too_slow);
}

void without_image(Sandbox& sandbox) {
    NewFaxes lost = one_for(victim(sandbox));
    lost.stored = false;
    sandbox.put_faxes(lost);
}

void not_ready_yet(Sandbox& sandbox) {
    NewFaxes soon = one_for(victim(sandbox));
    soon.image_after = 7min;
    sandbox.put_faxes(soon);
}

void odd_days(Sandbox& sandbox) {
    using namespace std::chrono;
    NewFaxes fax = one_for(victim(sandbox));
    for (const Instant moment :
         {Instant{sys_days{2024y / February / 29} + 23h + 59min + 59s},
          Instant{sys_days{2026y / March / 8} + 9h}, Instant{sys_days{2026y / November / 1} + 6h + 30min},
          Instant{sys_days{2025y / December / 31} + 23h + 59min + 59s},
          Instant{sys_days{2026y / January / 1}}}) {
        fax.completed = moment;
        sandbox.put_faxes(fax);
    }
    sandbox.clock().advance(24h);
}

void same_again(Sandbox& sandbox) {
    NewFaxes same = one_for(victim(sandbox));
    same.text = "The same page, faxed again";
    sandbox.put_faxes(same);
    sandbox.put_faxes(same);
}

void malice(Sandbox& sandbox) {
    NewFaxes named = one_for(victim(sandbox));
    named.tsid = std::string(1u << 20, '%') + "\x1b[2J\r\n../../etc/passwd";
    named.from_number = "../../etc/passwd";
    sandbox.put_faxes(named);
    add(sandbox, {fault("efax.list", FaultKind::hostile_items, 3), fault("efax.list", FaultKind::redirect, 2),
                  fault("efax.image", FaultKind::redirect, 2), fault("efax.patch", FaultKind::redirect),
                  fault("efax.tokens", FaultKind::redirect)});
    restyle(sandbox, [](EfaxStyle& style) { style.fields = FieldStyle::extra; });
}

/// The number goes to another user id of the same owner, as when it is un-assigned and assigned anew.
void reassign(Sandbox& sandbox) {
    NewUser user = victim(sandbox);
    sandbox.efax().store().set_active(user.app, user.user_id, false);
    user.user_id += "9";
    const std::string owner = user.recipient.value_or("");
    const auto slash = owner.find('/');
    if (slash == std::string::npos)
        return sandbox.add_user(user);
    sandbox.add_owner(
        {owner.substr(0, slash), owner.substr(slash + 1), {}, user.user_id, user.app, user.number});
}

void announce_too_much(Sandbox& sandbox) {
    WebhookSettings settings = sandbox.webhooks().settings();
    settings.copies = 5;
    sandbox.webhooks().set(settings);
}

void everything(Sandbox& sandbox) {
    const auto now_and_then = [&](std::string_view endpoint, const std::vector<FaultKind>& kinds) {
        for (const FaultKind kind : kinds) {
            FaultRule rule = fault(endpoint, kind, for_ever);
            rule.status = 503;
            rule.bytes = 300;
            rule.probability = 0.01;
            sandbox.faults().add(rule);
        }
    };
    using Kind = FaultKind;
    now_and_then("efax.tokens", {Kind::status, Kind::wrong_json, Kind::no_token, Kind::reset});
    now_and_then("efax.list", {Kind::status, Kind::wrong_json, Kind::wrong_type, Kind::no_faxes, Kind::reset,
                               Kind::cut, Kind::cut_json, Kind::errors_200, Kind::token_ends, Kind::arrival,
                               Kind::rival_reads, Kind::empty_page, Kind::hostile_items, Kind::redirect});
    now_and_then("efax.image",
                 {Kind::status, Kind::hang_up, Kind::reset, Kind::reset_reply, Kind::cut, Kind::cut_chunked,
                  Kind::cut_json, Kind::cut_base64, Kind::bad_base64, Kind::cut_document, Kind::html_document,
                  Kind::empty_image, Kind::other_fax, Kind::errors_200, Kind::token_taken});
    now_and_then("efax.patch", {Kind::status, Kind::lose_reply, Kind::no_effect, Kind::status_after});
    for (const std::string_view endpoint : {"fhir.search", "fhir.binary", "fhir.create"})
        now_and_then(endpoint, {Kind::status, Kind::hang_up, Kind::lose_reply, Kind::reset, Kind::cut});
}

} // namespace

const std::vector<Mode>& modes() {
    using Kind = FaultKind;
    static const std::vector<Mode> all{
        {"F01", "the token's time is over in the middle of a list, and of a fetch",
         [](Sandbox& box) {
             add(box,
                 {fault("efax.list", Kind::token_ends, 1, 1), fault("efax.image", Kind::token_ends, 1, 1)});
         }},
        {"F02", "another program takes the token",
         [](Sandbox& box) { add(box, {fault("efax.image", Kind::token_taken, 2, 1)}); }},
        {"F03", "401 for ever, although tokens are given out",
         [](Sandbox& box) {
             for (const char* const endpoint : {"efax.list", "efax.image", "efax.patch", "efax.send"})
                 box.faults().add(answer(endpoint, 401, BodyStyle::efax, for_ever));
         }},
        {"F04", "signing in: slow, 429, 500, no JSON, without a token, a blank one, a life of 0 s",
         [](Sandbox& box) {
             FaultRule slow = fault("efax.tokens", Kind::delay);
             slow.delay = 200ms;
             add(box, {answer("efax.tokens", 429, BodyStyle::html), answer("efax.tokens", 500),
                       fault("efax.tokens", Kind::wrong_json), fault("efax.tokens", Kind::no_token),
                       fault("efax.tokens", Kind::blank_token), slow});
             restyle(box, [](EfaxStyle& style) { style.expires_in = ExpiryStyle::zero; });
         }},
        {"F05", "403 for one user id",
         [](Sandbox& box) {
             const NewUser user = victim(box);
             box.efax().store().set_active(user.app, user.user_id, false);
         }},
        {"F06", "429 with seconds to wait",
         [](Sandbox& box) {
             add(box, {wait("efax.list", "90"), wait("efax.image", "45")});
         }},
        {"F07", "429 with a date, nothing, nonsense and an age to wait",
         [](Sandbox& box) {
             add(box, {wait("efax.list", "+120"), wait("efax.list", ""), wait("efax.list", "soon"),
                       wait("efax.list", "999999999999")});
         }},
        {"F08", "bursts of 500, 502, 503 and 504 with bodies of every kind",
         [](Sandbox& box) {
             for (const char* const endpoint : {"efax.list", "efax.image", "efax.patch"})
                 bursts(box, endpoint);
         }},
        {"F09", "connections closed and reset before, and within, the reply",
         [](Sandbox& box) {
             for (const char* const endpoint : {"efax.tokens", "efax.list", "efax.image", "efax.patch"})
                 each(box, endpoint, {Kind::hang_up, Kind::reset, Kind::reset_reply});
         }},
        {"F10", "an image that falls silent, and one that comes a byte a second",
         [](Sandbox& box) {
             FaultRule silent = fault("efax.image", Kind::stall);
             silent.bytes = 100;
             FaultRule drop = fault("efax.image", Kind::drip);
             drop.bytes = 1;
             drop.every = 1s;
             add(box, {silent, drop});
         }},
        {"F11", "replies cut short in every way",
         [](Sandbox& box) {
             for (const char* const endpoint : {"efax.list", "efax.image"})
                 for (const Kind kind : {Kind::cut, Kind::cut_chunked, Kind::cut_json}) {
                     FaultRule rule = fault(endpoint, kind);
                     rule.bytes = 150;
                     box.faults().add(rule);
                 }
             each(box, "efax.image", {Kind::cut_base64});
         }},
        {"F12", "images with another fax's id, of HTML, empty, of bad base64, and without their end",
         [](Sandbox& box) {
             each(box, "efax.image",
                  {Kind::other_fax, Kind::html_document, Kind::empty_image, Kind::bad_base64,
                   Kind::cut_document});
         }},
        {"F13", "200 with an errors body",
         [](Sandbox& box) {
             for (const char* const endpoint : {"efax.tokens", "efax.list", "efax.image", "efax.patch"})
                 box.faults().add(fault(endpoint, Kind::errors_200));
         }},
        {"F14", "each fax listed again behind the last one, and after being marked too",
         [](Sandbox& box) {
             restyle(box, [](EfaxStyle& style) {
                 style.repeats = RepeatStyle::behind;
                 style.ignore_filters = true;
             });
         }},
        {"F15", "lists in another order at each request",
         [](Sandbox& box) { restyle(box, [](EfaxStyle& style) { style.order = ListOrder::shuffled; }); }},
        {"F16", "faxes that are listed long after they came", late_arrival},
        {"F17", "faxes that come in while the list is read",
         [](Sandbox& box) { add(box, {fault("efax.list", Kind::arrival, 3, 1)}); }},
        {"F18", "somebody else reads and deletes faxes while the list is read",
         [](Sandbox& box) {
             FaultRule reads = fault("efax.list", Kind::rival_reads, 3, 1);
             reads.items = 3;
             add(box, {reads, fault("efax.list", Kind::rival_deletes, 1, 1)});
         }},
        {"F19", "somebody else has read every fax before",
         [](Sandbox& box) { box.efax().rival_downloads_all(); }},
        {"F20", "offset, limit and filters are ignored",
         [](Sandbox& box) {
             restyle(box, [](EfaxStyle& style) {
                 style.ignore_offset = true;
                 style.limit = LimitStyle::ignore;
                 style.ignore_filters = true;
             });
         }},
        {"F21", "lists without faxes, with null, of another type, an empty page, and 404 beyond the end",
         [](Sandbox& box) {
             each(box, "efax.list",
                  {Kind::no_faxes, Kind::null_faxes, Kind::wrong_type, Kind::odd_faxes, Kind::empty_page});
             restyle(box, [](EfaxStyle& style) { style.past_end = EndStyle::missing; });
         }},
        {"F22", "lists of more than 10000 items: each fax stands a hundred times",
         [](Sandbox& box) {
             restyle(box, [](EfaxStyle& style) { style.repeats = RepeatStyle::hundredfold; });
         }},
        {"F23", "404 for an image that is not ready yet", not_ready_yet},
        {"F24", "a fax of which eFax keeps no image", without_image},
        {"F25", "long faxes whose image is 413 or 504 for ever, while their pages can be had", huge_fax},
        {"F26", "marks that fail, are answered 404, or have no effect",
         [](Sandbox& box) {
             add(box, {answer("efax.patch", 500), answer("efax.patch", 404),
                       fault("efax.patch", Kind::no_effect, 2)});
             restyle(box, [](EfaxStyle& style) { style.mark = MarkStyle::never; });
         }},
        {"F27", "deletions that fail or have no effect",
         [](Sandbox& box) {
             add(box,
                 {answer("efax.delete", 500, BodyStyle::efax, 2), fault("efax.delete", Kind::no_effect, 2)});
         }},
        {"F28", "metadata that disagree with the list, and a list that disagrees with the document",
         [](Sandbox& box) {
             NewFaxes odd = one_for(victim(box));
             odd.listed_pages = 9;
             box.put_faxes(odd);
             restyle(box, [](EfaxStyle& style) { style.other_metadata = true; });
         }},
        {"F29", "ids that are paths, an endless station id, foreign links, redirects to another host",
         malice},
        {"F30", "a clock a day ahead, and faxes of leap day, year end and changes of summer time", odd_days},
        {"F31", "everything takes a moment, for whoever wants to kill the client between two steps",
         [](Sandbox& box) {
             FaultRule slow = fault("any", Kind::delay, for_ever);
             slow.delay = 20ms;
             box.faults().add(slow);
         }},
        {"F32", "the same document under two ids", same_again},
        {"F33", "each notification five times", announce_too_much},
        {"F34", "sending: the reply is lost, refuses everybody, or has two entries for one number",
         [](Sandbox& box) {
             each(box, "efax.send", {Kind::lose_reply, Kind::fewer, Kind::double_entry});
         }},
        {"F35", "a number gets another user id, and the old one dies", reassign},
        {"F36", "a little of everything, for ever", everything},
    };
    return all;
}

void begin_mode(Sandbox& sandbox, std::string_view name) {
    const auto& all = modes();
    const auto found = std::ranges::find(all, name, &Mode::name);
    if (found == all.end())
        throw BadCall("no such mode: " + std::string{name});
    found->begin(sandbox);
}

} // namespace efaxd::sandbox
