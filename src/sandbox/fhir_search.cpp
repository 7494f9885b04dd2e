// What resources are found by, and whether they are.
#include "efaxd/core/timestamp.hpp"
#include "sandbox/fhir_store.hpp"

#include <algorithm>
#include <array>

namespace efaxd::sandbox {

namespace {

/// Calls for each element of an array, or for the value itself.
template <class Each>
void for_each_value(json::Value value, Each&& each) {
    if (!value.is_array())
        return each(value);
    for (std::size_t i = 0; i < value.size(); ++i)
        each(value.at(i));
}

class Marker {
  public:
    explicit Marker(json::Value resource) : resource_(resource) {}

    std::vector<Mark> all() {
        for_each_value(resource_["identifier"], [&](json::Value value) {
            add("identifier", value["system"].text_or(""), value["value"].text_or(""));
        });
        for (const std::string_view name : {"category", "medium", "code", "type", "topic"})
            concepts(name);
        for (const std::string_view name : {"status", "priority", "gender", "active"})
            if (const auto value = resource_[name])
                add(name, "", value.text() ? std::string{*value.text()} : value.raw());
        for (const std::string_view name : {"recipient", "sender", "subject", "encounter"})
            for_each_value(resource_[name],
                           [&](json::Value value) { add(name, "", value["reference"].text_or("")); });
        for (const std::string_view name : {"sent", "received"})
            add(name, "", resource_[name].text_or(""));
        names();
        for_each_value(resource_["telecom"], [&](json::Value value) {
            add("telecom", value["use"].text_or(""), value["value"].text_or(""));
        });
        for_each_value(resource_["meta"]["tag"], [&](json::Value value) {
            add("_tag", value["system"].text_or(""), value["code"].text_or(""));
        });
        return std::move(marks_);
    }

  private:
    void add(std::string_view parameter, std::string_view system, std::string_view value) {
        if (!value.empty())
            marks_.push_back({std::string{parameter}, std::string{system}, std::string{value}});
    }

    void concepts(std::string_view name) {
        for_each_value(resource_[name], [&](json::Value concept_) {
            for_each_value(concept_["coding"], [&](json::Value coding) {
                add(name, coding["system"].text_or(""), coding["code"].text_or(""));
            });
        });
    }

    void names() {
        for_each_value(resource_["name"], [&](json::Value name) {
            if (name.is_string())
                return add("name", "", *name.text());
            add("name", "", name["family"].text_or(""));
            add("family", "", name["family"].text_or(""));
            for_each_value(name["given"], [&](json::Value given) {
                add("name", "", given.text_or(""));
                add("given", "", given.text_or(""));
            });
        });
    }

    json::Value resource_;
    std::vector<Mark> marks_;
};

/// Alternatives of a value, still escaped.
std::vector<std::string> split_escaped(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            parts.back() += text[i];
            parts.back() += text[++i];
        } else if (text[i] == separator) {
            parts.emplace_back();
        } else {
            parts.back() += text[i];
        }
    }
    return parts;
}

std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        plain += text[i];
    }
    return plain;
}

bool is_text_parameter(std::string_view name) {
    return name == "name" || name == "family" || name == "given";
}
bool is_date_parameter(std::string_view name) {
    return name == "sent" || name == "received" || name == "_lastUpdated";
}
bool is_reference_parameter(std::string_view name) {
    return name == "recipient" || name == "sender" || name == "subject" || name == "encounter" ||
           name == "patient";
}

bool token_fits(const Mark& mark, std::string_view wanted) {
    const auto parts = split_escaped(wanted, '|');
    if (parts.size() == 1)
        return mark.value == unescape(parts[0]);
    const bool any_value = parts[1].empty();
    return mark.system == unescape(parts[0]) && (any_value || mark.value == unescape(parts[1]));
}

bool reference_fits(const Mark& mark, std::string_view wanted) {
    const std::string_view have = mark.value;
    return have == wanted || have.ends_with("/" + std::string{wanted}) ||
           (wanted.size() > have.size() && wanted.ends_with("/" + mark.value));
}

/// Prefix and moment, compared as moments: enough for the searches a client of ours makes.
bool date_fits(std::string_view have, std::string_view wanted) {
    static constexpr std::array<std::string_view, 9> prefixes{"ge", "le", "gt", "lt", "eq",
                                                              "ne", "sa", "eb", "ap"};
    std::string_view prefix = "eq";
    if (std::find(prefixes.begin(), prefixes.end(), wanted.substr(0, 2)) != prefixes.end()) {
        prefix = wanted.substr(0, 2);
        wanted.remove_prefix(2);
    }
    std::string whole{wanted};
    if (whole.size() == 10)
        whole += "T00:00:00Z";
    const auto left = read_timestamp(have);
    const auto right = read_timestamp(whole);
    if (!left || !right)
        return false;
    if (prefix == "ge")
        return left->instant >= right->instant;
    if (prefix == "le")
        return left->instant <= right->instant;
    if (prefix == "gt" || prefix == "sa")
        return left->instant > right->instant;
    if (prefix == "lt" || prefix == "eb")
        return left->instant < right->instant;
    return (left->instant == right->instant) != (prefix == "ne");
}

bool text_fits(const Mark& mark, std::string_view wanted) {
    const std::string plain = lower(unescape(wanted));
    return lower(mark.value).starts_with(plain);
}

bool mark_fits(const Mark& mark, const std::string& parameter, const std::string& wanted) {
    if (is_text_parameter(parameter))
        return text_fits(mark, wanted);
    if (is_date_parameter(parameter))
        return date_fits(mark.value, wanted);
    if (is_reference_parameter(parameter))
        return reference_fits(mark, wanted);
    return token_fits(mark, wanted);
}

bool meets_one(const Resource& resource, const Criterion& criterion) {
    const auto alternatives = split_escaped(criterion.value, ',');
    const auto fits_any = [&](const Mark& mark) {
        return std::any_of(alternatives.begin(), alternatives.end(), [&](const std::string& wanted) {
            return mark_fits(mark, criterion.parameter, wanted);
        });
    };
    if (criterion.parameter == "_id")
        return std::find(alternatives.begin(), alternatives.end(), resource.id) != alternatives.end();
    if (criterion.parameter == "_lastUpdated")
        return fits_any({"_lastUpdated", "", precise_timestamp(resource.updated)});
    const std::string parameter = criterion.parameter == "patient" ? "subject" : criterion.parameter;
    const bool found = std::any_of(resource.marks.begin(), resource.marks.end(), [&](const Mark& mark) {
        return mark.parameter == parameter && fits_any(mark);
    });
    if (criterion.modifier == "missing")
        return std::any_of(resource.marks.begin(), resource.marks.end(), [&](const Mark& mark) {
                   return mark.parameter == parameter;
               }) == (criterion.value == "false");
    return found != (criterion.modifier == "not");
}

} // namespace

std::vector<Mark> marks_of(json::Value resource) { return Marker(resource).all(); }

bool meets(const Resource& resource, const std::vector<Criterion>& criteria) {
    return std::all_of(criteria.begin(), criteria.end(),
                       [&](const Criterion& criterion) { return meets_one(resource, criterion); });
}

} // namespace efaxd::sandbox
