// Reads the JSON object of a control call, and minds what it does not know.
#pragma once

#include "efaxd/core/instant.hpp"
#include "sandbox/options.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

/// Members that are absent leave their variables alone. Throws BadCall for a value of the wrong kind.
class Form {
  public:
    explicit Form(json::Value object) : object_(object) {
        if (!object.is_object())
            throw BadCall("an object is wanted");
    }

    Form& text(std::string_view name, std::string& into) {
        if (const auto value = known(name))
            into = value.text() ? *value.text() : throw bad(name);
        return *this;
    }
    template <class Number>
    Form& number(std::string_view name, Number& into) {
        if (const auto value = known(name)) {
            const auto given = value.integer();
            if (!given || (!std::is_signed_v<Number> && *given < 0))
                throw bad(name);
            into = static_cast<Number>(*given);
            if (static_cast<std::int64_t>(into) != *given)
                throw bad(name);
        }
        return *this;
    }
    Form& flag(std::string_view name, bool& into) {
        if (const auto value = known(name))
            into = value.boolean() ? *value.boolean() : throw bad(name);
        return *this;
    }
    /// A list of texts.
    Form& texts(std::string_view name, std::vector<std::string>& into) {
        if (const auto value = known(name)) {
            into.clear();
            for (std::size_t i = 0; i < value.size(); ++i)
                into.emplace_back(value.at(i).text() ? *value.at(i).text() : throw bad(name));
            if (!value.is_array())
                throw bad(name);
        }
        return *this;
    }
    /// Milliseconds.
    Form& duration(std::string_view name, Duration& into) {
        auto count = into.count();
        number(name, count);
        into = Duration{count};
        return *this;
    }
    template <class Choice, class Names>
    Form& choice(std::string_view name, Choice& into, const Names& names) {
        if (const auto value = known(name)) {
            const auto found = std::find(names.begin(), names.end(), value.text_or(""));
            if (found == names.end())
                throw bad(name);
            into = static_cast<Choice>(found - names.begin());
        }
        return *this;
    }
    json::Value value(std::string_view name) { return known(name); }

    /// Throws BadCall for a member nobody asked for.
    void done() const {
        for (std::size_t i = 0; i < object_.size(); ++i)
            if (!seen_.contains(object_.name_at(i)))
                throw BadCall("no such member: " + std::string{object_.name_at(i)});
    }

  private:
    json::Value known(std::string_view name) {
        seen_.insert(name);
        return object_[name];
    }
    static BadCall bad(std::string_view name) { return BadCall("bad value for " + std::string{name}); }

    json::Value object_;
    std::set<std::string_view> seen_;
};

} // namespace efaxd::sandbox
