// The simulated eFax Fax Services API (receiving side), over HTTP.
#pragma once

#include "sandbox/efax_store.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"

#include <mutex>
#include <string>

namespace efaxd::sandbox {

/// `/tokens`, `/health`, `/faxes/received`, `/faxes/metadata`, `/faxes/{id}`, `/faxes/{id}/metadata`,
/// `/faxes/{id}/image` and `/faxes/{id}/image/pages`. Safe from any thread.
class SimulatedEfax : public HttpService {
  public:
    SimulatedEfax(std::uint64_t seed, const SimulatedClock& clock, Faults& faults, Journal& journal);

    EfaxStore& store() { return store_; }
    const EfaxStore& store() const { return store_; }
    EfaxStyle style() const;
    void set_style(const EfaxStyle& style);

    /// A second program or a person at the portal.
    std::size_t rival_downloads_all(const std::string& user_id = {}); ///< all users if empty
    bool rival_marks(const std::string& fax_id, bool downloaded = true);
    bool rival_deletes(const std::string& fax_id);
    void rival_takes_token(const std::string& app = "sim-app");

    HttpResponse answer(const HttpRequest& request) override;

  private:
    struct Call;

    HttpResponse tokens(const HttpRequest& request, const EfaxStyle& style);
    HttpResponse with_access(const Call& call, JournalEntry& entry);
    HttpResponse serve(const Call& call);
    HttpResponse list(const Call& call);
    HttpResponse bulk(const Call& call);
    HttpResponse metadata(const Call& call, const FaxRecord& fax);
    HttpResponse patch(const Call& call, const FaxRecord& fax);
    HttpResponse image(const Call& call, const FaxRecord& fax);
    HttpResponse pages(const Call& call, const FaxRecord& fax);
    HttpResponse remove(const Call& call, const FaxRecord& fax);
    void mark_read(const FaxRecord& fax, const EfaxStyle& style, HttpResponse& response);

    EfaxStore store_;
    const SimulatedClock& clock_;
    Faults& faults_;
    Journal& journal_;
    mutable std::mutex style_mutex_;
    EfaxStyle style_;
};

} // namespace efaxd::sandbox
