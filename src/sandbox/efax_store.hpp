// What the simulated eFax knows: App IDs, user IDs, tokens and faxes.
#pragma once

#include "efaxd/core/instant.hpp"
#include "sandbox/clock.hpp"
#include "sandbox/document.hpp"
#include "sandbox/options.hpp"
#include "sandbox/random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace efaxd::sandbox {

struct NewUser {
    std::string app = "sim-app";
    std::string user_id{};
    std::string number = "13035550123"; ///< the fax number behind it
    /// Reference that the Communications of its faxes must have as recipient; empty: none may be there;
    /// nothing: anything goes.
    std::optional<std::string> recipient{};
};

struct NewFaxes {
    std::string app = "sim-app";
    std::string user_id = "10000001-20000001";
    int count = 1;
    int pages = 1;
    std::uint64_t size = 20'000; ///< bytes of the document
    /// Of the newest one; now, if not given. Each earlier one completed `spread` before the next.
    std::optional<Instant> completed{};
    Duration spread{1000};
    Duration listed_after{}; ///< how long from now until lists show it
    std::string id{};        ///< chosen id, for a count of 1; made up if empty
    std::string text{};      ///< same text, pages and size: same bytes; made up if empty
    std::string from_number = "18005551212";
    std::string to_number{}; ///< the user's number if empty
    std::string tsid = "RIVERSIDE CLINIC";
    bool stored = true; ///< false: NOT_STORED, there is no image
    bool downloaded = false;
    DocumentShape shape = DocumentShape::usual;
    int listed_pages = -1;  ///< what lists say; below 0: the truth
    Duration image_after{}; ///< how long from now until there is an image
};

/// How an image was handed out.
enum class Served { pdf, tiff, pages };

struct FaxRecord {
    std::string id;
    std::string app;
    std::string user_id;
    Instant completed{};
    Instant put{}; ///< when it came here
    Instant listed_from{};
    std::string from_number;
    std::string to_number;
    std::string tsid;
    DocumentPlan plan;
    int listed_pages = 1;
    Instant image_from{};
    bool stored = true;
    bool downloaded = false;
    bool deleted = false;
    bool impossible = false; ///< no client can be blamed for not having it
    std::uint64_t images_sent = 0;
    bool seen_as_picture = false; ///< as TIFF or page by page, as far as it came
};

struct ListQuery {
    std::optional<bool> downloaded;
    std::optional<Instant> from; ///< inclusive
    std::optional<Instant> until;
    std::string search_text;
    std::string from_number; ///< digits
    std::string to_number;
    std::optional<std::int64_t> least_pages;
    std::optional<std::int64_t> most_pages;
    std::uint64_t offset = 0;
    std::uint64_t limit = 100;
    ListOrder order = ListOrder::newest;
};

/// Safe from any thread. Ids of faxes are compared without regard to case.
class EfaxStore {
  public:
    EfaxStore(std::uint64_t seed, const SimulatedClock& clock);

    void reset();

    void add_app(const std::string& app, const std::string& key);
    /// Adds the App ID too if it is new (key `sim-key+/==`). Throws BadCall for an empty user id.
    void add_user(const NewUser& user);
    /// An inactive user id is answered 403.
    bool set_active(const std::string& app, const std::string& user_id, bool active);
    std::vector<NewUser> users() const;

    /// A new token if name and key are right.
    std::optional<std::string> sign_in(const std::string& app, const std::string& key,
                                       const EfaxStyle& style);
    /// What a rival does. Throws BadCall if there is no such App ID.
    std::string take_token(const std::string& app, const EfaxStyle& style);
    /// The last token's time is over.
    void end_token(const std::string& app);
    std::int64_t tokens_issued(const std::string& app) const;
    /// The App ID of a live token.
    std::optional<std::string> app_of(std::string_view token) const;
    bool may_use(const std::string& app, std::string_view user_id) const;

    /// Throws BadCall for an unknown user or a bad or known id. Returns the ids, oldest first.
    std::vector<std::string> put(const NewFaxes& faxes);

    std::vector<FaxRecord> list(const std::string& app, const std::string& user_id, const ListQuery& query);
    /// Only a fax that this user can see.
    std::optional<FaxRecord> find(const std::string& app, std::string_view user_id,
                                  std::string_view id) const;
    std::optional<FaxRecord> find(std::string_view id) const;
    void mark(std::string_view id, bool downloaded);
    void serve(std::string_view id, Served served); ///< an image is about to be sent
    void image_was_sent(std::string_view id);
    /// By the client itself, or by somebody else: then a fax nobody has read yet becomes impossible.
    bool remove(std::string_view id, bool by_client);
    /// Some other fax of the same user, or nothing.
    std::optional<FaxRecord> another(const FaxRecord& fax) const;
    /// Marks all faxes of a user (of all users if empty) as downloaded; how many there were.
    std::size_t download_all(std::string_view user_id);
    /// The newest so many faxes of a user that are (or are not) downloaded; their ids.
    std::vector<std::string> newest(const std::string& app, const std::string& user_id, bool downloaded,
                                    std::size_t most) const;

    std::vector<FaxRecord> faxes() const;
    std::size_t size() const;
    /// Those put up after the first `known`.
    std::vector<FaxRecord> faxes_after(std::size_t known) const;
    /// Who hears of every fax put up; set before anybody else uses the store.
    void on_change(std::function<void()> changed) { changed_ = std::move(changed); }
    /// The fax number behind a user id; empty if there is none.
    std::string fax_number_of(const std::string& app, const std::string& user_id) const;
    /// As given with the user.
    std::optional<std::string> expected_recipient(const std::string& app, const std::string& user_id) const;

  private:
    using Place = std::pair<Instant, std::size_t>; ///< completion and index

    struct User {
        NewUser about;
        bool active = true;
        std::set<Place> all;
        std::set<Place> fresh; ///< not downloaded
    };
    struct App {
        std::string key;
        std::map<std::string, User, std::less<>> users;
        std::string token; ///< the last one
        std::int64_t issued = 0;
    };
    struct Token {
        std::string app;
        Instant ends;
    };

    const User* user(std::string_view app, std::string_view user_id) const;
    std::string issue(const std::string& name, App& app, const EfaxStyle& style);
    std::vector<std::string> put_all(const NewFaxes& faxes);
    void put_one(const NewFaxes& faxes, int index, Instant completed, User& user, const std::string& id);
    const FaxRecord* record(std::string_view id) const;
    FaxRecord* record(std::string_view id);
    void set_downloaded(FaxRecord& fax, bool downloaded);
    bool is_shown(const FaxRecord& fax, const ListQuery& query, Instant now) const;

    const std::uint64_t seed_;
    const SimulatedClock& clock_;
    std::function<void()> changed_;
    mutable std::mutex mutex_;
    std::map<std::string, App, std::less<>> apps_;
    std::unordered_map<std::string, Token> tokens_;
    std::vector<FaxRecord> faxes_;
    std::unordered_map<std::string, std::size_t> by_id_; ///< lower case
    std::uint64_t made_ = 0;                             ///< tokens and shuffles so far
};

} // namespace efaxd::sandbox
