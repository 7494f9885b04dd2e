#include "json/value.hpp"

#include "json/mend.hpp"
#include "json/utf8.hpp"

#include <charconv>
#include <cmath>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <utility>

namespace efaxd::json {

namespace {

using Node = rapidjson::Value;

const Node* node_of(const void* node) { return static_cast<const Node*>(node); }

std::string_view text_of(const Node& node) { return {node.GetString(), node.GetStringLength()}; }

/// Passes what the parser finds on to the document, and breaks off where it gets too deep, since what is
/// built is later walked, and written, by recursion; or too much.
class Guard {
  public:
    Guard(rapidjson::Document& document, const Bounds& bounds) : document_(document), bounds_(bounds) {}

    bool too_deep() const { return too_deep_; }
    bool too_many() const { return values_ > bounds_.most_values; }

    bool Null() { return one_more() && document_.Null(); }
    bool Bool(bool value) { return one_more() && document_.Bool(value); }
    bool Int(int value) { return one_more() && document_.Int(value); }
    bool Uint(unsigned value) { return one_more() && document_.Uint(value); }
    bool Int64(std::int64_t value) { return one_more() && document_.Int64(value); }
    bool Uint64(std::uint64_t value) { return one_more() && document_.Uint64(value); }
    bool Double(double value) { return one_more() && document_.Double(value); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
        return one_more() && document_.RawNumber(text, size, copy);
    }
    bool String(const char* text, rapidjson::SizeType size, bool copy) {
        return one_more() && document_.String(text, size, copy);
    }
    bool Key(const char* text, rapidjson::SizeType size, bool copy) {
        return one_more() && document_.Key(text, size, copy);
    }
    bool StartObject() { return enter() && document_.StartObject(); }
    bool EndObject(rapidjson::SizeType members) {
        --depth_;
        return document_.EndObject(members);
    }
    bool StartArray() { return enter() && document_.StartArray(); }
    bool EndArray(rapidjson::SizeType elements) {
        --depth_;
        return document_.EndArray(elements);
    }

  private:
    bool one_more() {
        ++values_;
        return !too_many();
    }

    bool enter() {
        too_deep_ = depth_ == bounds_.deepest;
        ++depth_;
        return !too_deep_ && one_more();
    }

    rapidjson::Document& document_;
    Bounds bounds_;
    std::size_t values_ = 0;
    std::size_t depth_ = 0;
    bool too_deep_ = false;
};

std::optional<std::int64_t> integer_in(std::string_view text) {
    if (text.size() > 1 && text.front() == '+' && text[1] != '-')
        text.remove_prefix(1);
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stopped != end)
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> integer_in(double value) {
    constexpr double exact = 9007199254740992.0; // beyond 2^53 a double skips whole numbers
    if (!(std::abs(value) <= exact) || std::trunc(value) != value)
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

} // namespace

struct Document::Tree {
    std::string text; ///< holds the strings of all values, which are undone in place
    rapidjson::Document root;
};

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::parse(std::string_view text, const Bounds& bounds) {
    return take(std::string(text), bounds);
}

Document Document::take(std::string text, const Bounds& bounds) {
    auto tree = std::make_unique<Tree>();
    tree->text = std::move(text);
    if (bounds.mend)
        mend_strings(tree->text);
    // RapidJSON takes a NUL for the end of the text.
    if (const auto at = tree->text.find('\0'); at != std::string::npos)
        throw ParseError("not JSON: a NUL byte at offset " + std::to_string(at));
    // RapidJSON's own reading of a byte order mark takes the first half of one as well.
    const std::size_t mark = tree->text.starts_with("\xEF\xBB\xBF") ? 3 : 0;

    rapidjson::InsituStringStream stream(tree->text.data() + mark);
    rapidjson::Reader reader;
    std::string over;
    auto read = [&](rapidjson::Document& document) {
        Guard guard(document, bounds);
        const bool fine =
            !reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag>(stream, guard)
                 .IsError();
        if (guard.too_deep())
            over = "JSON deeper than " + std::to_string(bounds.deepest) + " levels";
        else if (guard.too_many())
            over = "JSON of more than " + std::to_string(bounds.most_values) + " values";
        return fine;
    };
    tree->root.Populate(read);
    if (!over.empty())
        throw ParseError(over + " at offset " + std::to_string(reader.GetErrorOffset()));
    if (reader.HasParseError())
        throw ParseError(std::string("not JSON: ") + rapidjson::GetParseError_En(reader.GetParseErrorCode()) +
                         " At offset " + std::to_string(reader.GetErrorOffset()));
    return Document(std::move(tree));
}

Value Document::root() const { return tree_ ? Value(&tree_->root) : Value(); }

Value::operator bool() const { return node_ && !node_of(node_)->IsNull(); }
bool Value::is_object() const { return node_ && node_of(node_)->IsObject(); }
bool Value::is_array() const { return node_ && node_of(node_)->IsArray(); }
bool Value::is_string() const { return node_ && node_of(node_)->IsString(); }

Value Value::operator[](std::string_view name) const {
    if (is_object())
        for (const auto& member : node_of(node_)->GetObject())
            if (text_of(member.name) == name)
                return Value(&member.value);
    return {};
}

std::size_t Value::size() const {
    if (is_array())
        return node_of(node_)->Size();
    return is_object() ? node_of(node_)->MemberCount() : 0;
}

Value Value::at(std::size_t index) const {
    if (!is_array() || index >= size())
        return {};
    return Value(&(*node_of(node_))[static_cast<rapidjson::SizeType>(index)]);
}

std::string_view Value::name_at(std::size_t index) const {
    if (!is_object() || index >= size())
        return {};
    return text_of((node_of(node_)->MemberBegin() + static_cast<std::ptrdiff_t>(index))->name);
}

Value Value::member_at(std::size_t index) const {
    if (!is_object() || index >= size())
        return {};
    return Value(&(node_of(node_)->MemberBegin() + static_cast<std::ptrdiff_t>(index))->value);
}

std::optional<std::string_view> Value::text() const {
    if (!is_string())
        return std::nullopt;
    return text_of(*node_of(node_));
}

std::string_view Value::text_or(std::string_view otherwise) const { return text().value_or(otherwise); }

std::optional<std::int64_t> Value::integer() const {
    if (const auto digits = text())
        return integer_in(*digits);
    if (!node_ || !node_of(node_)->IsNumber())
        return std::nullopt;
    if (node_of(node_)->IsInt64())
        return node_of(node_)->GetInt64();
    if (node_of(node_)->IsDouble())
        return integer_in(node_of(node_)->GetDouble());
    return std::nullopt;
}

std::optional<bool> Value::boolean() const {
    if (node_ && node_of(node_)->IsBool())
        return node_of(node_)->GetBool();
    const auto word = text();
    if (word == "true")
        return true;
    if (word == "false")
        return false;
    return std::nullopt;
}

std::string Value::raw() const {
    if (!node_)
        return {};
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    node_of(node_)->Accept(writer);
    const std::string_view written(buffer.GetString(), buffer.GetSize());
    return is_utf8(written) ? std::string(written) : repaired_utf8(written);
}

} // namespace efaxd::json
