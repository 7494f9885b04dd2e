// A fax service in memory that plays a script and keeps a diary.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/fax_service.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace efaxd::fakes {

/// Faxes by user ID, newest first in every list. Reading a document marks its fax downloaded, even when it
/// fails.
class FakeEfax : public FaxService {
  public:
    struct Kept {
        Fax fax;
        std::string document;
        bool listed = true;
        bool acknowledged = false;
    };

    static std::string pdf(const std::string& text) { return "%PDF-1.4\n" + text + "\n%%EOF\n"; }

    Fax& put(const std::string& user_id, const std::string& fax_id, Instant completed) {
        const std::lock_guard lock(mutex_);
        Fax fax;
        fax.id = fax.listed_id = fax_id;
        fax.completed = completed;
        fax.from_number = "15551230000";
        fax.to_number = "15551239999";
        fax.pages = 1;
        auto& box = boxes_[user_id];
        box.push_front({.fax = fax, .document = pdf("fax " + fax_id)});
        return box.front().fax;
    }

    Kept& kept(const std::string& user_id, const std::string& fax_id) {
        const auto found = find(user_id, fax_id);
        if (!found)
            throw std::logic_error("the test asks for a fax it never put");
        return *found;
    }

    void erase(const std::string& user_id, const std::string& fax_id) {
        std::erase_if(boxes_[user_id], [&](const Kept& kept) { return kept.fax.id == fax_id; });
    }

    std::size_t count(const std::string& verb) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(diary, [&](const std::string& line) { return line.starts_with(verb); }));
    }

    Listing list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                 std::stop_token) override {
        const std::lock_guard lock(mutex_);
        diary.push_back(pass == ListPass::unread ? "list unread" : "list window");
        if (on_call)
            on_call(diary.back());
        Listing listing;
        std::string body;
        for (const Kept& kept : boxes_[mailbox.user_id]) {
            if (!kept.listed)
                continue;
            const bool wanted = pass == ListPass::unread
                                    ? !kept.fax.downloaded
                                    : !kept.fax.completed || *kept.fax.completed >= since;
            if (!wanted)
                continue;
            listing.faxes.push_back(kept.fax);
            body += kept.fax.id + (kept.fax.downloaded ? "+" : "-");
        }
        listing.pages = {std::hash<std::string>{}(body)};
        listing.cut = cut;
        listing.unreadable = pass == ListPass::window ? unreadable : 0;
        if (listing.pages == settled) {
            listing.unchanged = true;
            listing.faxes.clear();
        }
        return listing;
    }

    void fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
               std::stop_token) override {
        std::string document;
        {
            const std::lock_guard lock(mutex_);
            diary.push_back("fetch " + fax.id);
            const auto kept = find(user_id, fax.id);
            if (kept)
                kept->fax.downloaded = true;
            if (on_call)
                on_call(diary.back());
            if (!kept)
                throw Fault(Fault::Kind::passing, "efax.image_missing");
            document = kept->document;
        }
        for (std::size_t at = 0; at < document.size(); at += 7)
            sink(std::string_view(document).substr(at, 7));
    }

    void acknowledge(const std::string& user_id, const Fax& fax, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        diary.push_back("acknowledge " + fax.id);
        if (on_call)
            on_call(diary.back());
        if (const auto kept = find(user_id, fax.id))
            kept->fax.downloaded = kept->acknowledged = true;
    }

    void remove(const std::string& user_id, const Fax& fax, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        diary.push_back("remove " + fax.id);
        if (on_call)
            on_call(diary.back());
        erase(user_id, fax.id);
    }

    std::vector<std::string> diary;
    std::function<void(const std::string& call)> on_call; ///< may throw a Fault, or change what is kept
    bool cut = false;
    int unreadable = 0; ///< items of the window pass without a usable id

  private:
    Kept* find(const std::string& user_id, const std::string& fax_id) {
        for (Kept& kept : boxes_[user_id])
            if (kept.fax.id == fax_id)
                return &kept;
        return nullptr;
    }

    std::mutex mutex_;
    std::map<std::string, std::deque<Kept>> boxes_;
};

} // namespace efaxd::fakes
