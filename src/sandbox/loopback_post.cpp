#include "sandbox/loopback_post.hpp"

#include "sandbox/text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>

namespace efaxd::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;

std::optional<LoopbackUrl> loopback_url(std::string_view url) {
    for (const std::string_view origin : {"http://127.0.0.1", "http://localhost"}) {
        if (!url.starts_with(origin))
            continue;
        const auto rest = url.substr(origin.size());
        const auto slash = std::min(rest.find('/'), rest.size());
        LoopbackUrl found;
        if (slash < rest.size())
            found.path = rest.substr(slash);
        if (slash == 0)
            return found;
        const auto port = whole_number(rest.substr(1, slash - 1));
        if (rest.front() != ':' || !port || *port < 1 || *port > 65'535)
            return std::nullopt;
        found.port = static_cast<std::uint16_t>(*port);
        return found;
    }
    return std::nullopt;
}

namespace {

class Exchange {
  public:
    Exchange(const LoopbackUrl& to, const std::string& signature, const std::string& body)
        : stream_(context_), request_(beast::http::verb::post, to.path, 11) {
        request_.set(beast::http::field::host, "127.0.0.1:" + std::to_string(to.port));
        request_.set(beast::http::field::content_type, "application/json");
        request_.set(beast::http::field::connection, "close");
        if (!signature.empty())
            request_.set("X-HMAC-Signature", signature);
        request_.body() = body;
        request_.prepare_payload();
        stream_.expires_after(std::chrono::seconds{5});
        stream_.async_connect(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), to.port},
                              [this](boost::system::error_code error) {
                                  if (!error)
                                      write();
                              });
    }

    int run(const std::stop_token& stop) {
        const std::stop_callback stopped(stop, [this] { context_.stop(); });
        context_.run();
        return status_;
    }

  private:
    void write() {
        beast::http::async_write(stream_, request_, [this](boost::system::error_code error, std::size_t) {
            if (!error)
                read();
        });
    }

    void read() {
        beast::http::async_read(stream_, buffer_, reply_,
                                [this](boost::system::error_code error, std::size_t) {
                                    if (!error)
                                        status_ = static_cast<int>(reply_.result_int());
                                });
    }

    asio::io_context context_;
    beast::tcp_stream stream_;
    beast::http::request<beast::http::string_body> request_;
    beast::flat_buffer buffer_;
    beast::http::response<beast::http::string_body> reply_;
    int status_ = 0;
};

} // namespace

int post_json(const LoopbackUrl& to, const std::string& signature, const std::string& body,
              const std::stop_token& stop) {
    return Exchange(to, signature, body).run(stop);
}

} // namespace efaxd::sandbox
