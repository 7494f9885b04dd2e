#include "serve/tcp_door.hpp"

#include "serve/answers.hpp"
#include "serve/reception.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <system_error>

namespace efaxd::serve {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string place_of(const TcpDoorOptions& options) {
    const bool v6 = options.address.find(':') != std::string::npos;
    return (v6 ? '[' + options.address + ']' : options.address) + ':' + std::to_string(options.port);
}

Tcp::acceptor listen_at(const asio::any_io_executor& executor, const TcpDoorOptions& options) {
    const auto need = [&options](const error_code& error, const char* what) {
        if (error)
            throw std::system_error(error.value(), std::generic_category(),
                                    "operations door " + place_of(options) + ": " + what);
    };
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    need(error, "the address is none");
    if (options.port < 0 || options.port > 65535)
        need(asio::error::invalid_argument, "the port is none");
    const Tcp::endpoint endpoint(address, static_cast<asio::ip::port_type>(options.port));
    Tcp::acceptor acceptor(executor);
    acceptor.open(endpoint.protocol(), error);
    need(error, "the kind of address is not available");
    acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    need(error, "cannot be prepared");
    acceptor.bind(endpoint, error);
    need(error, "cannot be had");
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    need(error, "cannot be listened on");
    return acceptor;
}

} // namespace

struct TcpDoor::State {
    int port = 0;
    std::shared_ptr<Reception<Tcp>> reception;
};

TcpDoor::TcpDoor(asio::any_io_executor executor, TcpDoorOptions options, std::vector<Route> routes)
    : state_(std::make_shared<State>()) {
    const Limits limits{options.connections,    options.header_bytes,    options.body_bytes,
                        options.all_body_bytes, options.client_patience, options.answer_patience,
                        options.heartbeat};
    auto desk = std::make_shared<Desk>(limits, std::move(routes), std::make_shared<Gate>(executor));
    desk->failure = options.failure ? std::move(options.failure) : failure;
    Tcp::acceptor acceptor = listen_at(executor, options);
    state_->port = acceptor.local_endpoint().port();
    state_->reception = std::make_shared<Reception<Tcp>>(std::move(desk), std::move(acceptor));
    state_->reception->accept();
}

TcpDoor::~TcpDoor() { close(); }

int TcpDoor::port() const { return state_ ? state_->port : 0; }

void TcpDoor::close() {
    if (state_)
        std::exchange(state_, nullptr)->reception->shut();
}

} // namespace efaxd::serve
