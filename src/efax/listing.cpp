#include "efax/listing.hpp"

#include <unordered_set>
#include <utility>

namespace efaxd::efax {

namespace {

constexpr std::size_t most_pages = 100;
constexpr std::size_t most_faxes = most_pages * page_items;
constexpr std::size_t most_unparsed = 8u << 20; // bytes
/// Stands for "no such page" among the fingerprints, so that a page appearing there is noticed.
constexpr std::uint64_t end_mark = 1;

class ListingReader {
  public:
    ListingReader(const ReadPage& read_page, const Pages& settled)
        : read_page_(read_page), settled_(settled), same_(!settled.empty() && settled.size() <= most_pages) {}

    ReadListing read() {
        bool more = true;
        while (more && pages().size() < most_pages)
            more = next_page();
        if (more)
            result_.listing.cut = true;
        if (result_.listing.cut || overlong_)
            pages().clear();
        return std::move(result_);
    }

  private:
    Pages& pages() { return result_.listing.pages; }

    /// False at the end.
    bool next_page() {
        std::optional<std::string> body = read_page_(offset_);
        pages().push_back(body ? fingerprint(*body) : end_mark);
        same_ = same_ && pages().back() == settled_[pages().size() - 1];
        if (same_ && pages().size() == settled_.size()) {
            result_.listing.unchanged = true;
            return false;
        }
        if (same_ && body && unparsed_bytes_ + body->size() <= most_unparsed) {
            unparsed_bytes_ += body->size();
            unparsed_.push_back(std::move(*body));
            offset_ += page_items;
            return true;
        }
        same_ = false;
        take_unparsed();
        return body && take(*body);
    }

    void take_unparsed() {
        if (unparsed_.empty())
            return;
        offset_ = 0;
        for (const std::string& body : std::exchange(unparsed_, {}))
            take(body);
    }

    /// False after the last page.
    bool take(std::string_view body) {
        ListPage page = read_list_page(body);
        result_.listing.unreadable += page.unreadable;
        result_.odd_timestamps += page.odd_timestamps;
        result_.missing_zones += page.missing_zones;
        bool news = false;
        for (Fax& fax : page.faxes) {
            if (!seen_.insert(fax.id).second)
                continue;
            news = true;
            result_.listing.faxes.push_back(std::move(fax));
        }
        ++taken_;
        offset_ += page.items;
        overlong_ = overlong_ || page.items > page_items;
        if (page.items < page_items)
            return false;
        if ((!news && taken_ > 1) || result_.listing.faxes.size() >= most_faxes) {
            result_.listing.cut = true;
            return false;
        }
        return true;
    }

    const ReadPage& read_page_;
    const Pages& settled_;
    bool same_;
    bool overlong_ = false;
    std::size_t offset_ = 0;
    std::size_t taken_ = 0;
    std::vector<std::string> unparsed_;
    std::size_t unparsed_bytes_ = 0;
    std::unordered_set<std::string> seen_;
    ReadListing result_;
};

} // namespace

ReadListing read_listing(const ReadPage& read_page, const Pages& settled) {
    return ListingReader(read_page, settled).read();
}

} // namespace efaxd::efax
