#include "fhir/raw_json.hpp"

#include "fhir/resource.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) // the parser passes over it too
        text.remove_prefix(3);
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Cuts the inside of a valid object or array at the separators of its own level.
std::vector<std::string_view> parts(std::string_view text, char separator) {
    std::vector<std::string_view> found;
    std::size_t start = 0;
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == separator && depth == 0) {
            found.push_back(trimmed(text.substr(start, at - start)));
            start = at + 1;
        }
    }
    if (const auto last = trimmed(text.substr(start)); !last.empty())
        found.push_back(last);
    return found;
}

/// What stands between the brackets.
std::string_view inside(std::string_view text) {
    text = trimmed(text);
    return text.substr(1, text.size() - 2);
}

json::Document parsed_object(std::string_view text) {
    try {
        auto parsed = json::Document::parse(text, json::mended);
        if (parsed.root().is_object())
            return parsed;
    } catch (const json::ParseError&) { // told below
    }
    throw bad_reply("the resource is no JSON object");
}

} // namespace

RawObject::RawObject(std::string_view text) {
    const auto parsed = parsed_object(text);
    const auto found = parts(inside(text), ',');
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto name_and_value = parts(found[i], ':');
        const auto value = name_and_value.at(1);
        members_.push_back({std::string(parsed.root().name_at(i)), std::string(value)});
    }
}

std::optional<std::string_view> RawObject::find(std::string_view name) const {
    const auto found =
        std::find_if(members_.begin(), members_.end(), [&](const Member& one) { return one.name == name; });
    if (found == members_.end())
        return std::nullopt;
    return found->value;
}

void RawObject::set(std::string_view name, std::string value) {
    const auto found =
        std::find_if(members_.begin(), members_.end(), [&](const Member& one) { return one.name == name; });
    if (found == members_.end())
        members_.push_back({std::string(name), std::move(value)});
    else
        found->value = std::move(value);
}

void RawObject::remove(std::string_view name) {
    std::erase_if(members_, [&](const Member& one) { return one.name == name; });
}

std::string RawObject::text() const {
    std::string text = "{";
    for (const auto& [name, value] : members_)
        text.append(text.size() == 1 ? "" : ",").append(raw_text(name)).append(":").append(value);
    return text + "}";
}

std::vector<std::string_view> raw_elements(std::string_view array) {
    array = trimmed(array);
    return array.starts_with('[') ? parts(inside(array), ',') : std::vector<std::string_view>();
}

std::string raw_array(const std::vector<std::string>& elements) {
    std::string text = "[";
    for (const auto& element : elements)
        text.append(text.size() == 1 ? "" : ",").append(element);
    return text + "]";
}

std::string raw_text(std::string_view text) { return json::Writer().text(text).take(); }

} // namespace efaxd::fhir
