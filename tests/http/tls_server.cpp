#include "http/tls_server.hpp"

#include <csignal>
#include <cstdint>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <set>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace efaxd::http {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

Key new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    if (!extension || X509_add_ext(certificate, extension, -1) != 1)
        throw std::runtime_error("no certificate extension");
    X509_EXTENSION_free(extension);
}

Certificate new_certificate(const char* subject, EVP_PKEY* key, long serial, long from_s, long for_s) {
    Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), for_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject), -1, -1, 0);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

} // namespace

struct Authority::State {
    Key key = new_key();
    Certificate certificate = new_certificate("Test authority", key.get(), 1, -7200, 3600);
};

Authority::Authority() : state_(std::make_unique<State>()) {
    X509* const certificate = state_->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, certificate, NID_key_usage, "critical,keyCertSign");
    X509_sign(certificate, state_->key.get(), EVP_sha256());
}

Authority::~Authority() = default;

void Authority::write(const std::filesystem::path& path) const {
    BIO* const file = BIO_new_file(path.c_str(), "w");
    PEM_write_bio_X509(file, state_->certificate.get());
    BIO_free(file);
}

namespace {

/// What comes in small pieces is to go on at once.
void be_prompt(int socket) {
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/// Passes on what comes, both ways, until either side ends.
class Pump {
  public:
    Pump(SSL* tls, int port) : tls_(tls), plain_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        be_prompt(plain_);
        open_ = ::connect(plain_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Pump() { ::close(plain_); }
    Pump(const Pump&) = delete;
    Pump& operator=(const Pump&) = delete;

    template <class Note>
    void run(Note note) {
        while (open_) {
            pollfd ends[2] = {{SSL_get_fd(tls_), POLLIN, 0}, {plain_, POLLIN, 0}};
            if (SSL_pending(tls_) == 0 && ::poll(ends, 2, -1) < 0)
                return;
            if (SSL_pending(tls_) > 0 || ends[0].revents != 0)
                open_ = inwards(note);
            else
                open_ = outwards();
        }
    }

  private:
    template <class Note>
    bool inwards(Note note) {
        const int count = SSL_read(tls_, piece_, sizeof piece_);
        if (count <= 0)
            return false;
        note(std::string_view(piece_, static_cast<std::size_t>(count)));
        return ::send(plain_, piece_, static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
    }

    bool outwards() {
        const auto count = ::recv(plain_, piece_, sizeof piece_, 0);
        return count > 0 && SSL_write(tls_, piece_, static_cast<int>(count)) == count;
    }

    SSL* tls_;
    int plain_;
    bool open_ = false;
    char piece_[16384];
};

} // namespace

struct TlsServer::State {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    int listener = -1;
    int port = 0;
    int forward_to = 0;
    std::optional<std::string> plainly;
    std::mutex mutex;
    bool stopping = false;
    std::set<int> open; ///< sockets of the living connections
    int connections = 0;
    std::string received;
    std::vector<std::thread> threads; ///< touched by the accepting thread alone until it has ended
    std::thread accepting;

    void listen() {
        listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener, plain, size) != 0 || ::listen(listener, 16) != 0 ||
            ::getsockname(listener, plain, &size) != 0)
            throw std::runtime_error("no socket on loopback");
        port = ntohs(address.sin_port);
    }

    void accept_all() {
        for (;;) {
            const int socket = ::accept(listener, nullptr, nullptr);
            const std::lock_guard lock(mutex);
            if (stopping || socket < 0) {
                if (socket >= 0)
                    ::close(socket);
                return;
            }
            be_prompt(socket);
            open.insert(socket);
            ++connections;
            threads.emplace_back([this, socket] {
                serve(socket);
                const std::lock_guard closing(mutex);
                open.erase(socket);
                ::close(socket);
            });
        }
    }

    void serve(int socket) {
        if (plainly) {
            ::send(socket, plainly->data(), plainly->size(), MSG_NOSIGNAL);
            char byte = 0;
            while (::recv(socket, &byte, 1, 0) > 0) {
            }
            return;
        }
        SSL* const tls = SSL_new(context);
        SSL_set_fd(tls, socket);
        if (SSL_accept(tls) == 1)
            forward_to != 0 ? Pump(tls, forward_to).run([this](std::string_view piece) { note(piece); })
                            : answer(tls);
        SSL_free(tls);
    }

    void answer(SSL* tls) {
        if (!read_request(tls))
            return;
        constexpr std::string_view reply =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";
        SSL_write(tls, reply.data(), static_cast<int>(reply.size()));
        SSL_shutdown(tls);
        char rest[4096]; // to close with bytes unread would reset the connection
        while (SSL_read(tls, rest, sizeof rest) > 0) {
        }
    }

    bool read_request(SSL* tls) {
        std::string request;
        char piece[4096];
        while (request.find("\r\n\r\n") == std::string::npos) {
            const int count = SSL_read(tls, piece, sizeof piece);
            if (count <= 0)
                return false;
            request.append(piece, static_cast<std::size_t>(count));
            note({piece, static_cast<std::size_t>(count)});
        }
        return true;
    }

    void note(std::string_view piece) {
        const std::lock_guard lock(mutex);
        received.append(piece);
    }

    void stop() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
            ::shutdown(listener, SHUT_RDWR);
            for (const int socket : open)
                ::shutdown(socket, SHUT_RDWR);
        }
        accepting.join();
        for (auto& thread : threads)
            thread.join();
        ::close(listener);
        SSL_CTX_free(context);
    }
};

TlsServer::TlsServer(const Authority& authority, TlsOptions options) : state_(std::make_unique<State>()) {
    ::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets that a refusing client has closed
    const Key key = new_key();
    const Certificate certificate =
        new_certificate(options.common_name.c_str(), key.get(), 2, options.valid_from_s, options.valid_for_s);
    X509* const issuer = options.self_signed ? certificate.get() : authority.state_->certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
    if (!options.names.empty())
        extend(certificate.get(), issuer, NID_subject_alt_name, options.names.c_str());
    X509_sign(certificate.get(), (options.self_signed ? key : authority.state_->key).get(), EVP_sha256());
    SSL_CTX_use_certificate(state_->context, certificate.get());
    SSL_CTX_use_PrivateKey(state_->context, key.get());
    if (options.only != 0) {
        SSL_CTX_set_security_level(state_->context, 0); // the old versions are forbidden otherwise
        SSL_CTX_set_min_proto_version(state_->context, options.only);
        SSL_CTX_set_max_proto_version(state_->context, options.only);
    }
    state_->forward_to = options.forward_to;
    state_->plainly = options.plainly;
    state_->listen();
    state_->accepting = std::thread([state = state_.get()] { state->accept_all(); });
}

TlsServer::~TlsServer() { state_->stop(); }

std::string TlsServer::url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(state_->port);
}

std::string TlsServer::received() const {
    const std::lock_guard lock(state_->mutex);
    return state_->received;
}

int TlsServer::connections() const {
    const std::lock_guard lock(state_->mutex);
    return state_->connections;
}

} // namespace efaxd::http
