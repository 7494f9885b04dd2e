// A FHIR R4 server over HTTP.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "efaxd/ports/outbound_fhir.hpp"
#include "http/remote.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace efaxd::fhir {

/// Secrets are read each time they are needed, so that a rotated one is met without a restart.
using ReadSecret = std::function<std::string()>;

struct NoAuth {};
struct BasicAuth {
    std::string username;
    ReadSecret password;
};
struct BearerAuth {
    ReadSecret token; ///< read again after a 401
};
/// OAuth 2 with a shared secret, sent in the form or, where the server wants that, as Basic. A discovered
/// token URL may lie on another host than the FHIR server (SMART App Launch allows it), and the secret goes
/// there; only https and loopback are taken. Who will not trust the server's word configures the URL.
struct ClientCredentials {
    std::string client_id;
    ReadSecret client_secret;
    std::string token_url; ///< discovered when empty
    std::string scope;
};
struct PrivateKeyJwt {
    std::string client_id;
    ReadSecret private_key; ///< PEM: RSA (RS384) or P-384 (ES384)
    std::string key_id;
    std::string token_url;
    std::string scope;
};
using Auth = std::variant<NoAuth, BasicAuth, BearerAuth, ClientCredentials, PrivateKeyJwt>;

enum class BinaryMode { automatic, raw, json };

struct ServerOptions {
    std::string project; ///< for logs
    /// `ca_file` is for the FHIR server, and for the token URL where that has the same origin; a token URL
    /// elsewhere must be vouched for by the system's authorities.
    http::RemoteOptions remote;
    Auth auth;
    BinaryMode binary = BinaryMode::automatic;
    BackoffPolicy retry; ///< for pauses that the server asks for without saying how long
    std::string user_id; ///< of senders who have none of their own; may be empty
    std::string country; ///< of ten-digit numbers, see core/phone_number.hpp
    std::vector<std::string>
        document_hosts; ///< `host` or `host:port` that documents may be read from as well
};

/// What can be seen of the FHIR side from outside.
struct ServerState {
    bool signed_in = false;
    int tokens_asked = 0;
    std::optional<Duration> paused;
    std::optional<Duration> skew;
};

/// What the server says of itself.
struct Capabilities {
    std::string fhir_version;
    std::string software;
    bool conditional_create = false; ///< of Communication
    bool binary_client_ids = false;
};

/// Fault reasons: see docs/troubleshooting.md, `fhir.*`.
class Server : public FhirServer, public OutboundFhir {
  public:
    Server(const ServerOptions& options, Clock& clock);
    ~Server() override;

    std::vector<Match> find(const std::string& fax_id, bool inbound_only, std::stop_token stop) override;
    bool takes_client_ids(std::stop_token stop) override;
    std::string upload(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                       std::stop_token stop) override;
    Match create(const InboundCommunication& communication, Unless unless, std::stop_token stop) override;
    void remove_binary(const std::string& id, std::stop_token stop) override;
    bool exists(const std::string& reference, std::stop_token stop) override;
    std::vector<OwnedUser> owners(OwnerKind kind, std::stop_token stop) override;
    std::vector<OwnedUser> users_of(const Owner& owner, std::stop_token stop) override;

    OutboundCommunication read(const std::string& id, std::stop_token stop) override;
    OutboundCommunication read_body(std::string_view body, std::stop_token stop) override;
    std::string file(const OutboundCommunication& communication, std::stop_token stop) override;
    void fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) override;
    std::optional<CommunicationStanding> standing(const std::string& id, std::stop_token stop) override;
    Written change(const std::string& id, const CommunicationStanding& known,
                   const CommunicationChange& change, std::stop_token stop) override;
    bool claim(const std::string& id, const std::string& installation, std::stop_token stop) override;
    std::vector<InProgress> in_progress(std::stop_token stop) override;
    CallerRight check_caller(const std::string& authorization, const std::string& reference,
                             std::stop_token stop) override;

    /// Signs in if the method has a sign-in and there is no token yet. Tries even within the rest after a
    /// failed one: somebody wants to know how it stands now.
    void sign_in(const std::stop_token& stop);
    /// Reads the CapabilityStatement, open on most servers.
    Capabilities capabilities(const std::stop_token& stop);

    ServerState state() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace efaxd::fhir
