#include "sandbox/http_server.hpp"

#include "crypto/crypto.hpp"
#include "sandbox/pdf_pages.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <ios>
#include <list>
#include <mutex>
#include <sstream>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace efaxd::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

constexpr std::uint64_t most_body = 256u << 20;
constexpr std::size_t piece_size = 64u << 10;

/// Ends a connection without a word to anybody.
struct HangUp {};

/// Makes a Digest of a stream; keeps the bytes as long as there are no more than `most`.
class Digester {
  public:
    explicit Digester(std::size_t most) : most_(most) {}

    void feed(std::string_view piece) {
        hash_.feed(piece);
        pages_.feed(piece);
        digest_.size += piece.size();
        if (digest_.size <= most_)
            digest_.kept += piece;
        else
            digest_.kept = {};
    }

    Digest finish() {
        digest_.sha256 = hash_.hex();
        digest_.pdf_pages = pages_.count();
        return std::move(digest_);
    }

  private:
    const std::size_t most_;
    crypto::Sha256 hash_;
    PdfPages pages_;
    Digest digest_;
};

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

} // namespace

std::string_view reason_phrase(int status) {
    return {beast::http::obsolete_reason(static_cast<beast::http::status>(status)).data(),
            beast::http::obsolete_reason(static_cast<beast::http::status>(status)).size()};
}

/// One client, served by one thread until it goes away.
class Connection {
  public:
    Connection(tcp::socket socket, HttpService& service, const SimulatedClock& clock)
        : socket_(std::move(socket)), service_(service), clock_(clock) {
        boost::system::error_code ignored; // only a matter of speed
        socket_.set_option(tcp::no_delay{true}, ignored);
    }

    void run(std::stop_token stop) {
        try {
            while (!stop.stop_requested() && serve_one(stop)) {
            }
        } catch (const boost::system::system_error&) { // the client is gone, or the server stops
        } catch (const HangUp&) {
        }
        const std::lock_guard lock(mutex_);
        done_ = true;
        boost::system::error_code ignored;
        if (reset_)
            socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
        else // a close with unread bytes would reset the connection and could take the reply's end with it
            ::shutdown(socket_.native_handle(), SHUT_WR);
        socket_.close(ignored);
    }

    /// From another thread: ends whatever it is doing.
    void cut() {
        const std::lock_guard lock(mutex_);
        if (!done_)
            ::shutdown(socket_.native_handle(), SHUT_RDWR);
    }

    bool done() const {
        const std::lock_guard lock(mutex_);
        return done_;
    }

  private:
    using Parser = beast::http::request_parser<beast::http::buffer_body>;

    bool serve_one(const std::stop_token& stop) {
        Parser parser;
        parser.body_limit(most_body);
        parser.header_limit(64u << 10);
        boost::system::error_code error;
        beast::http::read_header(socket_, buffer_, parser, error);
        if (error == beast::http::error::end_of_stream)
            return false;
        if (error &&
            error.category() == beast::http::make_error_code(beast::http::error::end_of_stream).category())
            return refuse(error == beast::http::error::body_limit ? 413 : 400);
        if (error)
            throw boost::system::system_error(error);
        HttpRequest request = read_head(parser);
        if (lower(request.header("expect")) == "100-continue")
            asio::write(socket_, asio::buffer(std::string_view{"HTTP/1.1 100 Continue\r\n\r\n"}));
        if (!read_body(parser, request))
            return refuse(413);
        const bool keep = parser.keep_alive();
        request.first = std::exchange(first_, false);
        request.turn_away = [this, &stop](Duration duration) {
            cut();
            return wait(duration, stop);
        };
        HttpResponse response = ask(request);
        const bool stays = keep && !response.manner.close;
        return send(response, stays, stop) && stays;
    }

    static HttpRequest read_head(const Parser& parser) {
        const auto& message = parser.get();
        HttpRequest request;
        request.method = std::string(message.method_string());
        request.target = std::string(message.target());
        const auto mark = request.target.find('?');
        request.path = percent_decode(std::string_view{request.target}.substr(0, mark), false);
        if (mark != std::string::npos)
            request.query = parse_query(std::string_view{request.target}.substr(mark + 1));
        for (const auto& field : message)
            request.headers.emplace_back(lower({field.name_string().data(), field.name_string().size()}),
                                         std::string(field.value()));
        return request;
    }

    bool read_body(Parser& parser, HttpRequest& request) {
        request.sink = service_.sink(request);
        const auto digested = service_.digests(request);
        Digester digester(digested.value_or(0));
        const bool taken = read_pieces(parser, [&](std::string_view piece) {
            if (request.sink)
                request.sink->feed(piece);
            else if (digested)
                digester.feed(piece);
            else
                request.body += piece;
        });
        if (digested && !request.sink)
            request.digest = digester.finish();
        return taken;
    }

    /// False if the body is too large.
    template <class Take>
    bool read_pieces(Parser& parser, Take&& take) {
        std::vector<char> piece;
        while (!parser.is_done()) {
            piece.resize(piece_size);
            parser.get().body().data = piece.data();
            parser.get().body().size = piece.size();
            boost::system::error_code error;
            beast::http::read(socket_, buffer_, parser, error);
            if (error == beast::http::error::body_limit)
                return false;
            if (error && error != beast::http::error::need_buffer)
                throw boost::system::system_error(error);
            take(std::string_view{piece.data(), piece.size() - parser.get().body().size});
        }
        return true;
    }

    HttpResponse ask(const HttpRequest& request) {
        try {
            return service_.answer(request);
        } catch (const std::exception& error) {
            HttpResponse response;
            response.status = 500;
            response.headers = {{"Content-Type", "text/plain"}};
            response.body = std::string{"The sandbox itself failed: "} + error.what();
            return response;
        }
    }

    bool refuse(int status) {
        const std::string text = "HTTP/1.1 " + std::to_string(status) + " " +
                                 std::string{reason_phrase(status)} +
                                 "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        asio::write(socket_, asio::buffer(text));
        return false;
    }

    bool send(HttpResponse& response, bool keep, const std::stop_token& stop) {
        if (response.manner.delay > Duration{} && !wait(response.manner.delay, stop))
            return false;
        reset_ = response.manner.reset;
        if (response.manner.hang_up)
            throw HangUp{};
        const std::uint64_t size = response.stream ? response.stream->size : response.body.size();
        std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                           std::string{reason_phrase(response.status)} +
                           "\r\nDate: " + http_date(clock_.now()) + "\r\n";
        if (response.manner.chunked)
            head += "Transfer-Encoding: chunked\r\n";
        else if (!has_no_body(response.status))
            head += "Content-Length: " + std::to_string(size) + "\r\n";
        if (!keep)
            head += "Connection: close\r\n";
        for (const auto& [name, value] : response.headers)
            head.append(name).append(": ").append(value).append("\r\n");
        head += "\r\n";
        if (response.manner.cut_reply)
            cut_short(head, response, has_no_body(response.status) ? 0 : size);
        if (has_no_body(response.status))
            asio::write(socket_, asio::buffer(head));
        else
            send_body(head, response, size, stop);
        if (response.sent)
            response.sent();
        return true;
    }

    /// Ends within the head, or leaves the rest to the sending of the body.
    void cut_short(const std::string& head, HttpResponse& response, std::uint64_t size) {
        const std::uint64_t wanted = std::min(*response.manner.cut_reply, head.size() + size - 1);
        if (wanted >= head.size()) {
            response.manner.cut = wanted - head.size();
            return;
        }
        asio::write(socket_, asio::buffer(head.data(), static_cast<std::size_t>(wanted)));
        throw HangUp{};
    }

    void send_body(const std::string& head, HttpResponse& response, std::uint64_t size,
                   const std::stop_token& stop) {
        const Manner& manner = response.manner;
        const bool plain =
            !response.stream && !manner.cut && !manner.stall && !manner.drip && !manner.chunked;
        if (plain) {
            asio::write(socket_,
                        std::array<asio::const_buffer, 2>{asio::buffer(head), asio::buffer(response.body)});
            return;
        }
        asio::write(socket_, asio::buffer(head));
        std::vector<char> piece(piece_size);
        std::uint64_t at = 0;
        const std::uint64_t end = std::min({size, manner.cut.value_or(size), manner.stall.value_or(size)});
        while (at < end) {
            std::uint64_t most = std::min<std::uint64_t>(end - at, piece.size());
            if (manner.drip)
                most = std::min(most, std::max<std::uint64_t>(*manner.drip, 1));
            const std::size_t got = next_piece(response, at, piece.data(), static_cast<std::size_t>(most));
            if (got == 0)
                throw HangUp{};
            write_piece({piece.data(), got}, manner.chunked);
            at += got;
            if (manner.drip && at < end && !wait(manner.drip_every, stop))
                throw HangUp{};
        }
        if (manner.stall && !manner.cut)
            wait_for_client();
        if (manner.cut || manner.stall)
            throw HangUp{};
        if (manner.chunked)
            asio::write(socket_, asio::buffer(std::string_view{"0\r\n\r\n"}));
    }

    void write_piece(std::string_view piece, bool as_chunk) {
        if (!as_chunk) {
            asio::write(socket_, asio::buffer(piece));
            return;
        }
        std::ostringstream size;
        size << std::hex << piece.size() << "\r\n";
        asio::write(socket_, asio::buffer(size.str().append(piece).append("\r\n")));
    }

    static std::size_t next_piece(const HttpResponse& response, std::uint64_t at, char* buffer,
                                  std::size_t most) {
        if (response.stream)
            return response.stream->read(buffer, most);
        const std::size_t count =
            std::min<std::size_t>(most, response.body.size() - static_cast<std::size_t>(at));
        std::copy_n(response.body.data() + at, count, buffer);
        return count;
    }

    bool wait(Duration duration, const std::stop_token& stop) {
        std::unique_lock lock(waiting_mutex_);
        waiting_.wait_for(lock, stop, duration, [] { return false; });
        return !stop.stop_requested();
    }

    void wait_for_client() {
        char byte = 0;
        boost::system::error_code gone; // that it ends is all we want to know
        socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, gone);
    }

    tcp::socket socket_;
    HttpService& service_;
    const SimulatedClock& clock_;
    beast::flat_buffer buffer_;
    std::mutex waiting_mutex_;
    std::condition_variable_any waiting_;
    mutable std::mutex mutex_;
    bool done_ = false;
    bool reset_ = false;
    bool first_ = true; ///< no request was answered yet
};

struct HttpServer::State {
    State(int port_, HttpService& service_, const SimulatedClock& clock_, std::size_t most_)
        : acceptor(context,
                   tcp::endpoint{asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port_)}),
          port(acceptor.local_endpoint().port()), service(service_), clock(clock_), most(most_) {}

    static std::unique_ptr<State> listen(int port, HttpService& service, const SimulatedClock& clock,
                                         std::size_t most) {
        try {
            return std::make_unique<State>(port, service, clock, most);
        } catch (const boost::system::system_error& error) {
            throw std::system_error(error.code(), "cannot listen on port " + std::to_string(port));
        }
    }

    struct Client {
        Client(tcp::socket socket, HttpService& service, const SimulatedClock& clock)
            : connection(std::move(socket), service, clock),
              thread([this](std::stop_token stop) { connection.run(std::move(stop)); }) {}
        Connection connection;
        std::jthread thread;
    };

    void accept_all() {
        for (;;) {
            tcp::socket socket(context);
            boost::system::error_code error;
            acceptor.accept(socket, error);
            std::unique_lock lock(mutex);
            if (closed && !stopping)
                stay_closed(lock);
            if (stopping)
                return;
            clients.remove_if([](const Client& client) { return client.connection.done(); });
            if (!error && clients.size() < most)
                clients.emplace_back(std::move(socket), service, clock);
            else if (error) // out of descriptors: not at full speed, but let others go on
                stopped.wait_for(lock, std::chrono::milliseconds{50}, [this] { return stopping; });
        }
    }

    /// A socket that is bound and does not listen refuses whoever comes.
    void stay_closed(std::unique_lock<std::mutex>& lock) {
        acceptor.close();
        acceptor.open(tcp::v4());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        acceptor.bind({asio::ip::address_v4::loopback(), port});
        resting = true;
        stopped.notify_all();
        stopped.wait(lock, [this] { return !closed || stopping; });
        resting = false;
        if (!stopping)
            acceptor.listen();
        stopped.notify_all();
    }

    void open_door(bool open) {
        std::unique_lock lock(mutex);
        if (closed != open)
            return;
        closed = !open;
        if (closed) {
            ::shutdown(acceptor.native_handle(), SHUT_RDWR);
            cut_clients();
        }
        stopped.notify_all();
        stopped.wait(lock, [this] { return resting == closed || stopping; });
    }

    void cut_clients() {
        for (auto& client : clients) {
            client.thread.request_stop();
            client.connection.cut();
        }
    }

    void stop() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
            ::shutdown(acceptor.native_handle(), SHUT_RDWR);
            cut_clients();
        }
        stopped.notify_all();
        acceptor_thread.join();
        clients.clear();
    }

    asio::io_context context;
    tcp::acceptor acceptor;
    const std::uint16_t port;
    HttpService& service;
    const SimulatedClock& clock;
    std::size_t most;
    std::mutex mutex;
    std::condition_variable stopped;
    bool stopping = false;
    bool closed = false;  ///< is it to be so?
    bool resting = false; ///< is it so?
    std::list<Client> clients;
    std::thread acceptor_thread;
};

HttpServer::HttpServer(int port, HttpService& service, const SimulatedClock& clock, std::size_t connections)
    : state_(State::listen(port, service, clock, connections)) {
    state_->acceptor_thread = std::thread([state = state_.get()] { state->accept_all(); });
}

HttpServer::~HttpServer() { state_->stop(); }

void HttpServer::open_door(bool open) { state_->open_door(open); }

int HttpServer::port() const { return state_->port; }

std::string HttpServer::origin() const { return "http://127.0.0.1:" + std::to_string(port()); }

} // namespace efaxd::sandbox
