#include "fhir/server.hpp"

#include "fhir/binaries.hpp"
#include "fhir/bundle.hpp"
#include "fhir/capability.hpp"
#include "fhir/communication_json.hpp"
#include "fhir/found.hpp"
#include "fhir/last_known.hpp"
#include "fhir/owner_users.hpp"
#include "fhir/resource.hpp"
#include "fhir/search_text.hpp"
#include "fhir/session.hpp"

namespace efaxd::fhir {

namespace {

constexpr int most_pages = 100;
constexpr std::uint64_t page_bytes = 16u << 20;
constexpr Duration capabilities_last = std::chrono::hours{24};
constexpr Duration ask_again = std::chrono::minutes{1};

} // namespace

struct Server::Parts {
    Parts(const ServerOptions& options, Clock& the_clock)
        : clock(the_clock), session(options, clock),
          binaries(session, options.binary, options.project, clock) {}

    http::Reply get(const std::string& path, const std::stop_token& stop, const http::Sink& sink = {}) {
        return session.call(
            Call::asks,
            [&] {
                auto request = session.request(http::Method::get, path);
                request.limits.reply_bytes = page_bytes;
                return request;
            },
            stop, sink);
    }

    /// Reads a search page by page; `visit` gets each Bundle and whether it is the last.
    void search(const std::string& path, const std::stop_token& stop,
                const std::function<void(json::Value bundle, bool last)>& visit) {
        std::string url = session.base_url() + "/" + path;
        for (int page = 0; page < most_pages; ++page) {
            const auto reply = session.call(
                Call::asks, [&] { return page_request(url); }, stop);
            if (reply.status != 200)
                throw refusal(reply, Call::asks, clock.now());
            const auto bundle = read_resource(reply.body, "Bundle");
            url = next_page(bundle.root(), session.base_url());
            visit(bundle.root(), url.empty());
            if (url.empty())
                return;
        }
        throw bad_reply("the search result has no end");
    }

    http::Request page_request(const std::string& url) const {
        auto request = session.request(http::Method::get, "");
        request.url = url; // ours, or checked by next_page
        request.headers.push_back(
            {"Cache-Control", "no-cache"}); // HAPI repeats results for a minute otherwise
        request.limits.reply_bytes = page_bytes;
        return request;
    }

    /// Asked without a token first, as it is open on most servers. A refused token makes nobody rest here:
    /// some gateways refuse this path to everybody.
    Capabilities capabilities(const std::stop_token& stop) {
        auto request = session.request(http::Method::get, "metadata");
        request.limits.reply_bytes = page_bytes;
        auto reply = session.ask_once(request, {}, stop);
        if (reply.status == 401 || reply.status == 403)
            reply = session.ask_once(request, session.authorizer().header(stop), stop);
        if (reply.status != 200)
            throw refusal(reply, Call::asks, clock.now());
        return capabilities_of(read_resource(reply.body, "CapabilityStatement").root());
    }

    Match adopt(const http::Reply& reply, const std::stop_token& stop);

    Clock& clock;
    Session session;
    Binaries binaries;

    LastKnown client_ids{clock, capabilities_last, ask_again};
};

Server::Server(const ServerOptions& options, Clock& clock)
    : parts_(std::make_unique<Parts>(options, clock)) {}

Server::~Server() = default;

std::vector<Match> Server::find(const std::string& fax_id, bool inbound_only, std::stop_token stop) {
    const auto which = inbound_only ? Unless::inbound_identifier_exists : Unless::identifier_exists;
    FoundFaxes found(fax_id, inbound_only);
    parts_->search("Communication?" + fax_query(fax_id, which) + "&_count=50", stop,
                   [&](json::Value bundle, bool last) { found.add_page(bundle, last); });
    return found.take();
}

bool Server::takes_client_ids(std::stop_token stop) {
    auto& parts = *parts_;
    return !parts.binaries.client_ids_refused() &&
           parts.client_ids.get([&] { return parts.capabilities(stop).binary_client_ids; }, stop);
}

std::string Server::upload(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                           std::stop_token stop) {
    return parts_->binaries.upload(document, media_type, wanted_id, stop);
}

Match Server::create(const InboundCommunication& communication, Unless unless, std::stop_token stop) {
    auto& parts = *parts_;
    const auto body = communication_json(communication);
    const auto reply = parts.session.call(
        Call::creates,
        [&] {
            auto request = parts.session.request(http::Method::post, "Communication");
            request.headers.push_back({"Content-Type", "application/fhir+json"});
            request.headers.push_back({"If-None-Exist", fax_query(communication.fax_id, unless)});
            request.body = body;
            return request;
        },
        stop);
    if (reply.status == 412)
        throw Fault(Fault::Kind::lasting, "fhir.several_matches",
                    "several Communications carry this fax id already");
    if (reply.status == 200)
        return parts.adopt(reply, stop);
    if (reply.status > 200 && reply.status < 300)
        if (auto id = created_id(reply, reply.body, "Communication"); !id.empty())
            return {std::move(id), Direction::inbound, {"Binary/" + communication.binary}};
    throw refusal(reply, Call::creates, parts.clock.now());
}

Match Server::Parts::adopt(const http::Reply& reply, const std::stop_token& stop) {
    try {
        const auto existing = read_resource(reply.body, "Communication");
        if (is_id(existing.root()["id"].text_or("")))
            return match_of(existing.root());
    } catch (const Fault&) { // no body, or none with the resource: it is read below
    }
    const auto id = created_id(reply, reply.body, "Communication");
    if (id.empty())
        throw refusal(reply, Call::creates, clock.now());
    const auto read = get("Communication/" + id, stop);
    if (read.status != 200)
        throw refusal(read, Call::asks, clock.now());
    const auto existing = read_resource(read.body, "Communication");
    auto match = match_of(existing.root());
    match.id = id;
    return match;
}

void Server::remove_binary(const std::string& id, std::stop_token stop) { parts_->binaries.remove(id, stop); }

bool Server::exists(const std::string& reference, std::stop_token stop) {
    if (!is_local_reference(reference))
        return true; // elsewhere: not for us to ask
    const auto reply = parts_->get(reference, stop, [](const http::Reply&, std::string_view) {});
    if (reply.status == 404 || reply.status == 410)
        return false;
    if (reply.status != 200)
        throw refusal(reply, Call::asks, parts_->clock.now());
    return true;
}

std::vector<OwnedUser> Server::owners(OwnerKind kind, std::stop_token stop) {
    const auto type = name_of(kind);
    std::vector<OwnedUser> owners;
    parts_->search(std::string(type) + "?" + owners_query(), stop, [&](json::Value bundle, bool) {
        each_match(bundle, type, [&](json::Value owner) {
            for (auto& user : users_on(owner, kind, parts_->clock.now()))
                owners.push_back(std::move(user));
        });
    });
    return owners;
}

std::vector<OwnedUser> Server::users_of(const Owner& owner, std::stop_token stop) {
    if (!is_local_reference(owner.reference()))
        return {};
    const auto reply = parts_->get(owner.reference(), stop);
    if (reply.status == 404 || reply.status == 410)
        return {};
    if (reply.status != 200)
        throw refusal(reply, Call::asks, parts_->clock.now());
    const auto resource = read_resource(reply.body, name_of(owner.kind));
    auto users = users_on(resource.root(), owner.kind, parts_->clock.now());
    for (auto& user : users)
        user.owner = owner;
    return users;
}

void Server::sign_in(const std::stop_token& stop) { parts_->session.authorizer().sign_in_now(stop); }

Capabilities Server::capabilities(const std::stop_token& stop) { return parts_->capabilities(stop); }

ServerState Server::state() const {
    const auto& session = parts_->session;
    return {session.authorizer().signed_in(), session.authorizer().tokens_asked(), session.remote().paused(),
            session.remote().skew()};
}

} // namespace efaxd::fhir
