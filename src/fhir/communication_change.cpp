#include "fhir/communication_change.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/canonical.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/raw_json.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace efaxd::fhir {

namespace {

using Edits = std::vector<Edit>;
using Kind = Edit::Kind;

std::string identifier(std::string_view system, std::string_view value) {
    json::Writer out;
    out.begin_object().member("system", system).member("value", value).end_object();
    return out.take();
}

bool is_claim(std::string_view raw_identifier) {
    return json::Document::parse(raw_identifier).root()["system"].text_or("") == claim_system;
}

/// Edits that add identifiers and, with `unclaim`, take claims away.
void edit_identifiers(Edits& edits, const std::string& body, const std::vector<std::string>& added,
                      bool unclaim) {
    const RawObject resource(body);
    const auto old = raw_elements(resource.find("identifier").value_or(""));
    std::vector<std::string> list;
    for (const auto element : old)
        if (!unclaim || !is_claim(element))
            list.emplace_back(element);
    const bool shorter = list.size() < old.size();
    if (!shorter && !old.empty()) {
        for (const auto& one : added)
            edits.push_back({Kind::append, "identifier", one});
        return;
    }
    list.insert(list.end(), added.begin(), added.end());
    if (!list.empty() && (shorter || !added.empty()))
        edits.push_back({Kind::set, "identifier", raw_array(list)});
    else if (shorter)
        edits.push_back({Kind::remove, "identifier"});
}

void edit_time(Edits& edits, const char* member, const std::optional<Instant>& known,
               const std::optional<Instant>& wanted) {
    if (wanted && !(known && fhir_timestamp(*known) == fhir_timestamp(*wanted)))
        edits.push_back({Kind::set, member, raw_text(fhir_timestamp(*wanted))});
}

/// With our own text in `display` where the text of the whole is staff's: that tells it from ours later.
std::string result_coding(std::string_view code, std::string_view display) {
    json::Writer out;
    out.begin_object().member("system", result_system).member("code", code);
    if (!display.empty())
        out.member("display", display);
    out.end_object();
    return out.take();
}

/// A statusReason, which staff may have written before us or may share with us.
class StatusReason {
  public:
    explicit StatusReason(std::string_view raw) : reason_(raw) {
        bool displays = false;
        for (const auto element : raw_elements(reason_.find("coding").value_or(""))) {
            const auto coding = json::Document::parse(element);
            if (coding.root()["system"].text_or("") != result_system) {
                others_.emplace_back(element);
                continue;
            }
            if (!place_)
                place_ = others_.size();
            displays = displays || coding.root()["display"];
        }
        text_is_ours_ = !reason_.find("text") || (place_ && !displays);
    }

    bool has_ours() const { return place_.has_value(); }

    void put(const std::string& code, const std::string& text) {
        auto codings = others_;
        const auto at = static_cast<std::ptrdiff_t>(place_.value_or(others_.size()));
        const auto beside = text.empty() ? code : text;
        codings.insert(codings.begin() + at, result_coding(code, text_is_ours_ ? "" : beside));
        reason_.set("coding", raw_array(codings));
        put_text(text.empty() ? std::string() : raw_text(text));
    }

    void take_away() {
        if (others_.empty())
            reason_.remove("coding");
        else
            reason_.set("coding", raw_array(others_));
        put_text({});
    }

    std::string text() const { return reason_.text(); }

  private:
    void put_text(std::string raw) {
        if (text_is_ours_ && raw.empty())
            reason_.remove("text");
        else if (text_is_ours_)
            reason_.set("text", std::move(raw));
    }

    RawObject reason_;
    std::vector<std::string> others_;
    std::optional<std::size_t> place_; ///< of our coding among the others
    bool text_is_ours_ = true;         ///< or nobody's
};

void edit_reason(Edits& edits, const CommunicationStanding& known, const CommunicationChange& change) {
    if (!change.reason_code)
        return;
    const RawObject resource(known.body);
    auto old = resource.find("statusReason").value_or("{}");
    if (!json::Document::parse(old).root().is_object())
        old = "{}";
    StatusReason reason(old);
    if (!change.reason_code->empty())
        reason.put(*change.reason_code, change.reason_text);
    else if (reason.has_ours())
        reason.take_away();
    else
        return;
    const auto text = reason.text();
    const auto same = [](std::string_view one, std::string_view other) {
        return canonical(json::Document::parse(one).root()) == canonical(json::Document::parse(other).root());
    };
    if (text == "{}")
        edits.push_back({Kind::remove, "statusReason"});
    else if (!same(text, old))
        edits.push_back({Kind::set, "statusReason", text});
}

void write_operation(json::Writer& out, const char* operation, const std::string& path,
                     std::string_view value) {
    out.begin_object().member("op", operation).member("path", path);
    if (!value.empty())
        out.key("value").raw(value);
    out.end_object();
}

} // namespace

Edits edits_for(const CommunicationStanding& known, const CommunicationChange& change) {
    Edits edits;
    std::vector<std::string> added;
    std::vector<std::string> there = known.fax_ids;
    for (const auto& id : change.fax_ids) {
        const auto is_there = std::any_of(there.begin(), there.end(),
                                          [&](const std::string& one) { return same_text(one, id); });
        if (is_there)
            continue;
        there.push_back(id);
        added.push_back(identifier(efax_system, id));
    }
    edit_identifiers(edits, known.body, added, change.unclaim);
    if (change.status && *change.status != known.status)
        edits.push_back({Kind::set, "status", raw_text(*change.status)});
    edit_reason(edits, known, change);
    edit_time(edits, "sent", known.sent, change.sent);
    edit_time(edits, "received", known.received, change.received);
    return edits;
}

Edits edits_for_claim(const CommunicationStanding& known, const std::string& installation) {
    Edits edits;
    edit_identifiers(edits, known.body, {identifier(claim_system, installation)}, false);
    return edits;
}

Edits edits_for_submission(const CommunicationStanding& known, const std::string& digest) {
    Edits edits;
    edit_identifiers(edits, known.body, {identifier(submission_system, digest)}, false);
    return edits;
}

std::string json_patch(const std::string& body, const Edits& edits, bool guarded) {
    const RawObject resource(body);
    json::Writer out;
    out.begin_array();
    std::string tested;
    for (const auto& [kind, member, value] : edits) {
        const std::string path = "/" + member;
        const auto old = resource.find(member);
        if (guarded && old && tested != member)
            write_operation(out, "test", path, *old);
        tested = member;
        if (kind == Kind::append)
            write_operation(out, "add", path + "/-", value);
        else if (kind == Kind::remove)
            write_operation(out, "remove", path, {});
        else
            write_operation(out, old ? "replace" : "add", path, value);
    }
    out.end_array();
    return out.take();
}

std::string edited(const std::string& body, const Edits& edits) {
    RawObject resource(body);
    for (const auto& [kind, member, value] : edits) {
        if (kind == Kind::remove) {
            resource.remove(member);
        } else if (kind == Kind::set) {
            resource.set(member, value);
        } else {
            const auto old = raw_elements(resource.find(member).value_or(""));
            std::vector<std::string> list(old.begin(), old.end());
            list.push_back(value);
            resource.set(member, raw_array(list));
        }
    }
    return resource.text();
}

} // namespace efaxd::fhir
