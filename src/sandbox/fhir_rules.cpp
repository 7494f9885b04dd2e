#include "sandbox/fhir_rules.hpp"

#include "efaxd/core/timestamp.hpp"
#include "sandbox/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace efaxd::sandbox {

namespace {

enum class Kind { null, object, array, text, number, boolean };

Kind kind_of(json::Value value) {
    if (!value)
        return Kind::null;
    if (value.is_object())
        return Kind::object;
    if (value.is_array())
        return Kind::array;
    if (value.is_string())
        return Kind::text;
    const std::string raw = value.raw();
    return raw == "true" || raw == "false" ? Kind::boolean : Kind::number;
}

using Issues = std::vector<Issue>;

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n';
    });
}

void check_any(json::Value value, const std::string& path, Issues& issues) {
    const auto complain = [&](std::string text) {
        issues.push_back({true, "structure", path, std::move(text)});
    };
    switch (kind_of(value)) {
    case Kind::null:
        return complain("Invalid null value");
    case Kind::text: {
        const std::string_view text = *value.text();
        if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
            complain("String must contain non-whitespace content");
        else if (has_control_characters(text))
            complain("Invalid string format");
        else if (text.size() > (1u << 20) && !path.ends_with(".data"))
            complain("String is longer than 1 MiB");
        return;
    }
    case Kind::array:
        if (value.size() == 0)
            complain("Empty array");
        for (std::size_t i = 0; i < value.size(); ++i)
            check_any(value.at(i), path + "[" + std::to_string(i) + "]", issues);
        return;
    case Kind::object:
        if (value.size() == 0)
            complain("Empty object");
        for (std::size_t i = 0; i < value.size(); ++i)
            check_any(value.member_at(i), path + "." + std::string{value.name_at(i)}, issues);
        return;
    case Kind::number:
    case Kind::boolean:
        return;
    }
}

struct Field {
    std::string_view type;
    bool many = false;
};

using Fields = std::map<std::string_view, Field>;

const std::map<std::string_view, Fields>& types() {
    static const std::map<std::string_view, Fields> table{
        {"Communication",
         {{"resourceType", {"code"}},
          {"meta", {"Meta"}},
          {"implicitRules", {"uri"}},
          {"language", {"code"}},
          {"text", {"Narrative"}},
          {"contained", {"Any", true}},
          {"modifierExtension", {"Extension", true}},
          {"identifier", {"Identifier", true}},
          {"instantiatesCanonical", {"uri", true}},
          {"instantiatesUri", {"uri", true}},
          {"basedOn", {"Reference", true}},
          {"partOf", {"Reference", true}},
          {"inResponseTo", {"Reference", true}},
          {"status", {"status"}},
          {"statusReason", {"CodeableConcept"}},
          {"category", {"CodeableConcept", true}},
          {"priority", {"priority"}},
          {"medium", {"CodeableConcept", true}},
          {"subject", {"subject"}},
          {"topic", {"CodeableConcept"}},
          {"about", {"Reference", true}},
          {"encounter", {"Reference"}},
          {"sent", {"dateTime"}},
          {"received", {"dateTime"}},
          {"recipient", {"recipient", true}},
          {"sender", {"sender"}},
          {"reasonCode", {"CodeableConcept", true}},
          {"reasonReference", {"Reference", true}},
          {"payload", {"Payload", true}},
          {"note", {"Annotation", true}}}},
        {"Meta",
         {{"versionId", {"id"}},
          {"lastUpdated", {"instant"}},
          {"source", {"uri"}},
          {"profile", {"uri", true}},
          {"security", {"Coding", true}},
          {"tag", {"Coding", true}},
          {"project", {"string"}}, // servers of the Medplum kind add these to what they return
          {"author", {"Reference"}},
          {"compartment", {"Reference", true}},
          {"account", {"Reference"}},
          {"accounts", {"Reference", true}}}},
        {"Narrative", {{"status", {"code"}}, {"div", {"string"}}}},
        {"Identifier",
         {{"use", {"code"}},
          {"type", {"CodeableConcept"}},
          {"system", {"uri"}},
          {"value", {"string"}},
          {"period", {"Period"}},
          {"assigner", {"Reference"}}}},
        {"Period", {{"start", {"dateTime"}}, {"end", {"dateTime"}}}},
        {"CodeableConcept", {{"coding", {"Coding", true}}, {"text", {"string"}}}},
        {"Coding",
         {{"system", {"uri"}},
          {"version", {"string"}},
          {"code", {"code"}},
          {"display", {"string"}},
          {"userSelected", {"boolean"}}}},
        {"Reference",
         {{"reference", {"string"}},
          {"type", {"uri"}},
          {"identifier", {"Identifier"}},
          {"display", {"string"}}}},
        {"Payload",
         {{"modifierExtension", {"Extension", true}},
          {"contentString", {"string"}},
          {"contentAttachment", {"Attachment"}},
          {"contentReference", {"Reference"}}}},
        {"Attachment",
         {{"contentType", {"code"}},
          {"language", {"code"}},
          {"data", {"base64Binary"}},
          {"url", {"uri"}},
          {"size", {"unsignedInt"}},
          {"hash", {"base64Binary"}},
          {"title", {"string"}},
          {"creation", {"dateTime"}}}},
        {"Annotation",
         {{"authorReference", {"Reference"}},
          {"authorString", {"string"}},
          {"time", {"dateTime"}},
          {"text", {"string"}}}},
    };
    return table;
}

constexpr std::array<std::string_view, 8> status_codes{"preparation", "in-progress", "not-done",
                                                       "on-hold",     "stopped",     "entered-in-error",
                                                       "completed",   "unknown"};
constexpr std::array<std::string_view, 4> priorities{"routine", "urgent", "asap", "stat"};
constexpr std::array<std::string_view, 9> recipients{"Device",       "Organization",     "Patient",
                                                     "Practitioner", "PractitionerRole", "RelatedPerson",
                                                     "Group",        "CareTeam",         "HealthcareService"};
constexpr std::array<std::string_view, 7> senders{"Device",           "Organization",     "Patient",
                                                  "Practitioner",     "PractitionerRole", "RelatedPerson",
                                                  "HealthcareService"};
constexpr std::array<std::string_view, 2> subjects{"Patient", "Group"};

template <class List>
bool holds(const List& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_date(std::string_view text) {
    constexpr std::string_view rest = "-01-01T00:00:00Z";
    if (text.size() != 4 && text.size() != 7 && text.size() != 10)
        return false;
    return read_timestamp(std::string{text} + std::string{rest.substr(text.size() - 4)}).has_value();
}

/// `Z` or `±hh:mm`, and nothing shorter.
bool has_full_zone(std::string_view text) {
    if (text.ends_with("Z"))
        return true;
    return text.size() > 6 && (text[text.size() - 6] == '+' || text[text.size() - 6] == '-') &&
           text[text.size() - 3] == ':';
}

bool is_instant(std::string_view text) {
    const auto time = read_timestamp(text);
    return time && !time->zone_missing && has_full_zone(text);
}

/// Walks one resource by the tables above.
class Checker {
  public:
    explicit Checker(Issues& issues) : issues_(issues) {}

    void check(json::Value value, std::string_view type, const std::string& path) {
        if (type == "Any")
            return expect(value, Kind::object, path), void();
        if (type == "Extension")
            return extension(value, path);
        if (const auto complex = types().find(type); complex != types().end())
            return members(value, type, complex->second, path);
        if (type == "recipient")
            return reference(value, recipients, path);
        if (type == "sender")
            return reference(value, senders, path);
        if (type == "subject")
            return reference(value, subjects, path);
        primitive(value, type, path);
    }

  private:
    void complain(bool structure, std::string code, const std::string& path, std::string text) {
        issues_.push_back({structure, std::move(code), path, std::move(text)});
    }

    bool expect(json::Value value, Kind kind, const std::string& path) {
        if (kind_of(value) == kind)
            return true;
        if (kind_of(value) == Kind::array)
            complain(true, "structure", path, "Expected single value for property");
        else if (kind_of(value) != Kind::null) // check_json has said so
            complain(true, "structure", path, "Invalid JSON type");
        return false;
    }

    void members(json::Value value, std::string_view type, const Fields& fields, const std::string& path) {
        if (!expect(value, Kind::object, path))
            return;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string_view name = value.name_at(i);
            const std::string here = path + "." + std::string{name};
            if (name == "id")
                primitive(value.member_at(i), "id", here);
            else if (name == "extension")
                many(value.member_at(i), "Extension", here);
            else if (name.starts_with('_') && fields.contains(name.substr(1)))
                continue; // an extension of a primitive: rare, and only its emptiness matters
            else if (const auto field = fields.find(name); field == fields.end())
                complain(true, "structure", here,
                         "Invalid additional property \"" + std::string{name} + "\"");
            else if (field->second.many)
                many(value.member_at(i), field->second.type, here);
            else
                check(value.member_at(i), field->second.type, here);
        }
        invariants(value, type, path);
    }

    void many(json::Value value, std::string_view type, const std::string& path) {
        if (!value.is_array()) {
            if (value)
                complain(true, "structure", path, "Expected array of values for property");
            return;
        }
        for (std::size_t i = 0; i < value.size(); ++i)
            check(value.at(i), type, path + "[" + std::to_string(i) + "]");
    }

    void require(json::Value value, std::string_view name, const std::string& path) {
        if (!value[name])
            complain(false, "required", path + "." + std::string{name}, "Missing required property");
    }

    void invariants(json::Value value, std::string_view type, const std::string& path) {
        if (type == "Communication")
            require(value, "status", path);
        if (type == "Annotation")
            require(value, "text", path);
        if (type == "Payload")
            exactly_one(value, "content", path);
    }

    void exactly_one(json::Value value, std::string_view prefix, const std::string& path) {
        int found = 0;
        for (std::size_t i = 0; i < value.size(); ++i)
            found += value.name_at(i).starts_with(prefix) ? 1 : 0;
        if (found != 1)
            complain(false, "invariant", path, "Exactly one " + std::string{prefix} + "[x] is due");
    }

    void extension(json::Value value, const std::string& path) {
        if (!expect(value, Kind::object, path))
            return;
        require(value, "url", path);
        if (value["extension"]) {
            many(value["extension"], "Extension", path + ".extension");
            for (std::size_t i = 0; i < value.size(); ++i)
                if (value.name_at(i).starts_with("value"))
                    complain(false, "invariant", path,
                             "ext-1: must have either extensions or value[x], not both");
        } else {
            exactly_one(value, "value", path);
        }
        for (std::size_t i = 0; i < value.size(); ++i)
            extension_member(value.name_at(i), value.member_at(i), path);
    }

    void extension_member(std::string_view name, json::Value value, const std::string& path) {
        static const std::map<std::string_view, std::string_view> values{
            {"url", "uri"},
            {"id", "id"},
            {"valueString", "string"},
            {"valueCode", "code"},
            {"valueUri", "uri"},
            {"valueUrl", "uri"},
            {"valueDateTime", "dateTime"},
            {"valueInstant", "instant"},
            {"valueBoolean", "boolean"},
            {"valueInteger", "integer"},
            {"valueUnsignedInt", "unsignedInt"},
            {"valuePositiveInt", "unsignedInt"},
            {"valueIdentifier", "Identifier"},
            {"valueReference", "Reference"},
            {"valueCodeableConcept", "CodeableConcept"},
            {"valueCoding", "Coding"},
            {"valuePeriod", "Period"},
            {"valueAttachment", "Attachment"}};
        const std::string here = path + "." + std::string{name};
        if (const auto known = values.find(name); known != values.end())
            check(value, known->second, here);
        else if (name != "extension" && !name.starts_with("value"))
            complain(true, "structure", here, "Invalid additional property \"" + std::string{name} + "\"");
    }

    template <class List>
    void reference(json::Value value, const List& targets, const std::string& path) {
        check(value, "Reference", path);
        const std::string_view target = value["reference"].text_or("");
        if (target.empty() || target.starts_with('#') || target.starts_with("urn:"))
            return;
        const auto parts = split(target, '/');
        if (parts.size() < 2 || parts.back().empty() || !holds(targets, parts[parts.size() - 2]))
            complain(false, "value", path, "Invalid reference");
    }

    void primitive(json::Value value, std::string_view type, const std::string& path) {
        if (type == "boolean") {
            expect(value, Kind::boolean, path);
            return;
        }
        if (type == "integer" || type == "unsignedInt") {
            if (expect(value, Kind::number, path) &&
                (!value.integer() || (type == "unsignedInt" && *value.integer() < 0)))
                complain(true, "value", path, "Invalid integer");
            return;
        }
        if (expect(value, Kind::text, path) && !fits(*value.text(), type))
            complain(type != "status" && type != "priority" && type != "dateTime", "value", path,
                     "Invalid " + std::string{type} + " format");
    }

    static bool fits(std::string_view text, std::string_view type) {
        if (type == "status")
            return holds(status_codes, text);
        if (type == "priority")
            return holds(priorities, text);
        if (type == "dateTime")
            return is_date(text) || is_instant(text);
        if (type == "instant")
            return is_instant(text);
        if (type == "id")
            return text.size() <= 64 &&
                   text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789-.") == std::string_view::npos;
        if (type == "code")
            return text.front() != ' ' && text.back() != ' ' && text.find("  ") == std::string_view::npos;
        if (type == "uri")
            return text.find_first_of(" \t\r\n") == std::string_view::npos;
        if (type == "base64Binary")
            return decode_base64(text).has_value();
        return true;
    }

    Issues& issues_;
};

} // namespace

std::vector<Issue> check_json(json::Value resource, std::string_view type) {
    Issues issues;
    if (!resource.is_object())
        return {{true, "structure", std::string{type}, "The body is no resource"}};
    if (resource["resourceType"].text_or("") != type)
        issues.push_back({true, "structure", "resourceType", "Incorrect resource type"});
    check_any(resource, std::string{type}, issues);
    return issues;
}

std::vector<Issue> check_communication(json::Value resource) {
    Issues issues = check_json(resource, "Communication");
    if (issues.empty())
        Checker(issues).check(resource, "Communication", "Communication");
    return issues;
}

} // namespace efaxd::sandbox
