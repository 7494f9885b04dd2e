#include "serve/door.hpp"

#include "efaxd/log.hpp"
#include "serve/answers.hpp"
#include "serve/listen.hpp"
#include "serve/reception.hpp"

#include <limits>

namespace efaxd::serve {

namespace asio = boost::asio;

std::string Question::query_or(const std::string& name, std::string_view otherwise) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string(otherwise) : found->second;
}

namespace {

using MayChange = std::function<bool(const Question&)>;

bool may(const MayChange& may_change, const Route& route, const Question& question) {
    if (!route.changes)
        return true;
    const bool allowed = may_change && may_change(question);
    log::write(log::daemon_asked, {log::peer(question.uid), log::place(question.method + ' ' + question.path),
                                   log::reason(allowed ? "allowed" : "not_allowed")});
    return allowed;
}

std::shared_ptr<Desk> make_desk(const asio::any_io_executor& executor, const DoorOptions& options,
                                std::vector<Route> routes, MayChange may_change) {
    constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
    const Limits limits{options.connections,     options.header_bytes,    options.body_bytes, any,
                        options.client_patience, options.answer_patience, options.heartbeat};
    auto desk = std::make_shared<Desk>(limits, std::move(routes), std::make_shared<Gate>(executor));
    desk->failure = failure;
    desk->may = [may_change = std::move(may_change)](const Route& route, const Question& question) {
        return may(may_change, route, question);
    };
    return desk;
}

} // namespace

struct Door::State {
    using Reception = serve::Reception<asio::local::stream_protocol>;

    DoorOptions options;
    SocketFile file{};
    std::shared_ptr<Reception> reception{};
};

Door::Door(asio::any_io_executor executor, DoorOptions options, std::vector<Route> routes,
           std::function<bool(const Question&)> may_change)
    : state_(std::make_shared<State>(State{std::move(options)})) {
    auto desk = make_desk(executor, state_->options, std::move(routes), std::move(may_change));
    auto acceptor = listen_at(executor, state_->options.socket, state_->options.group, state_->file);
    state_->reception = std::make_shared<State::Reception>(std::move(desk), std::move(acceptor));
    state_->reception->accept();
}

Door::~Door() { close(); }

void Door::close() {
    if (!state_)
        return;
    const auto state = std::move(state_);
    remove_file(state->file);
    state->reception->shut();
}

} // namespace efaxd::serve
