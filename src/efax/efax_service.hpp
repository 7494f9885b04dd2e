// The eFax Corporate REST API as a FaxService.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/converter.hpp"
#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/fax_service.hpp"
#include "http/remote.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::efax {

struct Credentials {
    std::string app_id; ///< without a colon, which the sign-in cannot carry
    std::string api_key;
};
/// App ID and API key as they are at the moment of asking, so that a rotated key is met without a restart.
/// May throw anything: it becomes a Fault `efax.secret_unreadable`. Only the detail of a Fault is told with
/// it.
using ReadCredentials = std::function<Credentials()>;

struct ServiceOptions {
    std::string project; ///< for logs
    http::RemoteOptions remote;
    BackoffPolicy retry; ///< for sign-ins that fail, and pauses of which the server does not say how long
    std::uint64_t document_bytes = 512u << 20;    ///< larger documents are held for a person
    std::uint64_t submission_bytes = 100'000'000; ///< of a whole POST: eFax takes no more
    /// What comes as pictures is handed on as one PDF; nothing: as it came.
    Converter* converter = nullptr;
};

/// What can be seen of the eFax side from outside.
struct ServiceState {
    bool has_token = false;
    int tokens_asked = 0;
    bool rival = false; ///< another program seems to use this App ID
    std::optional<Duration> paused;
    std::optional<Duration> skew;
};

/// Fault reasons: see docs/troubleshooting.md, `efax.*`.
class EfaxService : public FaxService, public FaxSender {
  public:
    EfaxService(ServiceOptions options, ReadCredentials credentials, Clock& clock);
    ~EfaxService() override;

    Listing list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                 std::stop_token stop) override;
    /// Asks for a PDF; for a TIFF in its place if eFax finds the PDF too large, or could not hand one out
    /// three times in a row. With a converter a picture is handed on as a PDF, a 504 is not waited for to
    /// repeat itself, and a fax that does not come in one piece is asked for page by page.
    void fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
               std::stop_token stop) override;
    void acknowledge(const std::string& user_id, const Fax& fax, std::stop_token stop) override;
    void remove(const std::string& user_id, const Fax& fax, std::stop_token stop) override;

    std::string submit(const Submission& submission, std::stop_token stop) override;
    std::optional<SentFax> find_sent(const std::string& user_id, const std::string& reference, Instant since,
                                     Duration may_be_old, std::stop_token stop) override;
    SendStatus status(const std::string& user_id, const std::string& fax_id, std::stop_token stop) override;
    CancelReply cancel(const std::string& user_id, const std::string& fax_id, std::stop_token stop) override;

    /// Signs in if there is no token yet, or if App ID or key have changed since. Tries even within the rest
    /// after a failed one: somebody wants to know how it stands now.
    void sign_in(std::stop_token stop);
    /// One list call with a limit of 1; harmless.
    void check_user(const std::string& user_id, std::stop_token stop);

    ServiceState state() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace efaxd::efax
