// The simulated eFax Fax Services API, over HTTP.
#pragma once

#include "sandbox/efax_store.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/send_service.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace efaxd::sandbox {

struct EfaxCall;

/// `/tokens`, `/health`, `/faxes/received`, `/faxes/metadata`, `/faxes/{id}`, `/faxes/{id}/metadata`,
/// `/faxes/{id}/image` and `/faxes/{id}/image/pages`, and what SendService answers. Safe from any thread.
class SimulatedEfax : public HttpService {
  public:
    SimulatedEfax(std::uint64_t seed, const SimulatedClock& clock, Faults& faults, Journal& journal);

    EfaxStore& store() { return store_; }
    const EfaxStore& store() const { return store_; }
    SentStore& sent() { return sending_.store(); }
    const SentStore& sent() const { return sending_.store(); }
    EfaxStyle style() const;
    void set_style(const EfaxStyle& style);

    /// A second program or a person at the portal.
    std::size_t rival_downloads_all(const std::string& user_id = {}); ///< all users if empty
    bool rival_marks(const std::string& fax_id, bool downloaded = true);
    bool rival_deletes(const std::string& fax_id);
    void rival_takes_token(const std::string& app = "sim-app");

    std::shared_ptr<BodySink> sink(const HttpRequest& head) const override;
    HttpResponse answer(const HttpRequest& request) override;

  private:
    EfaxStyle style_for(const HttpRequest& request);
    void come_before(const FaultRule& fault, const HttpRequest& request, const EfaxStyle& style);
    HttpResponse tokens(const HttpRequest& request, const EfaxStyle& style, const FaultRule* fault);
    std::vector<FaxRecord> page_of(const EfaxCall& call, const ListQuery& query);
    HttpResponse with_access(const EfaxCall& call, JournalEntry& entry);
    HttpResponse serve(const EfaxCall& call);
    HttpResponse list(const EfaxCall& call);
    HttpResponse bulk(const EfaxCall& call);
    HttpResponse metadata(const EfaxCall& call, const FaxRecord& fax);
    HttpResponse patch(const EfaxCall& call, const FaxRecord& fax);
    HttpResponse image(const EfaxCall& call, const FaxRecord& fax);
    HttpResponse pages(const EfaxCall& call, const FaxRecord& fax);
    HttpResponse remove(const EfaxCall& call, const FaxRecord& fax);
    void mark_read(const FaxRecord& fax, Served served, const EfaxStyle& style, HttpResponse& response);

    EfaxStore store_;
    SendService sending_;
    const SimulatedClock& clock_;
    Faults& faults_;
    Journal& journal_;
    mutable std::mutex style_mutex_;
    EfaxStyle style_;
    const std::uint64_t seed_;
    std::map<std::string, std::uint64_t> asked_; ///< how often, by target; for styles that vary
};

} // namespace efaxd::sandbox
