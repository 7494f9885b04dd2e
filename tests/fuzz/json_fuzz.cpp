// JSON as such: reading it, writing it again, and taking it apart in its own spelling.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "fhir/canonical.hpp"
#include "fhir/raw_json.hpp"
#include "json/utf8.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

std::optional<json::Document> parsed(std::string_view text) {
    try {
        return json::Document::parse(text);
    } catch (const json::ParseError&) {
        return std::nullopt;
    }
}

/// Has it a number that is read as a fraction? Those may differ by their last digit, see json::Value.
bool has_fractions(std::string_view json) {
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (in_string && json[at] == '\\')
            ++at;
        else if (json[at] == '"')
            in_string = !in_string;
        else if (!in_string && at > 0 && json[at - 1] >= '0' && json[at - 1] <= '9' &&
                 (json[at] == '.' || json[at] == 'e' || json[at] == 'E'))
            return true;
    }
    return false;
}

void try_text(std::string_view text) {
    const std::string good = json::repaired_utf8(text);
    must(json::is_utf8(good) && (good == text) == json::is_utf8(text), "repaired text is UTF-8");
    json::Writer writer;
    writer.begin_object().member("text", text).end_object();
    const auto written = writer.take();
    const auto document = parsed(written);
    must(document && document->root()["text"].text() == good, "a text comes back as it was written");
    const std::string raw = fhir::raw_text(text);
    const auto again = parsed(raw);
    must(again && again->root().text() == good, "so does one on its own");
}

void try_members(std::string_view text, const json::Value& root) {
    fhir::RawObject object(text);
    const auto same = parsed(object.text());
    must(same && same->root().raw() == root.raw(), "an object keeps its members");
    for (std::size_t i = 0; i < root.size(); ++i) {
        const auto found = object.find(root.name_at(i));
        must(found.has_value(), "every member can be found");
        const auto value = parsed(*found);
        must(value && value->root().raw() == root[root.name_at(i)].raw(), "a member has its own value");
    }
    object.set("new", "1");
    object.remove("old");
    const auto edited = parsed(object.text());
    must(edited && edited->root()["new"].integer() == 1 && !edited->root()["old"], "an object can be edited");
}

void try_document(std::string_view text) {
    const auto document = parsed(text);
    if (!document)
        return;
    const auto root = document->root();
    const std::string raw = root.raw();
    const auto again = parsed(raw);
    must(again.has_value(), "JSON that was written can be read");
    if (has_fractions(raw))
        return;
    must(again->root().raw() == raw, "and says the same");
    if (json::is_utf8(text)) { // else names are sorted by bytes that are then repaired
        const std::string canonical = fhir::canonical(root);
        const auto sorted = parsed(canonical);
        must(sorted && fhir::canonical(sorted->root()) == canonical, "the canonical form is its own");
    }
    if (root.is_object() && root.size() <= 20)
        try_members(text, root);
    if (root.is_array())
        must(fhir::raw_elements(text).size() == root.size(), "an array keeps its elements");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto text = fuzz::text_of(bytes, size);
    try_text(text);
    try_document(text);
    return 0;
}
