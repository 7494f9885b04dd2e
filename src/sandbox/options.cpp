#include "sandbox/options.hpp"

#include "sandbox/random.hpp"

#include <algorithm>
#include <type_traits>

namespace efaxd::sandbox {

namespace {

/// The one list of all members, with their names.
template <class Visitor>
void visit(EfaxStyle& style, Visitor&& visitor) {
    visitor("prefix", style.prefix);
    visitor("varied", style.varied);
    visitor("health", style.health);
    visitor("fax_status", style.fax_status);
    visitor("other_metadata", style.other_metadata);
    visitor("elsewhere", style.elsewhere);
    visitor("timestamps", style.timestamps);
    visitor("numbers", style.numbers);
    visitor("fields", style.fields);
    visitor("order", style.order);
    visitor("limit", style.limit);
    visitor("past_end", style.past_end);
    visitor("repeats", style.repeats);
    visitor("default_limit", style.default_limit);
    visitor("ignore_offset", style.ignore_offset);
    visitor("ignore_filters", style.ignore_filters);
    visitor("refuse_unknown_parameters", style.refuse_unknown_parameters);
    visitor("missing_user_id", style.missing_user_id);
    visitor("mark", style.mark);
    visitor("format", style.format);
    visitor("base64_breaks", style.base64_breaks);
    visitor("keep_old_token", style.keep_old_token);
    visitor("token_seconds", style.token_seconds);
    visitor("expires_in", style.expires_in);
    visitor("errors", style.errors);
    visitor("send_status", style.send_status);
    visitor("send_limit", style.send_limit);
    visitor("retries", style.retries);
    visitor("send_seconds", style.send_seconds);
    visitor("sent_delay_ms", style.sent_delay_ms);
    visitor("statuses", style.statuses);
    visitor("status_filter", style.status_filter);
    visitor("status_required", style.status_required);
    visitor("search_client_data", style.search_client_data);
    visitor("sent_parts", style.sent_parts);
    visitor("open_timestamps", style.open_timestamps);
    visitor("details", style.details);
    visitor("entry_numbers", style.entry_numbers);
    visitor("success_code", style.success_code);
}

template <class Visitor>
void visit(FhirStyle& style, Visitor&& visitor) {
    visitor("server", style.server);
    visitor("update_create", style.update_create);
    visitor("conditional_create", style.conditional_create);
    visitor("unknown_parameters", style.unknown_parameters);
    visitor("referential_integrity", style.referential_integrity);
    visitor("raw_binary", style.raw_binary);
    visitor("json_binary", style.json_binary);
    visitor("json_binary_limit", style.json_binary_limit);
    visitor("search_delay_ms", style.search_delay_ms);
    visitor("default_count", style.default_count);
    visitor("keep_bytes", style.keep_bytes);
    visitor("patch", style.patch);
    visitor("stale_status", style.stale_status);
    visitor("presigned", style.presigned);
    visitor("presigned_seconds", style.presigned_seconds);
    visitor("auth", style.auth);
    visitor("client_id", style.client_id);
    visitor("client_secret", style.client_secret);
    visitor("bearer", style.bearer);
    visitor("token_seconds", style.token_seconds);
}

/// Looks for one name and sets that member.
struct Setter {
    std::string_view wanted;
    json::Value value;
    bool found = false;

    template <class Member>
    void operator()(std::string_view name, Member& member) {
        if (name != wanted)
            return;
        found = true;
        set(member);
    }

    [[noreturn]] void bad() const { throw BadCall("bad value for " + std::string{wanted}); }

    void set(bool& member) const {
        const auto given = value.boolean();
        if (!given)
            bad();
        member = *given;
    }
    void set(std::int64_t& member) const {
        const auto given = value.integer();
        if (!given || *given < 0)
            bad();
        member = *given;
    }
    void set(std::string& member) const {
        const auto given = value.text();
        if (!given)
            bad();
        member = *given;
    }
    template <class Choice>
    requires std::is_enum_v<Choice>
    void set(Choice& member) const {
        const auto names = names_of(Choice{});
        const auto given = std::find(names.begin(), names.end(), value.text_or(""));
        if (given == names.end())
            bad();
        member = static_cast<Choice>(given - names.begin());
    }
};

struct Shower {
    json::Writer& writer;

    void operator()(std::string_view name, bool& member) const { writer.member(name, member); }
    void operator()(std::string_view name, std::int64_t& member) const { writer.member(name, member); }
    void operator()(std::string_view name, std::string& member) const {
        if (name != "client_secret" && name != "bearer")
            writer.member(name, member);
    }
    template <class Choice>
    requires std::is_enum_v<Choice>
    void operator()(std::string_view name, Choice& member) const {
        writer.member(name, names_of(Choice{}).at(static_cast<std::size_t>(member)));
    }
};

template <class Style>
void apply_all(Style& style, json::Value members) {
    if (!members.is_object())
        throw BadCall("options must be an object");
    Style changed = style;
    for (std::size_t i = 0; i < members.size(); ++i) {
        Setter setter{members.name_at(i), members.member_at(i)};
        visit(changed, setter);
        if (!setter.found)
            throw BadCall("no such option: " + std::string{members.name_at(i)});
    }
    style = changed;
}

template <class Style>
void show_all(json::Writer& writer, const Style& style) {
    Style copy = style;
    writer.begin_object();
    visit(copy, Shower{writer});
    writer.end_object();
}

template <class Choice>
void draw(Dice& dice, Choice& member) {
    member = static_cast<Choice>(dice() % names_of(Choice{}).size());
}

} // namespace

EfaxStyle varied(const EfaxStyle& style, std::uint64_t number) {
    EfaxStyle drawn = style;
    Dice dice(scatter(number));
    draw(dice, drawn.timestamps);
    draw(dice, drawn.numbers);
    draw(dice, drawn.fields);
    draw(dice, drawn.order);
    draw(dice, drawn.past_end);
    draw(dice, drawn.errors);
    draw(dice, drawn.expires_in);
    draw(dice, drawn.health);
    draw(dice, drawn.sent_parts);
    draw(dice, drawn.statuses);
    draw(dice, drawn.entry_numbers);
    drawn.fax_status = dice() % 2 == 0;
    drawn.base64_breaks = dice() % 2 == 0;
    drawn.open_timestamps = dice() % 2 == 0;
    drawn.mark = dice() % 2 == 0 ? MarkStyle::request : MarkStyle::sent;
    drawn.send_status = dice() % 2 == 0 ? 200 : 201;
    drawn.missing_user_id = dice() % 2 == 0 ? 400 : 403;
    drawn.success_code = dice() % 2 == 0 ? "SFAX" : "0";
    return drawn;
}

void apply(EfaxStyle& style, json::Value members) { apply_all(style, members); }
void apply(FhirStyle& style, json::Value members) { apply_all(style, members); }
void write(json::Writer& writer, const EfaxStyle& style) { show_all(writer, style); }
void write(json::Writer& writer, const FhirStyle& style) { show_all(writer, style); }

} // namespace efaxd::sandbox
