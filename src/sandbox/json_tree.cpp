#include "sandbox/json_tree.hpp"

#include "sandbox/text.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

JsonTree JsonTree::of(json::Value value) {
    JsonTree tree;
    if (value.is_object()) {
        tree.kind = Kind::object;
        for (std::size_t i = 0; i < value.size(); ++i) {
            tree.names.emplace_back(value.name_at(i));
            tree.items.push_back(of(value.member_at(i)));
        }
    } else if (value.is_array()) {
        tree.kind = Kind::array;
        for (std::size_t i = 0; i < value.size(); ++i)
            tree.items.push_back(of(value.at(i)));
    } else if (value) {
        tree.scalar = value.raw();
    }
    return tree;
}

namespace {

void write(json::Writer& writer, const JsonTree& tree) {
    switch (tree.kind) {
    case JsonTree::Kind::scalar:
        writer.raw(tree.scalar);
        return;
    case JsonTree::Kind::array:
        writer.begin_array();
        for (const JsonTree& item : tree.items)
            write(writer, item);
        writer.end_array();
        return;
    case JsonTree::Kind::object:
        writer.begin_object();
        for (std::size_t i = 0; i < tree.items.size(); ++i) {
            writer.key(tree.names[i]);
            write(writer, tree.items[i]);
        }
        writer.end_object();
        return;
    }
}

} // namespace

std::string JsonTree::text() const {
    json::Writer writer;
    write(writer, *this);
    return writer.take();
}

JsonTree* JsonTree::member(std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

bool JsonTree::operator==(const JsonTree& other) const {
    if (kind != other.kind || items.size() != other.items.size())
        return false;
    if (kind == Kind::scalar)
        return scalar == other.scalar;
    if (kind == Kind::array)
        return items == other.items;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto found = std::find(other.names.begin(), other.names.end(), names[i]);
        if (found == other.names.end() ||
            !(items[i] == other.items[static_cast<std::size_t>(found - other.names.begin())]))
            return false;
    }
    return true;
}

namespace {

/// What speaks against a patch.
struct CannotPatch {
    std::string why;
};

std::string unescaped(std::string_view token) {
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size()) {
            ++i;
            text += token[i] == '1' ? '/' : '~';
        } else {
            text += token[i];
        }
    }
    return text;
}

std::vector<std::string> tokens_of(std::string_view pointer) {
    if (!pointer.starts_with('/'))
        throw CannotPatch{"a path begins with a slash and is not the whole"};
    std::vector<std::string> tokens;
    for (const std::string& token : split(pointer.substr(1), '/'))
        tokens.push_back(unescaped(token));
    return tokens;
}

std::size_t index_in(const JsonTree& array, const std::string& token, std::size_t end) {
    const auto index = whole_number(token);
    const bool plain = token == "0" || (!token.starts_with('0') && !token.starts_with('-'));
    if (!index || !plain || static_cast<std::size_t>(*index) >= end || array.kind != JsonTree::Kind::array)
        throw CannotPatch{"there is no element " + token};
    return static_cast<std::size_t>(*index);
}

JsonTree& child(JsonTree& tree, const std::string& token) {
    if (tree.kind == JsonTree::Kind::array)
        return tree.items[index_in(tree, token, tree.items.size())];
    JsonTree* member = tree.member(token);
    if (member == nullptr)
        throw CannotPatch{"there is no member " + token};
    return *member;
}

void add(JsonTree& parent, const std::string& token, JsonTree value) {
    if (parent.kind == JsonTree::Kind::array) {
        const std::size_t at =
            token == "-" ? parent.items.size() : index_in(parent, token, parent.items.size() + 1);
        parent.items.insert(parent.items.begin() + static_cast<std::ptrdiff_t>(at), std::move(value));
    } else if (parent.kind == JsonTree::Kind::scalar) {
        throw CannotPatch{"nothing can be added to a scalar"};
    } else if (JsonTree* member = parent.member(token)) {
        *member = std::move(value);
    } else {
        parent.names.push_back(token);
        parent.items.push_back(std::move(value));
    }
}

void remove(JsonTree& parent, const std::string& token) {
    const auto at = &child(parent, token) - parent.items.data();
    parent.items.erase(parent.items.begin() + at);
    if (parent.kind == JsonTree::Kind::object)
        parent.names.erase(parent.names.begin() + at);
}

void apply(JsonTree& whole, json::Value step) {
    const std::string_view op = step["op"].text_or("");
    auto tokens = tokens_of(step["path"].text_or(""));
    const std::string last = tokens.back();
    tokens.pop_back();
    JsonTree* parent = &whole;
    for (const std::string& token : tokens)
        parent = &child(*parent, token);
    if (op == "remove")
        return remove(*parent, last);
    if (!step["value"])
        throw CannotPatch{"a value is missing"};
    JsonTree value = JsonTree::of(step["value"]);
    if (op == "add")
        add(*parent, last, std::move(value));
    else if (op == "replace")
        child(*parent, last) = std::move(value);
    else if (op != "test")
        throw CannotPatch{"no such operation"};
    else if (!(child(*parent, last) == value))
        throw CannotPatch{"a test failed"};
}

} // namespace

std::optional<std::string> patched(json::Value resource, json::Value patch, std::string& complaint) {
    JsonTree whole = JsonTree::of(resource);
    try {
        if (!patch.is_array() || patch.size() == 0)
            throw CannotPatch{"a patch is a list of operations"};
        for (std::size_t i = 0; i < patch.size(); ++i)
            apply(whole, patch.at(i));
    } catch (const CannotPatch& reason) {
        complaint = reason.why;
        return std::nullopt;
    }
    return whole.text();
}

} // namespace efaxd::sandbox
