// The faxes that the simulated eFax has taken to send.
#pragma once

#include "sandbox/clock.hpp"
#include "sandbox/fate.hpp"
#include "sandbox/options.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace efaxd::sandbox {

struct SentDocument {
    std::string type; ///< as the sender said, such as `PDF`
    std::uint64_t size = 0;
    std::string sha256;                      ///< lower-case hex
    int pages = 0;                           ///< of a PDF, else 0
    bool pdf = false;                        ///< by its first bytes
    std::shared_ptr<const std::string> kept; ///< the bytes, if they are few
};

struct ClientData {
    std::string code{};
    std::string id{};
    std::string matter{};
    std::string name{};
    std::string reference{};
    std::string billing{};
};

struct CoverPage {
    bool wanted = false;
    std::string from_name{};
    std::string subject{};
    std::string message{};
};

struct Destination {
    std::string number; ///< digits with country code
    std::string name{};
    std::string company{};
};

/// What a valid `POST /faxes` asks for.
struct Sending {
    std::vector<Destination> destinations;
    std::vector<SentDocument> documents;
    ClientData client;
    CoverPage cover;
    std::string caller_id{};
};

/// One fax to one number.
struct SentRecord {
    std::string id;
    std::string app;
    std::string user_id;
    std::string transaction_id;
    std::string from_number;
    Destination to;
    std::vector<SentDocument> documents;
    ClientData client;
    CoverPage cover;
    Instant accepted{};
    Instant began{}; ///< its life; later than `accepted` only if it was given another fate
    Instant listed_from{};
    Fate fate; ///< with all durations
    std::optional<Instant> canceled;
    Progress progress; ///< as of the moment it was handed out

    int pages() const;                       ///< of all documents, and of the cover page
    int pages_sent() const;                  ///< as far as it has come
    std::optional<Instant> will_end() const; ///< when it ends, or ended; nothing: never
    const std::string& code() const;         ///< of the end; empty before it and after success
    std::string digests() const;             ///< of all documents, in order
};

struct SentQuery {
    std::optional<SendState> state;
    std::optional<Instant> from; ///< inclusive
    std::optional<Instant> until;
    std::string search_text;
    std::string from_number; ///< digits
    std::string to_number;
    std::string transaction_id;
    std::string error_code;
    std::optional<bool> stored;
    std::optional<std::int64_t> least_pages;
    std::optional<std::int64_t> most_pages;
    std::uint64_t offset = 0;
    std::uint64_t limit = 100;
    ListOrder order = ListOrder::newest;
};

/// The end of one fax, or of the next ones.
struct Script {
    std::string fax_id{};   ///< of this one, which has been taken already; its time begins anew
    std::string number{};   ///< or of the next to this number (any spelling); both empty: of the next of all
    std::int64_t count = 1; ///< how many, if it is for the next ones; below 0: all
    Fate fate{};
};

/// Safe from any thread. Hands out copies, whose `progress` is of that moment.
class SentStore {
  public:
    SentStore(std::uint64_t seed, const SimulatedClock& clock) : seed_(seed), clock_(clock) {}

    void reset();
    /// Who hears of every fax taken; set before anybody else uses the store.
    void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

    /// Takes it, one fax for each destination; gives their ids in the same order.
    std::vector<std::string> take(const std::string& app, const std::string& user_id,
                                  const std::string& from_number, const std::string& transaction_id,
                                  const Sending& sending, const EfaxStyle& style);
    /// An id that no fax has.
    std::string ghost_id();

    std::vector<SentRecord> list(const std::string& app, const std::string& user_id, const SentQuery& query,
                                 const EfaxStyle& style) const;
    /// Only a fax of this user.
    std::optional<SentRecord> find(const std::string& app, std::string_view user_id,
                                   std::string_view id) const;
    std::optional<SentRecord> find(std::string_view id) const;
    /// False if it has ended already, or is none.
    bool cancel(std::string_view id);

    /// Throws BadCall if there is no such fax.
    void script(const Script& script);
    /// The test means to send the same to this number (any spelling) more than once.
    void expect_again(const std::string& number);
    bool is_expected_again(const std::string& digits) const;

    std::vector<SentRecord> all() const; ///< in order of acceptance
    std::size_t size() const;

  private:
    SentRecord shown(const SentRecord& record) const;
    bool is_shown(const SentRecord& fax, const SentQuery& query, const EfaxStyle& style) const;
    Fate next_fate(const std::string& digits);
    const SentRecord* record(std::string_view id) const;

    const std::uint64_t seed_;
    const SimulatedClock& clock_;
    std::function<void()> changed_;
    mutable std::mutex mutex_;
    std::vector<SentRecord> faxes_;
    std::unordered_map<std::string, std::size_t> by_id_; ///< lower case
    std::vector<Script> scripts_;
    std::set<std::string> again_; ///< digits
    std::uint64_t ghosts_ = 0;
    Duration total_{};
};

/// The digits of a number that may be sent to: `1` and ten digits, or `+` and 8 to 15; nothing otherwise.
std::optional<std::string> sendable_digits(std::string_view number);

/// All but the last four digits hidden.
std::string masked(std::string_view digits);

/// As the style spells it.
std::string_view name_of(SendState state, StatusWords words);
/// The state that a list is filtered by; nothing if the style does not understand the word.
std::optional<SendState> send_state_of(std::string_view word, StatusFilter accepted);

} // namespace efaxd::sandbox
