// The sending half of a project.
#pragma once

#include "app/ground.hpp"
#include "config/config.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/outbound_fhir.hpp"
#include "flow/decisions.hpp"
#include "flow/pick_up.hpp"
#include "flow/sending.hpp"

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::app {

/// Safe from any thread. Both services outlive it.
class Outgoing {
  public:
    Outgoing(const config::Project& config, const Ground& ground, FaxSender& sender, OutboundFhir& fhir);

    /// Asked before a Communication is claimed; throws Refusal if it may not be sent for this caller.
    using May = std::function<void(const OutboundCommunication&)>;

    /// Accepts the Communication in the body of a call. Throws Refusal, Fault, Stopped, GroundFault.
    std::vector<Transmission> accept(std::string_view body, const May& may, std::stop_token stop);

    /// See flow::Sending::carry.
    std::vector<Transmission> carry(const OutboundKey& key, bool eager, std::stop_token stop,
                                    flow::Sending::OnFault on_fault);

    flow::PickedUp pick_up(std::stop_token stop);

    /// See flow::ask_about.
    flow::Decision ask_about(const Transmission& row, const std::string& fax_id, std::stop_token stop);

  private:
    flow::Sending sending();

    std::string project_;
    Ground ground_;
    FaxSender& sender_;
    OutboundFhir& fhir_;
    flow::SendingSettings settings_;
    flow::PickUpMemory pick_up_memory_;
    std::mutex filing_; ///< the server's conditional create is no lock
};

} // namespace efaxd::app
