#include "sandbox/oracle.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "sandbox/communications.hpp"

#include <algorithm>
#include <set>

namespace efaxd::sandbox {

namespace {

/// The fax id of an inbound Communication; empty for any other.
std::string fax_id_of(json::Value communication) {
    const auto ids = is_outbound(communication) ? std::vector<std::string>{} : fax_ids_of(communication);
    return ids.empty() ? std::string{} : ids.front();
}

void collect_binaries(const std::string& text, std::set<std::string>& ids) {
    const auto document = json::Document::parse(text);
    const json::Value payload = document.root()["payload"];
    for (std::size_t i = 0; i < payload.size(); ++i)
        ids.insert(binary_id(payload.at(i)["contentAttachment"]["url"].text_or("")));
}

} // namespace

std::string Oracle::digest(const FaxRecord& fax, DocumentKind kind) const {
    const std::string key = fax.id + (kind == DocumentKind::pdf ? ".pdf" : ".tiff") + fax.plan.text;
    const std::lock_guard lock(mutex_);
    std::string& known = digests_[key];
    if (known.empty())
        known = FaxDocument(fax.plan, kind).sha256();
    return known;
}

std::string Oracle::complaint_about_document(const FaxRecord& fax, json::Value attachment) const {
    const auto binary = fhir_.read("Binary", binary_id(attachment["url"].text_or("")));
    if (!binary || !binary->content)
        return "its Binary does not exist";
    if (binary->deleted)
        return "its Binary was deleted";
    if (attachment["size"] &&
        attachment["size"].integer() != static_cast<std::int64_t>(binary->content->size))
        return "its attachment's size is not the Binary's";
    if (attachment["contentType"].text_or("") != binary->content_type)
        return "its attachment's type is not the Binary's";
    for (const DocumentKind kind : {DocumentKind::pdf, DocumentKind::tiff})
        if (binary->content->sha256 == digest(fax, kind))
            return binary->content_type == (kind == DocumentKind::pdf ? "application/pdf" : "image/tiff")
                       ? ""
                       : "its Binary has the wrong type";
    if (fax.seen_as_picture && binary->content_type == "application/pdf")
        return binary->content->pdf_pages == fax.plan.pages ? "" : "its PDF has another number of pages";
    return "its bytes are not the fax's";
}

std::string Oracle::complaint(const FaxRecord& fax, json::Value communication) const {
    if (communication["status"].text_or("") != "completed")
        return "its status is not completed";
    if (!has_coding(communication["category"], direction_system, "inbound"))
        return "it is not marked inbound";
    if (!has_coding(communication["medium"], medium_system, "FAXWRIT"))
        return "its medium is not FAXWRIT";
    const auto sent = read_timestamp(communication["sent"].text_or(""));
    if (!sent || sent->instant != std::chrono::floor<std::chrono::seconds>(fax.completed))
        return "it is not dated as the fax";
    if (const auto recipient = efax_.expected_recipient(fax.app, fax.user_id))
        if (communication["recipient"].at(0)["reference"].text_or("") != *recipient ||
            communication["recipient"].size() > 1)
            return "it has another recipient";
    if (communication["payload"].size() != 1)
        return "it has not exactly one document";
    return complaint_about_document(fax, communication["payload"].at(0)["contentAttachment"]);
}

OracleReport Oracle::report() const {
    OracleReport report;
    // The FHIR side is read first: a fax put up meanwhile is missing, never unknown.
    const auto communications = fhir_.all("Communication");
    const auto binaries = fhir_.all("Binary");
    std::map<std::string, std::size_t> copies;
    std::set<std::string> referenced;
    for (const Resource& resource : communications) {
        collect_binaries(resource.created, referenced);
        collect_binaries(resource.text, referenced);
        const auto document = json::Document::parse(resource.created);
        const std::string fax_id = fax_id_of(document.root());
        if (fax_id.empty())
            continue;
        ++report.communications;
        ++copies[lower(fax_id)];
        if (resource.http_updates > 0)
            report.rewritten.push_back(resource.id);
        const auto fax = efax_.find(fax_id);
        const std::string reason = fax ? complaint(*fax, document.root()) : "there is no such fax";
        if (!reason.empty())
            report.wrong.push_back({fax_id, resource.id, reason});
    }
    for (const auto& [fax_id, count] : copies)
        if (count > 1)
            report.twice.push_back(fax_id);
    for (const FaxRecord& fax : efax_.faxes()) {
        ++(fax.impossible ? report.impossible : report.faxes);
        if (!fax.impossible && !copies.contains(lower(fax.id)))
            report.missing.push_back(fax.id);
    }
    for (const Resource& binary : binaries)
        if (!binary.deleted && !referenced.contains(binary.id))
            report.spare_binaries.push_back(binary.id);
    return report;
}

std::string OracleReport::line() const {
    std::string text = std::to_string(faxes) + " faxes at eFax, " + std::to_string(communications) +
                       " Communications, " + std::to_string(missing.size()) + " missing, " +
                       std::to_string(twice.size()) + " double";
    const auto also = [&](std::size_t count, std::string_view what) {
        if (count > 0)
            text += ", " + std::to_string(count) + " " + std::string{what};
    };
    also(wrong.size(), "wrong");
    also(spare_binaries.size(), "spare Binaries");
    also(rewritten.size(), "rewritten");
    also(impossible, "impossible");
    return text;
}

void OracleReport::write(json::Writer& writer, const SendReport* sending) const {
    const auto list = [&](std::string_view name, const std::vector<std::string>& ids) {
        writer.key(name).begin_array();
        for (const std::string& id : ids)
            writer.text(id);
        writer.end_array();
    };
    writer.begin_object().member("clean", clean() && (sending == nullptr || sending->clean()));
    writer.member("faxes", faxes).member("impossible", impossible);
    writer.member("communications", communications);
    list("missing", missing);
    list("double", twice);
    writer.key("wrong").begin_array();
    for (const Wrong& one : wrong) {
        writer.begin_object().member("fax_id", one.fax_id).member("communication", one.communication);
        writer.member("reason", one.reason).end_object();
    }
    writer.end_array();
    list("spare_binaries", spare_binaries);
    list("rewritten", rewritten);
    if (sending != nullptr) {
        writer.key("sending");
        sending->write(writer);
    }
    writer.end_object();
}

} // namespace efaxd::sandbox
