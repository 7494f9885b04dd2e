#include "fhir/server.hpp"

#include "fhir/abridged_body.hpp"
#include "fhir/binaries.hpp"
#include "fhir/bundle.hpp"
#include "fhir/capability.hpp"
#include "fhir/communication_json.hpp"
#include "fhir/found.hpp"
#include "fhir/last_known.hpp"
#include "fhir/outbound.hpp"
#include "fhir/owner_users.hpp"
#include "fhir/reader.hpp"
#include "fhir/resource.hpp"
#include "fhir/search_text.hpp"
#include "fhir/session.hpp"

namespace efaxd::fhir {

namespace {

constexpr Duration capabilities_last = std::chrono::hours{24};
constexpr Duration ask_again = std::chrono::minutes{1};

/// An upload under an id of ours does no harm where it is refused, and leaves nothing behind where its reply
/// is lost like the one of the CapabilityStatement was.
bool was_lost(const Fault& fault) {
    return fault.reason == "fhir.broken" || fault.reason == "fhir.timed_out" ||
           fault.reason == "fhir.unreachable";
}

} // namespace

struct Server::Parts {
    Parts(const ServerOptions& options, Clock& the_clock)
        : clock(the_clock), session(options, clock), reader(session, clock),
          binaries(session, options.binary, options.project, clock),
          outbound(session, reader, options, clock) {}

    /// Asked without a token first, as it is open on most servers. A refused token makes nobody rest here:
    /// some gateways refuse this path to everybody.
    Capabilities capabilities(const std::stop_token& stop) {
        auto request = session.request(http::Method::get, "metadata");
        request.limits.reply_bytes = abridged_bytes;
        AbridgedBody body;
        auto reply = session.ask_once(request, {}, stop, body.sink());
        if (reply.status == 401 || reply.status == 403)
            reply = session.ask_once(request, session.authorizer().header(stop), stop, body.sink());
        if (reply.status != 200)
            throw refusal(reply, Call::asks, clock.now());
        return capabilities_of(read_resource(body.take(), "CapabilityStatement").root());
    }

    Match adopt(const http::Reply& reply, const std::stop_token& stop);

    Clock& clock;
    Session session;
    Reader reader;
    Binaries binaries;
    Outbound outbound;

    LastKnown client_ids{clock, capabilities_last, ask_again, was_lost};
};

Server::Server(const ServerOptions& options, Clock& clock)
    : parts_(std::make_unique<Parts>(options, clock)) {}

Server::~Server() = default;

std::vector<Match> Server::find(const std::string& fax_id, bool inbound_only, std::stop_token stop) {
    const auto which = inbound_only ? Unless::inbound_identifier_exists : Unless::identifier_exists;
    FoundFaxes found(fax_id, inbound_only);
    parts_->reader.search("Communication?" + fax_query(fax_id, which) + "&_count=50", stop,
                          [&](json::Value bundle, bool last) {
                              found.add_page(bundle, last);
                              return Onward::yes;
                          });
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
    auto read = reader.get("Communication/" + id, stop);
    if (read.status != 200)
        throw refusal(read, Call::asks, clock.now());
    const auto existing = read_resource(std::move(read.body), "Communication");
    auto match = match_of(existing.root());
    match.id = id;
    return match;
}

void Server::remove_binary(const std::string& id, std::stop_token stop) { parts_->binaries.remove(id, stop); }

bool Server::exists(const std::string& reference, std::stop_token stop) {
    if (!is_local_reference(reference))
        return true; // elsewhere: not for us to ask
    const auto reply = parts_->reader.get_fresh(reference, abridged_bytes, stop,
                                                [](const http::Reply&, std::string_view) {});
    if (reply.status == 404 || reply.status == 410)
        return false;
    if (reply.status != 200)
        throw refusal(reply, Call::asks, parts_->clock.now());
    return true;
}

std::vector<OwnedUser> Server::owners(OwnerKind kind, std::stop_token stop) {
    const auto type = name_of(kind);
    std::vector<OwnedUser> owners;
    parts_->reader.search(std::string(type) + "?" + owners_query(), stop, [&](json::Value bundle, bool) {
        each_match(bundle, type, [&](json::Value owner) {
            for (auto& user : users_on(owner, kind, parts_->clock.now()))
                owners.push_back(std::move(user));
        });
        return Onward::yes;
    });
    return owners;
}

std::vector<OwnedUser> Server::users_of(const Owner& owner, std::stop_token stop) {
    if (!is_local_reference(owner.reference()))
        return {};
    auto reply = parts_->reader.get(owner.reference(), stop);
    if (reply.status == 404 || reply.status == 410)
        return {};
    if (reply.status != 200)
        throw refusal(reply, Call::asks, parts_->clock.now());
    const auto resource = read_resource(std::move(reply.body), name_of(owner.kind));
    auto users = users_on(resource.root(), owner.kind, parts_->clock.now());
    for (auto& user : users)
        user.owner = owner;
    return users;
}

OutboundCommunication Server::read(const std::string& id, std::stop_token stop) {
    return parts_->outbound.read(id, std::move(stop));
}

OutboundCommunication Server::read_body(std::string_view body, std::stop_token stop) {
    return parts_->outbound.read_body(body, std::move(stop));
}

std::string Server::file(const OutboundCommunication& communication, std::stop_token stop) {
    return parts_->outbound.file(communication, std::move(stop));
}

void Server::fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) {
    parts_->outbound.fetch(document, sink, std::move(stop));
}

std::optional<CommunicationStanding> Server::standing(const std::string& id, std::stop_token stop) {
    return parts_->outbound.standing(id, std::move(stop));
}

Written Server::change(const std::string& id, const CommunicationStanding& known,
                       const CommunicationChange& change, std::stop_token stop) {
    return parts_->outbound.change(id, known, change, std::move(stop));
}

bool Server::claim(const std::string& id, const std::string& installation, std::stop_token stop) {
    return parts_->outbound.claim(id, installation, std::move(stop));
}

std::vector<InProgress> Server::in_progress(std::stop_token stop) {
    return parts_->outbound.in_progress(std::move(stop));
}

CallerRight Server::check_caller(const std::string& authorization, const std::string& reference,
                                 std::stop_token stop) {
    return parts_->outbound.check_caller(authorization, reference, std::move(stop));
}

void Server::sign_in(const std::stop_token& stop) { parts_->session.authorizer().sign_in_now(stop); }

Capabilities Server::capabilities(const std::stop_token& stop) { return parts_->capabilities(stop); }

ServerState Server::state() const {
    const auto& session = parts_->session;
    return {session.authorizer().signed_in(), session.authorizer().tokens_asked(), session.remote().paused(),
            session.remote().skew()};
}

} // namespace efaxd::fhir
