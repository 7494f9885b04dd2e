// A TLS server on loopback with certificates made on the spot.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace efaxd::http {

/// A certificate authority of the test's own.
class Authority {
  public:
    Authority();
    ~Authority();
    /// Writes its certificate, for `ca_file`.
    void write(const std::filesystem::path& path) const;

  private:
    friend class TlsServer;
    struct State;
    std::unique_ptr<State> state_;
};

struct TlsOptions {
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< as OpenSSL writes alternative names; may be empty
    std::string common_name = "Test server";
    long valid_from_s = -7200;               ///< above zero: not yet valid
    long valid_for_s = 3600;                 ///< below zero: ended already
    bool self_signed = false;                ///< instead of by the authority
    int only = 0;                            ///< TLS version as on the wire, such as 0x0302; 0: any
    std::optional<std::string> plainly = {}; ///< says this instead of TLS, and no more
    int forward_to = 0;                      ///< port of loopback that is given what comes, in the plain
};

/// Answers every request with 200 and `hi`, then closes; or has it answered by the server it forwards to.
class TlsServer {
  public:
    explicit TlsServer(const Authority& authority, TlsOptions options = {});
    ~TlsServer();

    /// `https://HOST:PORT`
    std::string url(const std::string& host = "127.0.0.1") const;
    /// What came through TLS so far, of all connections.
    std::string received() const;
    int connections() const; ///< so far, whatever became of them

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace efaxd::http
