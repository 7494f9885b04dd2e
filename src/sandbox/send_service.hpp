// The sending half of the simulated eFax.
#pragma once

#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/sent_store.hpp"
#include "json/writer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

struct EfaxCall;

/// `POST /faxes`, `/faxes/sent`, `/faxes/{id}/transmission-details`, `/faxes/{id}/cancel`, and
/// `/faxes/{id}/metadata` of a sent fax. Safe from any thread.
class SendService {
  public:
    SendService(std::uint64_t seed, const SimulatedClock& clock) : store_(seed, clock) {}

    SentStore& store() { return store_; }
    const SentStore& store() const { return store_; }

    /// Takes the body of `POST /faxes`.
    static std::shared_ptr<BodySink> sink(const EfaxStyle& style);

    /// Nothing if the call is none of ours. `number` is the fax number of the caller's user id.
    std::optional<HttpResponse> serve(const EfaxCall& call, const std::string& number, JournalEntry& entry);

    /// The metadata of one that has ended, if it is one of this user.
    void write_ended(json::Writer& writer, const EfaxCall& call, std::string_view id) const;

  private:
    HttpResponse send(const EfaxCall& call, const std::string& number, JournalEntry& entry);
    HttpResponse list(const EfaxCall& call) const;
    HttpResponse cancel(const EfaxCall& call, const SentRecord& fax);

    SentStore store_;
};

} // namespace efaxd::sandbox
