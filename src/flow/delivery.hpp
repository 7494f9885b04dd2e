// Delivery: carry one fax from stage to stage until nothing is left to do.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/core/entry.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/fax_service.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "efaxd/ports/ledger.hpp"
#include "efaxd/ports/spool.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::flow {

struct DeliverySettings {
    BackoffPolicy retry;
    Duration settle{std::chrono::seconds{60}}; ///< how long an unknown outcome rests before it is looked up
    bool acknowledge = true;
    std::optional<Duration> delete_after;      ///< at the source, after the acknowledgement
    Duration patience{std::chrono::hours{24}}; ///< how long a missing or broken document is fetched again
};

/// Who receives a fax, as references; both may be empty.
struct Recipients {
    std::string owner;    ///< of the mailbox it came in
    std::string fallback; ///< when the owner has vanished
};

/// Makes the id under which the Binary of a fax is put where the server takes ids of ours: the same for the
/// same fax, telling nothing of it to those who lack the key.
using BinaryId = std::function<std::string(const FaxKey&)>;
using RecipientsOf = std::function<Recipients(const Entry&)>;

/// Used by many threads at once, each with a fax of its own.
class Delivery {
  public:
    struct World {
        FaxService& service;
        FhirServer& fhir;
        Ledger& ledger;
        Spool& spool;
        Clock& clock;
    };

    Delivery(World world, DeliverySettings settings, RecipientsOf recipients, BinaryId binary_id);

    /// Carries the fax as far as it will go now and returns how it stands. Each stage is in the ledger before
    /// the next begins, and each step may safely happen twice. A document that the spool keeps in memory is
    /// carried from there past `stored`, and is stored only if it cannot go on at once. A fault is written
    /// beside the stage as a later due time or as a hold. Throws GroundFault only; when stopped it returns
    /// with the entry as it was, no attempt counted.
    Entry carry(Entry entry, std::stop_token stop);

    /// The last fault of a carry, for whoever shows the state of both sides.
    using OnFault = std::function<void(const Entry&, const Fault&)>;
    void on_fault(OnFault tell) { tell_ = std::move(tell); }

  private:
    /// One carry: what it knows beyond the entry.
    struct Trip {
        Entry entry;
        std::stop_token stop;
        std::unique_ptr<SpoolWriter> in_hand{}; ///< has the document in memory, while nothing else does
        bool searched = false; ///< the Communication was looked for, and was not there, within this trip
    };

    void step(Trip& trip);
    void timed(const Trip& trip, std::string_view name, const std::function<void()>& act);
    void bring_in(Trip& trip);
    std::unique_ptr<SpoolWriter> fetch(Trip& trip);
    void keep(Trip& trip, SpoolWriter& document);
    void keep_in_hand(Trip& trip);
    void attach(Trip& trip);
    void deliver(Trip& trip);
    void acknowledge(Trip& trip);
    void remove(Trip& trip);

    bool adopt_existing(Trip& trip);
    std::optional<Match> find_inbound(const Trip& trip);
    std::string upload(Trip& trip);
    std::string upload_from_spool(Trip& trip);
    std::string upload_document(Trip& trip, SpoolReader& document);
    std::string upload_counting_spares(Trip& trip, SpoolReader& document);
    Match create(Trip& trip);
    Match create_for(const Trip& trip, const std::string& recipient);
    void drop_spare(Trip& trip, const Match& match);
    void reach(Trip& trip, Stage stage);
    void reach_delivered(Trip& trip, const std::string& communication_id);

    void put_off(Trip& trip, const Fault& fault);
    /// Both return what the log shall say once it is saved.
    std::function<void()> settle(Entry& entry, const Fault& fault);
    static std::function<void()> hold(Entry& entry, const Fault& fault, bool out_of_patience);
    bool may_go_unacknowledged(const Entry& entry, const Fault& fault) const;
    bool beyond_patience(const Entry& entry, const Fault& fault) const;

    World world_;
    DeliverySettings settings_;
    RecipientsOf recipients_;
    BinaryId binary_id_;
    OnFault tell_;
};

} // namespace efaxd::flow
