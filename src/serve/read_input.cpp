// The resource that an operation was called with.
#include "serve/fhir_answers.hpp"

#include "json/value.hpp"

#include <algorithm>
#include <cctype>

namespace efaxd::serve {

namespace {

using json::Value;

[[noreturn]] void refuse(std::string_view code, const std::string& text) {
    throw Refusal(400, std::string(code), {}, "send.bad_body", text);
}

std::string with_small_initial(std::string_view type) {
    std::string name(type);
    if (!name.empty())
        name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
    return name;
}

bool blank(std::string_view body) { return body.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string from_parameters(Value parameters, std::string_view type) {
    Value found;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const std::string_view name = parameters.at(i)["name"].text_or("");
        if (name != "resource" && name != type && name != with_small_initial(type))
            continue;
        if (found)
            refuse("invalid", "The Parameters hold more than one " + std::string(type) + ".");
        found = parameters.at(i)["resource"];
        if (!found.is_object() || found["resourceType"].text() != type)
            refuse("invalid", "The Parameters hold something else than a " + std::string(type) + ".");
    }
    if (!found && parameters.size() > 0)
        refuse("required", "The Parameters hold no " + std::string(type) + ".");
    return found ? found.raw() : "{}";
}

} // namespace

std::string read_input(std::string_view body, std::string_view type) {
    if (blank(body))
        return "{}";
    try {
        const auto document = json::Document::parse(body);
        const Value root = document.root();
        if (!root.is_object())
            refuse("structure", "The body is no JSON object.");
        if (root.size() == 0)
            return "{}";
        const std::string_view given = root["resourceType"].text_or("");
        if (given == type)
            return std::string(body);
        if (given != "Parameters")
            refuse("invalid", "The body is no " + std::string(type) + ".");
        return from_parameters(root["parameter"], type);
    } catch (const json::ParseError&) {
        refuse("structure", "The body is no JSON, or is nested too deeply.");
    }
}

} // namespace efaxd::serve
