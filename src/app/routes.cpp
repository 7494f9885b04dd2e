#include "app/routes.hpp"

#include "app/config_answer.hpp"
#include "app/connectivity.hpp"
#include "app/dry_run.hpp"
#include "app/queries.hpp"
#include "app/transmission_routes.hpp"
#include "efaxd/meter.hpp"
#include "serve/answers.hpp"
#include "system/usage.hpp"

#include <boost/asio/post.hpp>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace efaxd::app {

namespace {

constexpr auto no_such_fax =
    "no such fax in the ledger; name an outbound one in full, PROJECT:COMMUNICATION:RECIPIENT";

namespace asio = boost::asio;
using serve::Answer;
using serve::Question;
using serve::Reply;

std::string name_of_fax(const Entry& entry) { return entry.key.project + "/" + entry.key.fax_id; }

std::string standing(const Entry& entry) {
    if (entry.held)
        return " is held";
    if (entry.settled())
        return " is settled; there is nothing left to do";
    return entry.stage == Stage::attached ? " is looked up after a rest, then tried" : " is tried now";
}

bool is_member(std::uint32_t uid, const char* group) {
    const ::group* const admins = ::getgrnam(group);
    const ::passwd* const user = ::getpwuid(uid);
    if (!admins || !user)
        return false;
    if (user->pw_gid == admins->gr_gid)
        return true;
    for (char** member = admins->gr_mem; *member; ++member)
        if (std::string_view(*member) == user->pw_name)
            return true;
    return false;
}

} // namespace

bool Routes::may_change(const Question& question) {
    return question.uid == 0 || question.uid == ::geteuid() || is_member(question.uid, "efaxd-admin");
}

std::vector<serve::Route> Routes::table() const {
    Daemon* const daemon = daemon_;

    const auto with_status = [daemon](const Reply& reply,
                                      const std::function<Answer(const serve::Status&)>& show) {
        daemon->at_desk([daemon, reply, show] {
            auto totals = daemon->ground_.ledger.totals();
            auto outbound = daemon->ground_.outbox.totals();
            const auto free_disk = daemon->free_disk_();
            asio::post(daemon->loop_,
                       [daemon, reply, show, totals = std::move(totals), outbound = std::move(outbound),
                        free_disk] { reply(show(daemon->status(totals, outbound, free_disk))); });
        });
    };
    const auto json = [](std::string body) { return Answer{200, "application/json", std::move(body)}; };

    /// Brings a fax into another state, with no errand on it meanwhile.
    const auto change_fax = [daemon](const Question& question, const Reply& reply,
                                     std::function<void(Entry&)> change) {
        const auto key = fax_key_in(question.captures.at("id"));
        if (!key)
            return reply(serve::failure(404, "not_found", "a fax is named PROJECT:FAX-ID"));
        daemon->change_fax(*key, std::move(change), [reply](Daemon::Change result, const Entry& entry) {
            switch (result) {
            case Daemon::Change::done:
                return reply(serve::done(name_of_fax(entry) + standing(entry)));
            case Daemon::Change::no_such_fax:
                return reply(serve::failure(404, "not_found", no_such_fax));
            case Daemon::Change::busy:
                return reply(serve::failure(409, "busy", "the fax is being worked on right now; try again"));
            case Daemon::Change::failed:
            case Daemon::Change::unreachable: // of transmissions only
                return reply(
                    serve::failure(503, "failed", "the ledger could not be written; is the disk full?"));
            }
        });
    };

    /// Both servers are asked: one such job at a time.
    const auto inspect = [daemon, json](const Reply& reply, std::function<std::string()> look_around) {
        const bool begun = daemon->inspect(
            [reply, json, look_around = std::move(look_around)] { reply(json(look_around())); });
        if (!begun)
            reply(serve::failure(409, "busy", "another check or preview is going on; wait for it"));
    };

    const auto set_pause = [daemon](bool paused) {
        return [daemon, paused](const Question& question, const Reply& reply) {
            const std::string id = question.captures.at("id");
            if (!daemon->board_.find_mailbox(id))
                return reply(serve::failure(404, "not_found", "no such mailbox"));
            daemon->pause(id, paused);
            reply(serve::done(id + (paused ? " is paused until it is resumed" : " is polled again")));
        };
    };

    std::vector<serve::Route> routes;
    const auto look = [&](std::string pattern, std::string help, auto handle) {
        routes.push_back({"GET", std::move(pattern), std::move(help), false, std::move(handle)});
    };
    const auto change = [&](std::string pattern, std::string help, auto handle) {
        routes.push_back({"POST", std::move(pattern), std::move(help), true, std::move(handle)});
    };

    look("/status", "how the daemon and its projects do", [=](const Question&, const Reply& reply) {
        with_status(reply, [json](const serve::Status& status) { return json(serve::status_json(status)); });
    });
    look("/mailboxes", "every mailbox; ?after=ID&limit=N", [=](const Question& question, const Reply& reply) {
        with_status(reply, [json, after = question.query_or("after", ""),
                            limit = limit_of(question)](const serve::Status& status) {
            return json(serve::mailboxes_json(status, after, limit));
        });
    });
    look("/faxes",
         "faxes; ?project= &mailbox= &stage= &held=true &unsettled=true &after_project= &after_fax= &limit=N",
         [=](const Question& question, const Reply& reply) {
             const auto query = fax_query_in(question);
             if (!query)
                 return reply(serve::failure(400, "bad_query", "there is no such stage"));
             daemon->at_desk([daemon, json, reply, query = *query] {
                 reply(json(serve::faxes_json(daemon->ground_.ledger.list(query), query.limit)));
             });
         });
    look("/faxes/{id}", "one fax, named PROJECT:FAX-ID", [=](const Question& question, const Reply& reply) {
        const auto key = fax_key_in(question.captures.at("id"));
        if (!key)
            return reply(serve::failure(404, "not_found", "a fax is named PROJECT:FAX-ID"));
        daemon->at_desk([daemon, json, reply, key = *key] {
            const auto entry = daemon->ground_.ledger.find(key);
            if (!entry)
                return reply(serve::failure(404, "not_found", no_such_fax));
            reply(json(serve::fax_json(*entry)));
        });
    });
    look("/metrics", "the same for Prometheus", [=](const Question&, const Reply& reply) {
        daemon->at_desk([=] {
            with_status(reply, [usage = system::usage()](serve::Status status) {
                status.usage = usage;
                return Answer{200, "text/plain; version=0.0.4; charset=utf-8",
                              serve::metrics_text(status) + meter::text()};
            });
        });
    });
    look("/livez", "the loop turns and no errand is stuck", [=](const Question&, const Reply& reply) {
        if (daemon->stuck())
            return reply(serve::failure(503, "stuck", "an errand does not come back"));
        reply(json(R"({"live":true})"));
    });
    look("/readyz", "every project has read a mailbox", [=](const Question&, const Reply& reply) {
        for (const auto& [id, record] : daemon->board_.mailboxes())
            if (!record.last_success && !record.paused)
                return reply(serve::failure(503, "not_ready", "a mailbox has not been read yet"));
        reply(json(R"({"ready":true})"));
    });
    look("/events", "what happens, as server-sent events; ?code=PREFIX &level=debug|info|warning|error",
         [=](const Question& question, const Reply& reply) {
             const auto wish = event_wish_in(question);
             if (!wish)
                 return reply(serve::failure(400, "bad_query", "there is no such level"));
             auto feed = daemon->events_.listen(*wish);
             if (!feed)
                 return reply(serve::failure(503, "busy", "too many are listening already"));
             reply({200, "text/event-stream", {}, {}, std::move(feed)});
         });
    look("/config", "the configuration in force, and where each setting comes from",
         [=](const Question&, const Reply& reply) {
             reply(json(config_json(daemon->config_file_, daemon->config_)));
         });
    change("/backup", "a copy of the ledger, a SQLite file with personal data",
           [=](const Question&, const Reply& reply) { daemon->back_up(reply); });
    change("/poll", "poll now, all or ?mailbox=ID", [=](const Question& question, const Reply& reply) {
        const auto mailbox = question.query_or("mailbox", "");
        const auto asked = daemon->poll_now(mailbox);
        if (asked == 0 && !mailbox.empty())
            return reply(serve::failure(404, "not_found", "no such mailbox, or it is paused"));
        reply(serve::done("polling " + std::to_string(asked) +
                          (asked == 1 ? " mailbox now" : " mailboxes now")));
    });
    change("/mailboxes/{id}/pause", "poll this mailbox no more, restarts included", set_pause(true));
    change("/mailboxes/{id}/resume", "poll it again", set_pause(false));
    change("/faxes/{id}/retry", "try a held or waiting fax now",
           [=](const Question& question, const Reply& reply) {
               change_fax(question, reply, [daemon, projects = daemon->projects_](Entry& entry) {
                   if (entry.settled())
                       return;
                   // Its Communication may be under way: rest, then look, then ask. A person cannot know
                   // better.
                   const auto project = projects.find(entry.key.project);
                   const bool may_be_under_way = entry.stage == Stage::attached && project != projects.end();
                   const Instant now = daemon->ground_.clock.now();
                   entry.due = may_be_under_way ? now + project->second->config().fhir.settle : now;
                   entry.held = false;
                   entry.attempts = 0;
               });
           });
    change("/faxes/{id}/hold", "try this fax no more until a retry",
           [=](const Question& question, const Reply& reply) {
               change_fax(question, reply, [](Entry& entry) {
                   if (entry.settled())
                       return;
                   entry.held = true;
                   entry.due.reset();
                   entry.reason = "operator.hold";
               });
           });
    change("/reload", "read the configuration again", [=](const Question&, const Reply& reply) {
        daemon->reload([reply](const std::string& problem) {
            if (!problem.empty())
                return reply(serve::failure(422, "refused", problem));
            reply(serve::done("the configuration was read again and is in use"));
        });
    });
    change("/check", "test the connectivity of both sides", [=](const Question&, const Reply& reply) {
        inspect(reply, [daemon, projects = daemon->projects_, config = daemon->config_] {
            return findings_json(
                check_connectivity(projects, config, daemon->ground_, daemon->stop_.get_token()));
        });
    });
    change("/preview", "what a run would do, without doing it", [=](const Question&, const Reply& reply) {
        inspect(reply, [daemon, projects = daemon->projects_] {
            return preview_json(dry_run(projects, daemon->ground_, daemon->stop_.get_token()));
        });
    });
    add_transmission_routes(*daemon_, routes);
    return routes;
}

} // namespace efaxd::app
