#include "app/operations.hpp"

#include "app/queries.hpp"
#include "app/routes.hpp"
#include "app/sent_answer.hpp"
#include "app/webhook.hpp"
#include "efaxd/core/refusal.hpp"
#include "efaxd/log.hpp"
#include "json/value.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace efaxd::app {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using serve::Answer;
using serve::Question;
using serve::Reply;

/// Below the minute after which browsers, proxies and servers in between lose patience.
constexpr Duration call_patience = 45s;
constexpr Duration clerk_patience = 60s; ///< of a call in the line before the clerks
constexpr std::size_t most_synced = 1000;

bool is_json(const Question& question) {
    std::string type = question.content_type.substr(0, question.content_type.find(';'));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return type == "application/fhir+json" || type == "application/json" ||
           (type.empty() && question.body.empty());
}

constexpr std::array<std::string_view, 3> types{"Communication", "Organization", "Practitioner"};

/// `Organization/1` of the path; empty for the type's own form.
std::string reference_in(const Question& question) {
    for (const std::string_view type : types)
        if (const auto id = question.captures.find(std::string(type)); id != question.captures.end())
            return std::string(type) + '/' + id->second;
    return {};
}

/// The id of a Communication in a body; empty if there is none.
std::string id_in(const std::string& body) {
    try {
        const auto document = json::Document::parse(body);
        return std::string(document.root()["id"].text_or(""));
    } catch (const json::ParseError&) {
        return {};
    }
}

Answer answer_for(Callers::Verdict verdict) {
    switch (verdict) {
    case Callers::Verdict::forbidden:
        return serve::outcome(403, "forbidden", "These credentials may not do this.");
    case Callers::Verdict::not_found:
        return serve::outcome(404, "not-found", "The FHIR server shows no such resource to you.");
    case Callers::Verdict::granted:
    case Callers::Verdict::unknown:
        break;
    }
    return serve::outcome(401, "login", "Valid credentials are needed.");
}

Answer answer_for(const Reception& reception) {
    const bool nothing = reception.unread == reception.mailboxes && reception.mailboxes > 0;
    if (!nothing)
        return serve::received(reception.received);
    const std::string why = reception.received.issues.empty() ? "" : ' ' + reception.received.issues[0].text;
    if (reception.refused)
        return serve::outcome(424, "security", "eFax refuses our credentials or the user ID." + why);
    return serve::outcome(502, "transient", "eFax could not be asked." + why);
}

} // namespace

// ---- the table

std::vector<serve::Route> Operations::table() const {
    std::vector<serve::Route> routes;
    add_routes(routes, "/fhir/R4");
    add_routes(routes, "/{project}/fhir/R4");
    add_open_routes(routes);
    add_webhook_routes(daemon_, routes);
    return routes;
}

void Operations::add_routes(std::vector<serve::Route>& routes, const std::string& base) const {
    const auto post = [&](const std::string& path, std::string help,
                          void (Operations::*work)(const Question&, const Reply&) const) {
        routes.push_back({"POST", base + path, std::move(help), true,
                          [self = *this, work](const Question& question, const Reply& reply) {
                              if (!self.project_of(question))
                                  return reply(serve::not_set_up("There is no such project here."));
                              if (!is_json(question))
                                  return reply(
                                      serve::outcome(415, "not-supported",
                                                     "Send application/fhir+json or application/json."));
                              (self.*work)(question, reply);
                          }});
    };
    const std::string receive = "take in what the eFax user ID has got";
    post("/$receive-efax", receive, &Operations::receive);
    for (const std::string_view of_type : types) {
        const std::string type = '/' + std::string(of_type);
        const std::string instance = type + "/{" + std::string(of_type) + '}';
        post(type + "/$receive-efax", receive, &Operations::receive);
        post(type + "/$sync-efax-status", "look at all faxes under way", &Operations::sync);
        post(instance + "/$sync-efax-status", "look at these faxes", &Operations::sync);
        if (of_type != "Communication")
            post(instance + "/$receive-efax", receive, &Operations::receive);
    }
    post("/Communication/$send-efax", "send the Communication in the body", &Operations::send);
    routes.push_back(
        {"POST", base + "/Communication/{Communication}/$send-efax",
         "no operation: says where the right one is", true, [](const Question&, const Reply& reply) {
             reply(serve::outcome(400, "not-supported",
                                  "Nothing was sent: post the whole Communication, with its id, to "
                                  "Communication/$send-efax of the same base URL."));
         }});

    const auto get = [&](const std::string& path, std::string help, auto answer) {
        routes.push_back({"GET", base + path, std::move(help), false,
                          [self = *this, answer](const Question& question, const Reply& reply) {
                              const auto project = self.project_of(question);
                              if (!project)
                                  return reply(serve::not_set_up("There is no such project here."));
                              const bool alone = !question.captures.contains("project");
                              reply(
                                  answer(question, alone ? "/fhir/R4" : '/' + project->name() + "/fhir/R4"));
                          }});
    };
    get("/metadata", "the CapabilityStatement",
        [](const Question&, const std::string& at) { return serve::operations_metadata(at, EFAXD_VERSION); });
    get("/OperationDefinition/{name}", "what an operation takes and gives",
        [](const Question& question, const std::string& at) {
            return serve::operation_definition(question.captures.at("name"), at);
        });
}

/// The same answers as at the status socket; the metrics for those only who may call something.
void Operations::add_open_routes(std::vector<serve::Route>& routes) const {
    for (const serve::Route& route : Routes(daemon_).table()) {
        if (route.pattern == "/livez" || route.pattern == "/readyz")
            routes.push_back(route);
        if (route.pattern != "/metrics")
            continue;
        serve::Route guarded = route;
        guarded.handle = [self = *this, handle = route.handle](const Question& question, const Reply& reply) {
            // A caller's credentials are shown to no other project's server than the one they are for.
            const auto& projects = self.daemon_.projects_;
            const auto named = projects.find(question.query_or("project", self.daemon_.only_project()));
            if (named == projects.end())
                return reply(
                    serve::outcome(400, "required", "Say whose credentials these are: ?project=NAME"));
            self.by_clerk(reply, [self, callers = self.daemon_.callers_, handle, question, reply,
                                  project = named->second] {
                const auto verdict =
                    callers->check(*project, question.authorization, {}, self.daemon_.stop_.get_token());
                if (verdict != Callers::Verdict::granted)
                    return reply(answer_for(verdict));
                asio::post(self.daemon_.loop_, [handle, question, reply] { handle(question, reply); });
            });
        };
        routes.push_back(std::move(guarded));
    }
}

// ---- callers and clerks

Operations::ProjectPtr Operations::project_of(const Question& question) const {
    const auto& projects = daemon_.projects_;
    const auto named = question.captures.find("project");
    if (named == question.captures.end())
        return projects.size() == 1 ? projects.begin()->second : nullptr;
    const auto found = projects.find(named->second);
    return found == projects.end() ? nullptr : found->second;
}

void Operations::by_clerk(const Reply& reply, std::function<void()> work) const {
    const Steady asked = daemon_.ground_.clock.steady();
    const auto job = [&daemon = daemon_, reply, asked, work = std::move(work)] {
        if (daemon.ground_.clock.steady() - asked > clerk_patience) // the caller has gone, or soon will
            return reply(serve::outcome(503, "timeout", "efaxd is busy; nothing was sent, try again later."));
        try {
            work();
        } catch (const Refusal& refusal) {
            reply(serve::outcome(refusal));
        } catch (const Fault& fault) {
            reply(answer_for(fault));
        }
    };
    if (!daemon_.at_clerk(job))
        reply(serve::outcome(503, "throttled", "Too many calls at once; nothing was sent, try again later."));
}

void Operations::with_caller(const Question& question, const Reply& reply, const std::string& reference,
                             Work work) const {
    by_clerk(reply, [self = *this, callers = daemon_.callers_, project = project_of(question),
                     authorization = question.authorization, reply, reference, work = std::move(work)] {
        const auto verdict =
            callers->check(*project, authorization, reference, self.daemon_.stop_.get_token());
        if (verdict == Callers::Verdict::granted)
            return asio::post(self.daemon_.loop_, [work, project] { work(project); });
        if (verdict != Callers::Verdict::not_found)
            self.daemon_.note_refused_caller(project->name());
        reply(answer_for(verdict));
    });
}

void Operations::after(Duration patience, std::function<void()> what) const {
    auto timer = std::make_shared<asio::steady_timer>(daemon_.loop_, patience);
    timer->async_wait([timer, what = std::move(what)](const boost::system::error_code& error) {
        if (!error)
            what();
    });
}

// ---- $receive-efax

void Operations::receive(const Question& question, const Reply& reply) const {
    const std::string owner = reference_in(question);
    if (!owner.empty() && !is_fhir_id(owner.substr(owner.find('/') + 1)))
        return reply(serve::outcome(404, "not-found", "There is no such resource."));
    with_caller(question, reply, owner, [self = *this, owner, reply](const ProjectPtr& project) {
        self.receive_for(project, owner, reply);
    });
}

void Operations::receive_for(const ProjectPtr& project, const std::string& owner, const Reply& reply) const {
    std::vector<std::string> mailboxes;
    for (const auto& [id, record] : daemon_.board_.mailboxes()) {
        const Mailbox& mailbox = record.mailbox;
        const bool meant =
            owner.empty() ? mailbox.user_id == project->system_user_id() : mailbox.owner.reference() == owner;
        if (mailbox.project == project->name() && meant)
            mailboxes.push_back(id);
    }
    if (!mailboxes.empty())
        return receive_all(mailboxes, reply);
    if (owner.empty())
        return reply(serve::outcome(422, "business-rule",
                                    "This project has no shared fax number: receive for an Organization or a "
                                    "Practitioner."));
    find_owner(project, owner, reply);
}

/// An owner whom discovery has not met yet, or who has nothing to poll.
void Operations::find_owner(const ProjectPtr& project, const std::string& owner, const Reply& reply) const {
    by_clerk(reply, [self = *this, project, owner, reply] {
        const auto stop = self.daemon_.stop_.get_token();
        const auto slash = owner.find('/');
        const Owner who{*owner_kind(owner.substr(0, slash)), owner.substr(slash + 1)};
        if (project->fhir().users_of(who, stop).empty()) {
            if (!project->fhir().exists(owner, stop))
                return reply(serve::outcome(404, "not-found", owner + " is not on the FHIR server."));
            return reply(serve::outcome(422, "business-rule",
                                        owner + " has no eFax user ID: give it an identifier of the system "
                                                "https://efax.com."));
        }
        if (!project->discovers())
            return reply(
                serve::outcome(422, "business-rule", "efaxd is not configured to poll for " + owner + "."));
        project->discover(stop);
        asio::post(self.daemon_.loop_, [self, project, owner, reply] {
            self.daemon_.sync_mailboxes(*project);
            for (const auto& [id, record] : self.daemon_.board_.mailboxes())
                if (record.mailbox.project == project->name() && record.mailbox.owner.reference() == owner)
                    return self.receive_for(project, owner, reply);
            reply(
                serve::outcome(422, "business-rule",
                               "The eFax user ID of " + owner +
                                   " belongs to somebody else as well, or is not configured to be polled."));
        });
    });
}

void Operations::receive_all(const std::vector<std::string>& mailboxes, const Reply& reply) const {
    for (const std::string& id : mailboxes)
        if (daemon_.board_.mailbox(id).paused)
            return reply(serve::outcome(422, "business-rule",
                                        "An administrator has paused this fax number; ask for a resume."));
    const int number = daemon_.receptions_.wait_for(
        mailboxes, [reply](const Reception& reception) { reply(answer_for(reception)); });
    for (const std::string& id : mailboxes)
        daemon_.poll_for_caller(id);
    after(call_patience, [&daemon = daemon_, number] { daemon.receptions_.give_up(number); });
}

// ---- $send-efax

void Operations::send(const Question& question, const Reply& reply) const {
    std::shared_ptr<const std::string> body; // may be large, and is handed on from thread to thread
    try {
        body = std::make_shared<const std::string>(serve::read_input(question.body, "Communication"));
    } catch (const Refusal& refusal) {
        // Whether the body makes sense is nobody's business who may not call.
        const Refusal no_fax(400, "invalid", "Communication", refusal.reason, refusal.what());
        return with_caller(question, reply, {},
                           [reply, no_fax](const ProjectPtr&) { reply(serve::outcome(no_fax)); });
    }
    const std::string id = id_in(*body);
    const std::string reference = is_fhir_id(id) ? "Communication/" + id : std::string{};
    with_caller(
        question, reply, reference,
        [self = *this, id, body, reply, authorization = question.authorization](const ProjectPtr& project) {
            if (!project->config().send.live)
                return reply(
                    serve::outcome(422, "business-rule",
                                   "Sending is switched off here (send.mode: hold); nothing was sent."));
            self.by_clerk(reply,
                          [self, callers = self.daemon_.callers_, project, id, body, authorization, reply] {
                              const auto may = [&](const OutboundCommunication& communication) {
                                  callers->check_sending(*project, authorization, communication,
                                                         self.daemon_.stop_.get_token());
                              };
                              self.accept(project, id, *body, may, reply);
                          });
        });
}

/// What is known already is answered as it was, whatever has become of the Communication since.
void Operations::accept(const ProjectPtr& project, const std::string& id, const std::string& body,
                        const Outgoing::May& may, const Reply& reply) const {
    std::vector<Transmission> rows;
    if (is_fhir_id(id))
        rows = daemon_.ground_.outbox.find({project->name(), id});
    try {
        if (rows.empty())
            rows = project->outgoing().accept(body, may, daemon_.stop_.get_token());
    } catch (const Refusal& refusal) {
        if (refusal.reason != "send.sent_already")
            throw;
        return answer_with(project, id, 200, reply); // as for every repetition
    }
    // One that is being submitted at this moment is waited for as well: its outcome is not unknown yet.
    const bool to_be_carried = std::ranges::any_of(rows, [](const Transmission& row) {
        return row.stage <= SendStage::submitting && row.due && !row.held;
    });
    if (!to_be_carried)
        return answer_sent(project, rows, reply);
    asio::post(daemon_.loop_, [self = *this, project, rows, reply] { self.carry(project, rows, reply); });
}

void Operations::carry(const ProjectPtr& project, const std::vector<Transmission>& rows,
                       const Reply& reply) const {
    const OutboundKey key{rows.front().key.project, rows.front().key.communication};
    const int number = daemon_.send_calls_.wait_for(
        {key}, [self = *this, project, rows, reply](const std::vector<Transmission>& now, bool) {
            const auto answered = [self, project, rows = now.empty() ? rows : now, reply] {
                self.answer_sent(project, rows, reply);
            };
            if (!self.daemon_.at_clerk(answered))
                reply(serve::outcome(202, "informational", "The fax is being sent."));
        });
    daemon_.send_for_caller(key, false);
    after(call_patience, [&daemon = daemon_, number] { daemon.send_calls_.give_up(number); });
}

void Operations::answer_sent(const ProjectPtr& project, const std::vector<Transmission>& rows,
                             const Reply& reply) const {
    if (auto refused = refusal_for(rows))
        return reply(std::move(*refused));
    answer_with(project, rows.front().key.communication, all_submitted(rows) ? 200 : 202, reply);
}

/// The fax is on its way whatever the FHIR server does now: nobody may be told that nothing was sent.
void Operations::answer_with(const ProjectPtr& project, const std::string& id, int status,
                             const Reply& reply) const {
    try {
        if (const auto standing = project->fhir().standing(id, daemon_.stop_.get_token()))
            return reply(serve::resource(standing->body, status));
    } catch (const Fault&) { // as if it were gone
    }
    reply(serve::outcome(status, "informational",
                         "The fax is on its way; the Communication cannot be shown at present."));
}

// ---- $sync-efax-status

void Operations::sync(const Question& question, const Reply& reply) const {
    const std::string reference = reference_in(question);
    if (!reference.empty() && !is_fhir_id(reference.substr(reference.find('/') + 1)))
        return reply(serve::outcome(404, "not-found", "There is no such resource."));
    with_caller(question, reply, reference, [self = *this, reference, reply](const ProjectPtr& project) {
        self.by_clerk(reply,
                      [self, project, reference, reply] { self.sync_open(project, reference, reply); });
    });
}

void Operations::sync_open(const ProjectPtr& project, const std::string& reference,
                           const Reply& reply) const {
    OutboxQuery query;
    query.project = project->name();
    query.open_only = true;
    query.limit = most_synced;
    constexpr std::string_view communication = "Communication/";
    std::set<std::string> users;
    if (reference.starts_with(communication))
        query.communication = reference.substr(communication.size());
    else if (!reference.empty())
        for (const auto list = project->mailboxes(); const Mailbox& mailbox : list->mailboxes)
            if (mailbox.owner.reference() == reference)
                users.insert(mailbox.user_id);
    std::set<OutboundKey> keys;
    for (const Transmission& row : daemon_.ground_.outbox.list(query))
        if (users.empty() ? reference.empty() || query.communication : users.contains(row.user_id))
            keys.insert({row.key.project, row.key.communication});
    if (keys.empty())
        return reply(serve::synced({}));
    asio::post(daemon_.loop_, [self = *this, keys, reply] {
        const int number = self.daemon_.send_calls_.wait_for(
            {keys.begin(), keys.end()}, [reply](const std::vector<Transmission>& rows, bool) {
                reply(serve::synced(count_synced(rows)));
            });
        for (const OutboundKey& key : keys)
            self.daemon_.send_for_caller(key, true);
        self.after(call_patience, [&daemon = self.daemon_, number] { daemon.send_calls_.give_up(number); });
    });
}

} // namespace efaxd::app
