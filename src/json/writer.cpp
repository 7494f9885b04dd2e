#include "json/writer.hpp"

#include "json/utf8.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <utility>
#include <variant>

namespace efaxd::json {

namespace {

using Compact = rapidjson::Writer<rapidjson::StringBuffer>;
using Indented = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

} // namespace

struct Writer::State {
    explicit State(Style style) : writer(std::in_place_type<Compact>, buffer) {
        if (style == Style::indented)
            writer.emplace<Indented>(buffer).SetIndent(' ', 2);
    }

    /// RapidJSON's two writers share no virtual functions.
    template <class Call>
    void write(Call call) {
        std::visit(call, writer);
    }

    template <class Call>
    void write_text(std::string_view text, Call call) {
        std::string repaired;
        if (!is_utf8(text))
            text = repaired = repaired_utf8(text);
        const char* const bytes = text.empty() ? "" : text.data();
        const auto size = static_cast<rapidjson::SizeType>(text.size());
        std::visit([&](auto& w) { call(w, bytes, size); }, writer);
    }

    rapidjson::StringBuffer buffer;
    std::variant<Compact, Indented> writer;
};

Writer::Writer(Style style) : state_(std::make_unique<State>(style)) {}
Writer::~Writer() = default;

Writer& Writer::begin_object() {
    state_->write([](auto& w) { w.StartObject(); });
    return *this;
}

Writer& Writer::end_object() {
    state_->write([](auto& w) { w.EndObject(); });
    return *this;
}

Writer& Writer::begin_array() {
    state_->write([](auto& w) { w.StartArray(); });
    return *this;
}

Writer& Writer::end_array() {
    state_->write([](auto& w) { w.EndArray(); });
    return *this;
}

Writer& Writer::key(std::string_view name) {
    state_->write_text(name, [](auto& w, const char* bytes, auto size) { w.Key(bytes, size); });
    return *this;
}

Writer& Writer::text(std::string_view value) {
    state_->write_text(value, [](auto& w, const char* bytes, auto size) { w.String(bytes, size); });
    return *this;
}

Writer& Writer::number(std::int64_t value) {
    state_->write([value](auto& w) { w.Int64(value); });
    return *this;
}

Writer& Writer::boolean(bool value) {
    state_->write([value](auto& w) { w.Bool(value); });
    return *this;
}

Writer& Writer::null() {
    state_->write([](auto& w) { w.Null(); });
    return *this;
}

Writer& Writer::raw(std::string_view json) {
    // Only the place among its neighbours depends on the type given here.
    state_->write([json](auto& w) { w.RawValue(json.data(), json.size(), rapidjson::kObjectType); });
    return *this;
}

std::string Writer::take() {
    std::string text(state_->buffer.GetString(), state_->buffer.GetSize());
    state_->buffer.Clear();
    return text;
}

} // namespace efaxd::json
