#include "config/section.hpp"

#include "config/duration.hpp"
#include "config/near.hpp"
#include "efaxd/core/mailbox.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::config {

namespace {

const std::string example = ", such as 30s, 5m or 1h";

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (at > 0)
            text += at + 1 == words.size() ? " or " : ", ";
        text += words[at];
    }
    return text;
}

/// What somebody may have meant as a key, rather than a value in the wrong place.
bool like_a_key(std::string_view text) {
    return text.size() <= 24 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
           });
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// Plain decimal: YAML's own rules would read 010 as 8.
std::optional<int> whole_number(const Node& node) {
    const std::string& text = node.value;
    if (!node.plain || !all_digits(text) || (text[0] == '0' && text.size() > 1))
        return std::nullopt;
    int value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

} // namespace

Section::Section(const Node& node, std::string path, Report& report, Kind kind)
    : node_(node), path_(std::move(path)), report_(report), kind_(kind) {
    if (node.kind == Node::Kind::nothing && !node.cut)
        report_.add(node.place, path_, "expected keys with values");
    else if (node.kind == Node::Kind::scalar || node.kind == Node::Kind::sequence)
        report_.add(node.place, path_, "expected keys with values, one on each line, as in `key: value`");
}

std::string Section::path_of(std::string_view key) const {
    std::string path = path_;
    if (!path.empty())
        path += '.';
    return path.append(key);
}

void Section::know(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
        known_.push_back(key);
}

const Node* Section::find(std::string_view key, Need need) {
    know(key);
    if (node_.kind != Node::Kind::mapping)
        return nullptr;
    const Node* found = nullptr;
    for (const Node& item : node_.items) {
        if (item.key != key)
            continue;
        if (found)
            report_.add(item.key_place, path_of(key),
                        "given twice, first on line " + std::to_string(found->key_place.line));
        else
            found = &item;
    }
    if (!found) {
        if (need == Need::required)
            missing_.push_back(key);
        return nullptr;
    }
    if (found->kind == Node::Kind::nothing)
        wrong(*found, key,
              need == Need::required ? "has no value" : "has no value: give one or leave the key out");
    return found->kind == Node::Kind::nothing || found->kind == Node::Kind::refused ? nullptr : found;
}

const Node* Section::peek(std::string_view key) const {
    const auto found = std::find_if(node_.items.begin(), node_.items.end(),
                                    [&](const Node& item) { return item.key == key; });
    return node_.kind == Node::Kind::mapping && found != node_.items.end() ? &*found : nullptr;
}

bool Section::has(std::string_view key) {
    know(key);
    return peek(key) != nullptr;
}

bool Section::says(std::string_view key, std::string_view word) const {
    const Node* node = peek(key);
    return node && node->kind == Node::Kind::scalar && node->value == word;
}

const Node* Section::scalar(std::string_view key, Need need, const std::string& expected) {
    const Node* node = find(key, need);
    if (!node || node->kind == Node::Kind::scalar)
        return node;
    wrong(*node, key, "expected " + expected);
    return nullptr;
}

std::string Section::text(std::string_view key, const Form& form, Need need, std::string otherwise) {
    const std::string expected(form.expected);
    const Node* node = scalar(key, need, expected);
    if (!node) {
        if (!otherwise.empty())
            note(key, otherwise, nullptr);
        return otherwise;
    }
    if (!form.fits(node->value)) {
        wrong(*node, key, "expected " + expected);
        return otherwise;
    }
    note(key, key == "user_id" ? masked_user_id(node->value) : node->value, node);
    return node->value;
}

int Section::number(std::string_view key, int least, int most, int otherwise) {
    const std::string expected =
        "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    const Node* node = scalar(key, Need::optional, expected);
    const auto value = node ? whole_number(*node) : otherwise;
    if (value && *value >= least && *value <= most) {
        note(key, std::to_string(*value), node);
        return *value;
    }
    if (node)
        wrong(*node, key, "expected " + expected + (node->plain ? "" : ", without quotes"));
    return otherwise;
}

bool Section::flag(std::string_view key, bool otherwise) {
    const std::string expected = "true or false";
    const Node* node = scalar(key, Need::optional, expected);
    if (!node || (node->plain && (node->value == "true" || node->value == "false"))) {
        const bool value = node ? node->value == "true" : otherwise;
        note(key, value ? "true" : "false", node);
        return value;
    }
    wrong(*node, key, "expected " + expected + (node->plain ? "" : ", without quotes"));
    return otherwise;
}

Duration Section::duration(std::string_view key, Range range, Duration otherwise) {
    const std::string expected = std::string(range.or_else) + "a duration";
    const Node* node = scalar(key, Need::optional, expected + example);
    if (!node) {
        note(key, text_of(otherwise), nullptr);
        return otherwise;
    }
    const auto value = parse_duration(node->value);
    if (!value) {
        wrong(*node, key,
              all_digits(node->value) ? "a duration needs a unit (ms, s, m, h or d)" + example
                                      : "expected " + expected + example);
        return otherwise;
    }
    if (*value >= range.least && *value <= range.most) {
        note(key, text_of(*value), node);
        return *value;
    }
    wrong(*node, key,
          "expected " + expected + " from " + text_of(range.least) + " to " + text_of(range.most));
    return otherwise;
}

std::optional<Duration> Section::duration_or_never(std::string_view key, Range range) {
    range.or_else = "never or ";
    if (has(key) && !says(key, "never"))
        return duration(key, range, range.least);
    note(key, "never", find(key)); // a second one is an error
    return std::nullopt;
}

std::optional<std::size_t> Section::choice(std::string_view key, std::span<const std::string_view> words,
                                           Need need, std::string_view otherwise) {
    const std::string expected = listed(words);
    const Node* node = scalar(key, need, expected);
    if (!node) {
        if (!otherwise.empty())
            note(key, std::string(otherwise), nullptr);
        return std::nullopt;
    }
    const auto found = std::find(words.begin(), words.end(), node->value);
    if (found != words.end()) {
        note(key, node->value, node);
        return static_cast<std::size_t>(found - words.begin());
    }
    wrong(*node, key, "expected " + expected);
    return std::nullopt;
}

std::optional<Section> Section::section(std::string_view key, Need need, Kind kind) {
    const Node* node = find(key, need);
    if (!node)
        return std::nullopt;
    return Section(*node, path_of(key), report_, kind);
}

Section Section::section_or_defaults(std::string_view key) {
    static const Node nothing = [] {
        Node node;
        node.kind = Node::Kind::mapping;
        return node;
    }();
    const Node* node = find(key);
    return Section(node ? *node : nothing, path_of(key), report_);
}

const std::vector<Node>* Section::list(std::string_view key, Need need) {
    const Node* node = find(key, need);
    if (!node)
        return nullptr;
    if (node->kind == Node::Kind::sequence)
        return &node->items;
    wrong(*node, key, "expected a list, each item after a dash");
    return nullptr;
}

void Section::note(std::string_view key, std::string value, const Node* node) {
    report_.note(path_of(key), std::move(value), node ? node->place.line : 0);
}

void Section::wrong(const Node& node, std::string_view key, std::string what) {
    report_.add(node.place, path_of(key), std::move(what));
}

void Section::wrong_key(std::string_view key, std::string what) {
    know(key);
    if (const Node* node = peek(key))
        report_.add(node->key_place, path_of(key), std::move(what));
}

void Section::finish() {
    if (node_.kind != Node::Kind::mapping)
        return;
    for (const Node& item : node_.items)
        if (!item.key.empty() && std::find(known_.begin(), known_.end(), item.key) == known_.end())
            report_unknown(item);
    if (whole())
        for (const std::string_view key : missing_)
            report_.add(node_.place, path_of(key), "missing");
}

void Section::report_unknown(const Node& item) {
    const auto meant = nearest(item.key, known_);
    if (meant)
        std::erase(missing_, *meant);
    const bool shown = like_a_key(item.key) && (kind_ == Kind::open || meant);
    report_.add(item.key_place, shown ? path_of(item.key) : path_,
                meant ? "unknown key; did you mean " + std::string(*meant) + "?"
                      : "unknown key; known here: " + listed(known_));
}

} // namespace efaxd::config
