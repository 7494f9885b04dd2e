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
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< as OpenSSL writes alternative names
    long valid_for_s = 3600;                          ///< below zero: ended already
    bool old = false;                                 ///< speaks TLS 1.1 only
    std::optional<std::string> plainly = {};          ///< says this instead of TLS, and no more
};

/// Answers every request with 200 and `hi`, then closes.
class TlsServer {
  public:
    explicit TlsServer(const Authority& authority, TlsOptions options = {});
    ~TlsServer();

    /// `https://HOST:PORT`
    std::string url(const std::string& host = "127.0.0.1") const;
    /// What came through TLS so far, of all connections.
    std::string received() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace efaxd::http
