#include "sandbox/send_oracle.hpp"

#include "efaxd/core/communication.hpp"
#include "sandbox/communications.hpp"
#include "sandbox/pictures.hpp"
#include "sandbox/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace efaxd::sandbox {

namespace {

bool failed(const SentRecord& fax) {
    return fax.progress.state == SendState::error || fax.progress.state == SendState::canceled;
}

/// Of a document that had to be converted; 0: not known.
int pages_of(const Resource& binary) {
    if (binary.content_type == "image/jpeg" || binary.content_type == "image/png")
        return 1;
    return binary.content_type == "image/tiff" ? count_tiff_pages(binary.content->kept) : 0;
}

/// An outbound Communication and the faxes whose ids it has.
struct Filed {
    const Resource* resource = nullptr;
    json::Document body;
    std::vector<const SentRecord*> faxes;
};

class Judge {
  public:
    Judge(const SentStore& sent, const FhirStore& fhir) : sent_(sent), fhir_(fhir) {}

    SendReport report() {
        communications_ = fhir_.all("Communication");
        faxes_ = sent_.all(); // later: a fax taken meanwhile is unfiled, never unknown
        for (const SentRecord& fax : faxes_)
            by_id_[lower(fax.id)] = &fax;
        for (const Resource& resource : communications_)
            file(resource);
        for (const Filed& filed : filed_)
            judge(filed);
        for (const SentRecord& fax : faxes_)
            count(fax);
        find_twice();
        return std::move(report_);
    }

  private:
    void complain(const std::string& fax_id, const Filed& filed, std::string reason) {
        report_.wrong.push_back({fax_id, filed.resource->id, std::move(reason)});
    }

    void file(const Resource& resource) {
        auto document = json::Document::parse(resource.text);
        if (!is_outbound(document.root()))
            return;
        report_.needless_writes += static_cast<std::size_t>(resource.needless_updates);
        Filed filed{&resource, std::move(document), {}};
        for (const std::string& id : fax_ids_of(filed.body.root())) {
            const auto found = by_id_.find(lower(id));
            if (found == by_id_.end()) {
                complain(id, filed, "there is no such fax");
                continue;
            }
            if (holders_[found->first]++ > 0)
                complain(id, filed, "another Communication has its id too");
            homes_[found->first] = resource.id;
            filed.faxes.push_back(found->second);
        }
        if (!filed.faxes.empty())
            filed_.push_back(std::move(filed));
    }

    void judge(const Filed& filed) {
        const json::Value body = filed.body.root();
        if (body["sent"].text_or("").empty())
            complain(filed.faxes.front()->id, filed, "it is not dated");
        const auto numbers = numbers_of(fhir_, body);
        for (const SentRecord* fax : filed.faxes) {
            if (!numbers.contains(fax->to.number))
                complain(fax->id, filed, "it went to a number that no recipient has");
            if (const auto reason = complaint_about_documents(*fax, filed); !reason.empty())
                complain(fax->id, filed, reason);
        }
        judge_status(filed, std::string{body["status"].text_or("")});
    }

    /// Against the first version: what people do to the payload later is their right.
    std::string complaint_about_documents(const SentRecord& fax, const Filed& filed) const {
        const auto created = json::Document::parse(filed.resource->created);
        const auto wanted = contents_of(fhir_, created.root());
        if (!wanted)
            return {}; // inline or foreign documents: nothing to compare with
        if (wanted->size() != fax.documents.size())
            return "it has another number of documents";
        for (std::size_t i = 0; i < wanted->size(); ++i) {
            const Resource& binary = (*wanted)[i];
            if (!fax.documents[i].pdf)
                return "a document of it is no PDF";
            const int pages = pages_of(binary);
            if (pages > 0 && pages != fax.documents[i].pages)
                return "its pages are not as many as the document's";
            if (binary.content_type == "application/pdf" && binary.content->sha256 != fax.documents[i].sha256)
                return "its bytes are not the document's";
        }
        return {};
    }

    void judge_status(const Filed& filed, const std::string& status) {
        std::map<std::string, SendState> ends; ///< of each number: the best one
        bool all_ended = true;
        for (const SentRecord* fax : filed.faxes) {
            const SendState state = fax->progress.state;
            all_ended = all_ended && is_final(state);
            const auto [end, fresh] = ends.try_emplace(fax->to.number, state);
            if (!fresh && state == SendState::complete)
                end->second = state;
        }
        const bool reached = std::all_of(ends.begin(), ends.end(),
                                         [](const auto& end) { return end.second == SendState::complete; });
        const bool over = status == "completed" || status == "stopped";
        if (!over && all_ended)
            for (const SentRecord* fax : filed.faxes)
                report_.untold.push_back(fax->id);
        if (status == "completed" && !reached)
            complain(filed.faxes.front()->id, filed, "it is completed, and a number was not reached");
        if (status == "stopped" && reached && all_ended)
            complain(filed.faxes.front()->id, filed, "it is stopped, and every number was reached");
    }

    void count(const SentRecord& fax) {
        ++report_.accepted;
        const SendState state = fax.progress.state;
        ++(state == SendState::complete   ? report_.completed
           : state == SendState::error    ? report_.failed
           : state == SendState::canceled ? report_.canceled
                                          : report_.open);
        const auto home = homes_.find(lower(fax.id));
        if (home == homes_.end())
            report_.unfiled.push_back(fax.id);
        SendReport::Line line{fax.id, fax.client.reference, masked(fax.to.number), {}, fax.code(), {}, {},
                              {}};
        line.status = name_of(state, StatusWords::spaced);
        line.pages = fax.pages_sent();
        for (const SentDocument& document : fax.documents)
            line.documents.push_back(document.sha256);
        line.communication = home == homes_.end() ? "" : home->second;
        report_.faxes.push_back(std::move(line));
    }

    void find_twice() {
        std::map<std::string, std::vector<std::string>> by_reference;
        std::map<std::string, std::vector<std::string>> by_documents;
        for (const SentRecord& fax : faxes_) {
            if (sent_.is_expected_again(fax.to.number))
                continue;
            const std::string to = fax.app + '\n' + fax.to.number + '\n';
            if (!fax.client.reference.empty())
                by_reference[to + fax.client.reference].push_back(fax.id);
            if (!failed(fax))
                by_documents[to + fax.digests()].push_back(fax.id);
        }
        for (auto& [key, ids] : by_reference)
            if (ids.size() > 1)
                report_.sent_twice.push_back({"reference", std::move(ids)});
        for (auto& [key, ids] : by_documents)
            if (ids.size() > 1)
                report_.sent_twice.push_back({"documents", std::move(ids)});
    }

    const SentStore& sent_;
    const FhirStore& fhir_;
    std::vector<Resource> communications_;
    std::vector<SentRecord> faxes_;
    std::map<std::string, const SentRecord*> by_id_;
    std::map<std::string, std::size_t> holders_; ///< Communications by fax id
    std::map<std::string, std::string> homes_;   ///< the last of them
    std::vector<Filed> filed_;
    SendReport report_;
};

void write_list(json::Writer& writer, std::string_view name, const std::vector<std::string>& texts) {
    writer.key(name).begin_array();
    for (const std::string& text : texts)
        writer.text(text);
    writer.end_array();
}

} // namespace

SendReport judge_sending(const SentStore& sent, const FhirStore& fhir) { return Judge(sent, fhir).report(); }

std::string SendReport::line() const {
    std::string text = std::to_string(accepted) + " faxes sent: " + std::to_string(completed) +
                       " completed, " + std::to_string(failed) + " failed, " + std::to_string(open) +
                       " open, " + std::to_string(sent_twice.size()) + " twice";
    const auto also = [&](std::size_t count, std::string_view what) {
        if (count > 0)
            text += ", " + std::to_string(count) + " " + std::string{what};
    };
    also(canceled, "cancelled");
    also(unfiled.size(), "unfiled");
    also(untold.size(), "untold");
    also(wrong.size(), "wrong");
    also(needless_writes, "needless writes");
    return text;
}

void SendReport::write(json::Writer& writer) const {
    writer.begin_object().member("clean", clean()).member("accepted", accepted);
    writer.member("completed", completed).member("failed", failed).member("canceled", canceled);
    writer.member("open", open).member("needless_writes", needless_writes);
    writer.key("sent_twice").begin_array();
    for (const auto& [reason, ids] : sent_twice) {
        writer.begin_object().member("reason", reason);
        write_list(writer, "fax_ids", ids);
        writer.end_object();
    }
    writer.end_array();
    write_list(writer, "unfiled", unfiled);
    write_list(writer, "untold", untold);
    writer.key("wrong").begin_array();
    for (const Wrong& one : wrong) {
        writer.begin_object().member("fax_id", one.fax_id).member("communication", one.communication);
        writer.member("reason", one.reason).end_object();
    }
    writer.end_array().key("faxes").begin_array();
    for (const Line& fax : faxes) {
        writer.begin_object().member("fax_id", fax.fax_id).member("reference", fax.reference);
        writer.member("number", fax.number).member("status", fax.status).member("code", fax.code);
        writer.member("pages_sent", fax.pages).member("communication", fax.communication);
        write_list(writer, "documents", fax.documents);
        writer.end_object();
    }
    writer.end_array().end_object();
}

} // namespace efaxd::sandbox
