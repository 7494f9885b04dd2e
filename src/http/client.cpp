#include "http/client.hpp"

#include "crypto/named_peer.hpp"
#include "efaxd/core/fault.hpp"
#include "http/curl_failure.hpp"
#include "http/exchange.hpp"
#include "http/header_lines.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <curl/curl.h>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace efaxd::http {

namespace {

using Kind = Error::Kind;

constexpr const char* system_bundle = "/etc/ssl/certs/ca-certificates.crt";

using RealTime = std::chrono::steady_clock;

void start_curl_once() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK)
        throw std::runtime_error("libcurl could not be started");
}

/// A transfer in progress, as curl's callbacks see it. They keep exceptions here: none may cross curl.
struct Transfer {
    Transfer(const Request& request_, std::stop_token stop_, const Sink& sink)
        : request(request_), stop(std::move(stop_)), upload(request_), download(request_.limits, sink) {}

    const Request& request;
    std::stop_token stop;
    Upload upload;
    Download download;
    RealTime::time_point began = RealTime::now();
    RealTime::time_point last_byte = began;
    std::uint64_t body_bytes = 0; ///< that were meant for us
    std::uint64_t wire_bytes = 0; ///< that came after the head, with all that chunks are wrapped in
    bool sent = false;
    std::exception_ptr thrown;

    /// Runs what a callback has to do; false once something was thrown.
    template <class Work>
    bool guarded(Work work) noexcept {
        try {
            if (stop.stop_requested())
                throw Stopped();
            work();
            last_byte = RealTime::now(); // our own work is nobody's idleness
            return true;
        } catch (...) {
            if (!thrown)
                thrown = std::current_exception();
            return false;
        }
    }
};

Transfer& transfer_of(void* user) { return *static_cast<Transfer*>(user); }

std::size_t on_line(char* bytes, std::size_t, std::size_t size, void* user) {
    Transfer& transfer = transfer_of(user);
    return transfer.guarded([&] { transfer.download.line({bytes, size}); }) ? size : 0;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* user) {
    Transfer& transfer = transfer_of(user);
    // 0 would mean success for an empty piece, so that a failure must differ from the size.
    transfer.body_bytes += size;
    return transfer.guarded([&] { transfer.download.body({bytes, size}); }) ? size : size + 1;
}

/// libcurl passes over the extensions of chunks without a word, but for this one.
int on_wire(CURL*, curl_infotype what, char*, std::size_t size, void* user) {
    if (what == CURLINFO_DATA_IN)
        transfer_of(user).wire_bytes += size;
    return 0;
}

/// Chunks of a few bytes each are as much wrapping as they are body.
bool is_mostly_wrapping(const Transfer& transfer) {
    constexpr std::uint64_t always_allowed = 4u << 20;
    return transfer.wire_bytes > always_allowed + transfer.body_bytes * 2;
}

std::size_t on_read(char* buffer, std::size_t, std::size_t most, void* user) {
    Transfer& transfer = transfer_of(user);
    std::size_t count = 0;
    const bool fine = transfer.guarded([&] { count = transfer.upload.read(buffer, most); });
    return fine ? count : CURL_READFUNC_ABORT;
}

int on_seek(void* user, curl_off_t offset, int origin) {
    Transfer& transfer = transfer_of(user);
    const bool back = offset == 0 && origin == SEEK_SET && transfer.request.method != Method::post &&
                      transfer.upload.rewind();
    return back ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK;
}

/// Called on a connection that is ready, before the first byte of the request. A second call within one
/// exchange means that libcurl is about to repeat the request on a new connection, which it does by itself
/// after a reused one died without a reply.
int on_ready(void* user, char*, char*, int, int) {
    Transfer& transfer = transfer_of(user);
    if (transfer.sent && transfer.request.method == Method::post)
        return CURL_PREREQFUNC_ABORT;
    transfer.sent = true;
    transfer.last_byte = RealTime::now();
    return CURL_PREREQFUNC_OK;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) != CURLE_OK)
        throw std::runtime_error("libcurl refused option " + std::to_string(option));
}

void set(CURL* easy, CURLoption option, bool value) { set(easy, option, value ? 1L : 0L); }
void set(CURL* easy, CURLoption option, int value) { set(easy, option, static_cast<long>(value)); }
void set(CURL* easy, CURLoption option, const std::string& value) { set(easy, option, value.c_str()); }

CURLcode on_tls_context(CURL*, void* context, void*) {
    crypto::refuse_unnamed_peers(context);
    return CURLE_OK;
}

void set_trust(CURL* easy, const ClientOptions& options) {
    const std::string bundle = options.ca_file.empty() ? system_bundle : options.ca_file;
    set(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    set(easy, CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    set(easy, CURLOPT_SSL_VERIFYPEER, true);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2);
    set(easy, CURLOPT_CAINFO, bundle);
    set(easy, CURLOPT_PROXY_CAINFO, bundle);
    // A directory, Debian's default, switches libcurl's cache of certificates off: 52 ms a connection instead
    // of 1.2 ms.
    set(easy, CURLOPT_CAPATH, nullptr);
    set(easy, CURLOPT_PROXY_CAPATH, nullptr);
    set(easy, CURLOPT_SSL_CTX_FUNCTION, &on_tls_context);
}

void set_manners(CURL* easy, const ClientOptions& options, const Request& request) {
    set(easy, CURLOPT_NOSIGNAL, true);
    set(easy, CURLOPT_QUICK_EXIT, true); // else a stop would wait for a slow name server
    set(easy, CURLOPT_NOPROGRESS, true);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    set(easy, CURLOPT_HTTP09_ALLOWED, false);
    set(easy, CURLOPT_FOLLOWLOCATION, false);
    set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, true);
    set(easy, CURLOPT_NETRC, CURL_NETRC_IGNORED);
    set(easy, CURLOPT_HTTP_CONTENT_DECODING, false);
    set(easy, CURLOPT_PATH_AS_IS, true);
    set(easy, CURLOPT_TCP_KEEPALIVE, true);
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, true);
    set(easy, CURLOPT_USERAGENT, "efaxd/" EFAXD_VERSION);
    set(easy, CURLOPT_FRESH_CONNECT, request.fresh);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(
            std::max<Duration::rep>(1, std::min(options.connect, request.limits.total).count())));
}

/// A proxy is for https alone: plain http goes to loopback, or to a socket, and must not leave the machine.
void set_way(CURL* easy, const ClientOptions& options, const Request& request, const Url& url) {
    const bool direct = !request.unix_socket.empty() || url.scheme == "http";
    set(easy, CURLOPT_PROXY, direct ? std::string() : options.proxy);
    set(easy, CURLOPT_NOPROXY, ""); // else the environment's
    if (!request.unix_socket.empty())
        set(easy, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket);
}

void set_method(CURL* easy, const Request& request, const Upload& upload) {
    const auto size = static_cast<curl_off_t>(upload.size());
    switch (request.method) {
    case Method::get:
        set(easy, CURLOPT_HTTPGET, true);
        return;
    case Method::post:
        set(easy, CURLOPT_POST, true);
        set(easy, CURLOPT_POSTFIELDS, nullptr); // bytes that curl holds, it would send again
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, size);
        return;
    case Method::put:
    case Method::patch:
    case Method::del:
        if (request.method != Method::del || size > 0) {
            set(easy, CURLOPT_UPLOAD, true);
            set(easy, CURLOPT_INFILESIZE_LARGE, size);
        }
        set(easy, CURLOPT_CUSTOMREQUEST, std::string(name_of(request.method)));
    }
}

void set_callbacks(CURL* easy, Transfer& transfer) {
    set(easy, CURLOPT_HEADERFUNCTION, &on_line);
    set(easy, CURLOPT_HEADERDATA, &transfer);
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, &transfer);
    set(easy, CURLOPT_READFUNCTION, &on_read);
    set(easy, CURLOPT_READDATA, &transfer);
    set(easy, CURLOPT_SEEKFUNCTION, &on_seek);
    set(easy, CURLOPT_SEEKDATA, &transfer);
    set(easy, CURLOPT_PREREQFUNCTION, &on_ready);
    set(easy, CURLOPT_PREREQDATA, &transfer);
    set(easy, CURLOPT_VERBOSE, true);
    set(easy, CURLOPT_DEBUGFUNCTION, &on_wire);
    set(easy, CURLOPT_DEBUGDATA, &transfer);
}

/// When the server's own certificate, the first of the chain, ends.
std::optional<Instant> certificate_end(CURL* easy) {
    constexpr std::string_view label = "Expire date:";
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
        return {};
    for (const curl_slist* line = chain->certinfo[0]; line; line = line->next) {
        const std::string_view text = line->data;
        const std::time_t end =
            text.starts_with(label) ? curl_getdate(line->data + label.size(), nullptr) : -1;
        if (end >= 0)
            return Instant{std::chrono::seconds{end}};
    }
    return {};
}

Url checked_url(const Request& request) {
    const auto url = parse_url(request.url);
    if (!url || (request.unix_socket.empty() && !acceptable(*url)))
        throw Error(Kind::refused, false, "the URL is neither https nor http towards loopback");
    return *url;
}

} // namespace

struct Client::Handle {
    explicit Handle(ClientOptions options_) : options(std::move(options_)) {
        start_curl_once();
        multi = curl_multi_init();
        easy = curl_easy_init();
        if (!multi || !easy) {
            release();
            throw std::bad_alloc();
        }
    }
    ~Handle() { release(); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    void release() {
        curl_easy_cleanup(easy);
        curl_multi_cleanup(multi);
    }

    /// Forgets the last transfer, but for its connection, and sets this one up. Throws Error for its URL.
    void prepare(Transfer& transfer);
    /// Throws Error, Stopped and what a callback threw.
    void carry_out(Transfer& transfer);
    /// Runs the transfer to its end; throws when it is stopped or over time.
    CURLcode run(Transfer& transfer);
    void wait(const Transfer& transfer);

    ClientOptions options;
    CURLM* multi = nullptr;
    CURL* easy = nullptr;
};

/// In the multi handle for as long as it lives; leaving early cuts the connection.
class Membership {
  public:
    Membership(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
        if (curl_multi_add_handle(multi, easy) != CURLM_OK)
            throw std::runtime_error("libcurl refused a transfer");
    }
    ~Membership() { curl_multi_remove_handle(multi_, easy_); }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

  private:
    CURLM* multi_;
    CURL* easy_;
};

void Client::Handle::wait(const Transfer& transfer) {
    const Limits& limits = transfer.request.limits;
    constexpr Duration longest{std::chrono::hours{24 * 365}};
    auto until = transfer.began + std::min(limits.total, longest);
    if (transfer.sent) // before that, the limit of the connecting counts
        until = std::min(until, transfer.last_byte + std::min(limits.idle, longest));
    const auto left = std::chrono::ceil<Duration>(until - RealTime::now());
    if (left.count() <= 0)
        throw Error(transfer.sent ? Kind::timed_out : Kind::connect, transfer.sent,
                    transfer.sent ? "the server took too long" : "no connection in time", Cause::no_answer);
    const auto most = std::min(left, Duration{std::chrono::minutes{1}});
    if (curl_multi_poll(multi, nullptr, 0, static_cast<int>(most.count()), nullptr) != CURLM_OK)
        throw std::runtime_error("libcurl could not wait");
}

CURLcode Client::Handle::run(Transfer& transfer) {
    const Membership membership(multi, easy);
    for (;;) {
        if (transfer.stop.stop_requested())
            throw Stopped();
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            throw std::runtime_error("libcurl failed");
        if (is_mostly_wrapping(transfer))
            throw Error(Kind::too_large, true, "the reply is mostly wrapping");
        int queued = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &queued))
            if (message->msg == CURLMSG_DONE)
                return message->data.result;
        wait(transfer);
    }
}

void Client::Handle::prepare(Transfer& transfer) {
    const Request& request = transfer.request;
    const Url url = checked_url(request);
    curl_easy_reset(easy);
    set_trust(easy, options);
    set_manners(easy, options, request);
    set_way(easy, options, request, url);
    set_method(easy, request, transfer.upload);
    set_callbacks(easy, transfer);
    set(easy, CURLOPT_URL, request.url);
}

void Client::Handle::carry_out(Transfer& transfer) {
    // The wake-up is kept by curl if it comes while nobody waits.
    const std::stop_callback wake(transfer.stop, [this] { curl_multi_wakeup(multi); });
    const CURLcode code = run(transfer);
    if (transfer.thrown)
        std::rethrow_exception(transfer.thrown);
    if (code != CURLE_OK)
        throw failure_of(easy, code, transfer.sent);
}

Client::Client(ClientOptions options) : handle_(std::make_unique<Handle>(std::move(options))) {}
Client::~Client() = default;

Reply Client::exchange(const Request& request, std::stop_token stop, const Sink& sink) {
    Transfer transfer(request, std::move(stop), sink);
    const HeaderLines lines(request.headers);
    handle_->prepare(transfer);
    set(handle_->easy, CURLOPT_HTTPHEADER, lines.get());
    handle_->carry_out(transfer);
    if (!transfer.download.complete())
        throw Error(Kind::broken, transfer.sent, "the reply has no end to its headers");
    return transfer.download.take();
}

Reached Client::reach(const std::string& url, std::stop_token stop) {
    Request request;
    request.url = url;
    Transfer transfer(request, std::move(stop), {});
    CURL* const easy = handle_->easy;
    handle_->prepare(transfer);
    set(easy, CURLOPT_CONNECT_ONLY, true);
    set(easy, CURLOPT_FRESH_CONNECT, true);
    set(easy, CURLOPT_CERTINFO, true);
    handle_->carry_out(transfer);

    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
    return {std::chrono::ceil<Duration>(std::chrono::microseconds{microseconds}), certificate_end(easy)};
}

} // namespace efaxd::http
