// Sending: carry the transmissions of one Communication from stage to stage until each has an outcome and the
// Communication tells it.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/outbound.hpp"
#include "efaxd/core/transmission.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/converter.hpp"
#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/outbound_fhir.hpp"
#include "efaxd/ports/outbox.hpp"
#include "efaxd/ports/spool.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::flow {

struct SendingSettings {
    bool live = false; ///< false: nothing is submitted
    BackoffPolicy retry;
    Duration settle{std::chrono::seconds{60}}; ///< how long an unknown outcome rests before it is looked up
    Duration look{std::chrono::minutes{30}};   ///< looked for so long, then held
    Duration deadline{std::chrono::hours{24}}; ///< not taken until then, while live: failed
    Duration follow{std::chrono::seconds{30}}; ///< between two looks at a fax under way, at first
    Duration give_up{std::chrono::hours{24 * 7}}; ///< without an outcome after so long: failed
    int retries = 0;                              ///< new rounds after an outcome that allows one
    Duration retry_after{std::chrono::minutes{15}};
    DestinationLimits limits;
    bool cover_page = false;
    std::uint64_t document_bytes = 74'000'000; ///< all documents of a fax: eFax takes 100 MB in base64
    std::string installation;                  ///< whose claim is ours
    /// The ledger was put back from a copy: the life that it lost may have begun any round.
    bool restored = false;
};

/// A keyed digest in hex that tells nothing of the text to those who lack the key.
using Digest = std::function<std::string(std::string_view)>;

/// Used by many threads at once, each with a Communication of its own.
class Sending {
  public:
    struct World {
        FaxSender& sender;
        OutboundFhir& fhir;
        Outbox& outbox;
        Spool& spool;
        Converter& converter;
        Clock& clock;
    };

    Sending(World world, SendingSettings settings, Digest digest);

    /// Claims the Communication: a row for each recipient, in the ledger when this returns. If it was claimed
    /// before, by whatever way it came, nothing is done. One that is on no server yet is filed there first.
    /// Returns its rows as they stand. Throws Fault, Stopped, GroundFault, and Refusal if somebody else has
    /// sent it
    /// (`send.sent_already`) or will (`send.claimed_elsewhere`).
    std::vector<Transmission> accept(const std::string& project, const OutboundCommunication& communication,
                                     std::stop_token stop);

    /// Carries every row of the Communication that is due as far as it will go now, then tells the
    /// Communication, and returns how they stand. What is submitted is in the ledger as `submitting` before
    /// the POST, and what is found there later is looked for at the service and never submitted again. A
    /// fault is written beside the stage as a later due time or as a hold. Throws GroundFault only; when
    /// stopped it returns with the rows as they were. `eager`: faxes that eFax has
    /// are looked at before their time as well.
    std::vector<Transmission> carry(const OutboundKey& key, std::stop_token stop, bool eager = false);

    /// Every fault of a carry, for whoever shows the state of both sides.
    using OnFault = std::function<void(const Fault&)>;
    void on_fault(OnFault tell) { tell_ = std::move(tell); }

  private:
    /// One carry.
    struct Trip {
        std::vector<Transmission> rows;
        std::stop_token stop;
        std::optional<OutboundCommunication> communication; ///< as read within this trip
    };

    void claim(const std::string& id, const OutboundCommunication& communication,
               const std::stop_token& stop);
    std::vector<Transmission> first_rows(const OutboundKey& key,
                                         const OutboundCommunication& communication) const;
    void carry_row(Trip& trip, Transmission& row);
    void save(const Transmission& row);
    bool may_step(const Transmission& row) const;
    void step(Trip& trip, Transmission& row);
    void prepare(Trip& trip, Transmission& row);
    void submit(Trip& trip, Transmission& row);
    void hand_over(Trip& trip, Transmission& row, const std::vector<std::unique_ptr<SpoolReader>>& documents);
    void look(Trip& trip, Transmission& row);
    bool find(const Trip& trip, Transmission& row, Instant telling);
    void follow(Trip& trip, Transmission& row);
    void ask_to_cancel(Trip& trip, Transmission& row);
    static void set_status(Transmission& row, const char* status);
    static constexpr auto mode_hold = "send.mode_hold"; ///< the reason of a row that waits for `live`

    const OutboundCommunication& communication(Trip& trip, Transmission& row);
    void fetch_documents(Trip& trip, Transmission& row);
    Document fetch_document(const Transmission& row, const OutboundDocument& document, std::size_t position,
                            const std::stop_token& stop);
    Document convert(const FaxKey& key, const Document& picture, const std::stop_token& stop);
    std::string payload_of(const OutboundCommunication& communication) const;
    const char* obstacle_to(const Trip& trip, const OutboundCommunication& current) const;
    std::vector<std::unique_ptr<SpoolReader>> open_documents(const Transmission& row);
    std::string reference(const Transmission& row) const;
    void set_number(Transmission& row, const std::string& number) const;

    void reach(Transmission& row, SendStage stage) const;
    void rest(Transmission& row, const char* reason, Duration wait) const;
    void hold(Transmission& row, const std::string& reason) const;
    void drop_documents(const Transmission& row);
    void end(Transmission& row, SendOutcome outcome, const std::string& reason);
    bool try_again(Transmission& row, const SendStatus& status) const;
    void put_off(Transmission& row, const Fault& fault); ///< and saves it
    std::optional<Duration> postpone(Transmission& row, const Fault& fault, bool unknown);
    Duration wait_for(const Transmission& row, const Fault& fault) const;
    Duration next_look_at(const Transmission& row) const;

    void tell(Trip& trip);
    void tell_communication(Trip& trip);
    Duration tell_later(Transmission& row, const Fault& fault);
    void told(Trip& trip, bool gone);

    World world_;
    SendingSettings settings_;
    Digest digest_;
    OnFault tell_;
};

} // namespace efaxd::flow
