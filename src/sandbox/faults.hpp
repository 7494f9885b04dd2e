// Bad luck by script: what goes wrong at which endpoint, how often, and by which chance.
#pragma once

#include "sandbox/http_server.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/random.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

/// The first three and `reset` happen instead of the work, the last five before it; with all others the work
/// is done and then spoilt, and `late` does it after the client was turned away.
enum class FaultKind {
    status,        ///< `status` with a body in `body` style, and `retry_after` if given
    redirect,      ///< 302 to another host
    hang_up,       ///< closes without having done anything
    delay,         ///< only `delay_ms` before the reply (which every kind can have besides)
    lose_reply,    ///< done, and closed without a byte
    cut,           ///< closes after `bytes` of the body, whose announced length is the whole
    stall,         ///< falls silent after `bytes` of the body
    drip,          ///< `bytes` at a time, every `every_ms`
    wrong_json,    ///< 200 with a body that is no JSON
    wrong_type,    ///< 200 with JSON of another shape (`[]`)
    errors_200,    ///< 200 with an eFax `errors` body
    no_effect,     ///< answers as if done, and is not (efax.patch, efax.delete, efax.cancel)
    other_fax,     ///< the image of another fax, under its own id
    other_bytes,   ///< another document under the right id: no client can see it
    bad_base64,    ///< a foreign character in the middle
    cut_base64,    ///< valid JSON, base64 that ends within a group
    cut_document,  ///< a document without its last bytes
    html_document, ///< an HTML page where the document should be
    empty_image,   ///< `"image": ""`
    no_faxes,      ///< a list without the member `faxes`
    null_faxes,    ///< a list whose `faxes` is null
    status_after,  ///< done, and then answered with `status` all the same
    fewer,         ///< efax.send: takes nothing and says so, `[]`
    double_entry,  ///< efax.send: two entries for one number; only the first one's id is a fax
    reset,         ///< resets the connection without having done anything
    reset_reply,   ///< done, and reset after head and `bytes` of the body
    cut_chunked,   ///< a chunked reply that ends after `bytes`, without its last chunk
    cut_json,      ///< a whole reply of half the body
    empty_page,    ///< a list without any fax
    odd_faxes,     ///< a list whose `faxes` is a text
    hostile_items, ///< a list with faxes besides whose ids are paths, control characters and the like
    cut_reply,     ///< done, and closed after `bytes` of the reply, its head included, before it is whole
    late,          ///< closes at once, and does the work `delay` later
    close,         ///< nothing is wrong but that the connection ends with this reply
    no_token,      ///< efax.tokens: 200 without a token
    blank_token,   ///< efax.tokens: 200 with an empty one
    token_ends,    ///< efax: the token's time is over before this request
    token_taken,   ///< efax: another program signs in before this request
    arrival,       ///< efax: `items` faxes arrive for the user before this request
    rival_reads,   ///< efax: somebody else reads the user's `items` newest unread faxes before this request
    rival_deletes, ///< efax: somebody else deletes as many read ones
};

inline constexpr std::array<std::string_view, 41> fault_kind_names{
    "status",        "redirect",    "hang_up",     "delay",        "lose_reply",   "cut",
    "stall",         "drip",        "wrong_json",  "wrong_type",   "errors_200",   "no_effect",
    "other_fax",     "other_bytes", "bad_base64",  "cut_base64",   "cut_document", "html_document",
    "empty_image",   "no_faxes",    "null_faxes",  "status_after", "fewer",        "double_entry",
    "reset",         "reset_reply", "cut_chunked", "cut_json",     "empty_page",   "odd_faxes",
    "hostile_items", "cut_reply",   "late",        "close",        "no_token",     "blank_token",
    "token_ends",    "token_taken", "arrival",     "rival_reads",  "rival_deletes"};

inline std::string_view name_of(FaultKind kind) {
    return fault_kind_names.at(static_cast<std::size_t>(kind));
}

enum class BodyStyle { efax, gateway, oauth, outcome, html, empty };
inline constexpr std::array<std::string_view, 6> body_style_names{"efax",    "gateway", "oauth",
                                                                  "outcome", "html",    "empty"};

/// Which requests of a connection.
enum class OnConnection {
    any,
    fresh, ///< the first one
    kept,  ///< all others
};
inline constexpr std::array<std::string_view, 3> on_connection_names{"any", "fresh", "kept"};

struct FaultRule {
    /// `efax.tokens`, `efax.list`, `efax.image` … `fhir.create` …, or `efax.any`, `fhir.any`, `any`.
    std::string endpoint{};
    FaultKind kind = FaultKind::status;
    int status = 500;
    BodyStyle body = BodyStyle::gateway;
    std::string retry_after{}; ///< `+N`: the HTTP date N seconds from now by the sandbox's clock
    std::string location = "http://elsewhere.invalid/"; ///< of a redirect
    int items = 1;
    Duration delay{};
    std::uint64_t bytes = 0;
    Duration every{100};
    std::int64_t count = 1; ///< how often it strikes; below 0: for ever
    std::int64_t skip = 0;  ///< how many fitting requests pass first
    double probability = 1; ///< of each fitting request after those
    std::string user_id{};  ///< only this eFax user id
    std::string contains{}; ///< only where the target has this text, e.g. a fax id
    OnConnection connection = OnConnection::any;
};

/// Safe from any thread. The first fitting rule, in order of addition, strikes.
class Faults {
  public:
    explicit Faults(std::uint64_t seed) : dice_(scatter(seed)), seed_(seed) {}

    /// Throws std::invalid_argument if there is no such endpoint. The number serves to remove it.
    int add(FaultRule rule);
    bool remove(int number);
    void clear(); ///< and the chance begins anew

    struct Entry {
        int number = 0;
        FaultRule rule;
        std::int64_t struck = 0;
    };
    std::vector<Entry> all() const; ///< used up ones included

    std::optional<FaultRule> draw(std::string_view endpoint, std::string_view user_id,
                                  std::string_view target, bool first_on_connection = true);

  private:
    mutable std::mutex mutex_;
    std::vector<Entry> rules_;
    int last_ = 0;
    Dice dice_;
    std::uint64_t seed_;
};

/// All endpoints there are.
const std::vector<std::string_view>& endpoint_names();

/// The body and its type for an error, in one of the styles.
HttpResponse error_response(int status, BodyStyle style, std::string_view text = {});

/// One thing wrong with a request, as eFax tells it.
struct BadField {
    std::string element; ///< `fax_number` …; may be empty
    std::string text;
};
/// eFax's `errors` body, one entry for each.
std::string efax_errors(int status, const std::vector<BadField>& fields);

/// Does the work of one request as the faults allow, and writes it in the journal. The work is given the
/// fault that it has to bring about itself, if any, and may complete the entry.
using Work = std::function<HttpResponse(const FaultRule* fault, JournalEntry& entry)>;
HttpResponse attempt(Faults& faults, Journal& journal, const SimulatedClock& clock,
                     const HttpRequest& request, JournalEntry entry, const Work& work);

} // namespace efaxd::sandbox
