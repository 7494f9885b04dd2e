// The whole simulated world: an eFax service, a FHIR server and a control API, each on a port of loopback.
#pragma once

#include "sandbox/clock.hpp"
#include "sandbox/efax_service.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/fhir_service.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/oracle.hpp"
#include "sandbox/outbound.hpp"
#include "sandbox/send_oracle.hpp"
#include "sandbox/webhooks.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace efaxd::sandbox {

struct Options {
    std::uint64_t seed = 1; ///< same seed and same calls: same ids and bytes
    int efax_port = 0;      ///< 0: chosen by the system
    int fhir_port = 0;
    int control_port = 0;
};

/// Somebody at the FHIR server who has an eFax user id.
struct NewOwner {
    std::string type = "Organization"; ///< or `Practitioner`
    std::string id{};
    std::string name{};    ///< made up from the id if empty
    std::string user_id{}; ///< empty: a resource without one
    std::string app = "sim-app";
    std::string number = "13035550123";
};

/// Listens from construction to destruction, which cuts everything at once. All parts are safe from any
/// thread.
class Sandbox {
  public:
    explicit Sandbox(const Options& options = {});
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    std::string efax_url() const; ///< with the prefix of its paths
    std::string fhir_url() const; ///< ends in `/fhir/R4`
    std::string control_url() const;

    SimulatedClock& clock() { return clock_; }
    const SimulatedClock& clock() const { return clock_; }
    Faults& faults() { return faults_; }
    Journal& journal() { return journal_; }
    SimulatedEfax& efax() { return efax_; }
    const SimulatedEfax& efax() const { return efax_; }
    SimulatedFhir& fhir() { return fhir_; }
    const SimulatedFhir& fhir() const { return fhir_; }
    Webhooks& webhooks() { return webhooks_; }
    OracleReport oracle() const { return oracle_.report(); }
    /// The faxes that eFax took to send, in order, as they stand now.
    std::vector<SentRecord> sent() const { return efax_.sent().all(); }
    SendReport send_oracle() const { return judge_sending(efax_.sent(), fhir_.store()); }
    /// The oracle's line; the one on sending is added once something was sent.
    std::string judgement() const;

    /// A user id at eFax under app `sim-app` (key `sim-key+/==`) or another.
    void add_user(const NewUser& user) { efax_.store().add_user(user); }
    /// The resource, and its user id at eFax with the resource as the expected recipient. Gives `Type/id`.
    std::string add_owner(const NewOwner& owner);
    /// Faxes arrive; gives their ids, oldest first.
    std::vector<std::string> put_faxes(const NewFaxes& faxes) { return efax_.store().put(faxes); }
    std::string put_fax(const std::string& user_id = "10000001-20000001");

    /// An outbound Communication, its recipients and documents, as an app makes them.
    Outbound put_outbound(const NewOutbound& wanted = {});

    /// Closed: the eFax side refuses connections, and cuts those it has.
    void open_efax(bool open) { efax_server_.open_door(open); }
    void open_fhir(bool open) { fhir_server_.open_door(open); }

    /// The clinic of the demo: user id 10000001-20000001 for the front desk (Organization/front-desk),
    /// …-20000002 for Organization/north-clinic, …-20000003 for Practitioner/dr-example.
    void set_up_clinic();
    /// The user ids of the clinic, in this order.
    static const std::vector<std::string>& clinic_users();

    /// As freshly built: no faxes, users, resources, faults, tokens, journal; the usual behaviour.
    void reset();

  private:
    SimulatedClock clock_;
    Faults faults_;
    Journal journal_;
    SimulatedEfax efax_;
    SimulatedFhir fhir_;
    Oracle oracle_;
    Webhooks webhooks_;
    std::unique_ptr<HttpService> control_;
    HttpServer efax_server_;
    HttpServer fhir_server_;
    HttpServer control_server_;
};

} // namespace efaxd::sandbox
