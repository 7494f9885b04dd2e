#include "app/transmission_routes.hpp"

#include "app/daemon.hpp"
#include "app/queries.hpp"
#include "efaxd/core/fax.hpp"
#include "serve/answers.hpp"
#include "serve/transmissions_json.hpp"

#include <algorithm>
#include <optional>

namespace efaxd::app {

namespace {

using serve::Answer;
using serve::Question;
using serve::Reply;

constexpr auto no_such =
    "no such transmission in the ledger; name it in full, PROJECT:COMMUNICATION:RECIPIENT";
constexpr auto naming = "a transmission is named PROJECT:COMMUNICATION:RECIPIENT";

Answer json(std::string body) { return {200, "application/json", std::move(body), {}}; }

Daemon::Decided answer_to(const Question& question, const Reply& reply) {
    return [reply, name = question.captures.at("id")](Daemon::Change result, const flow::Decision& decision) {
        switch (result) {
        case Daemon::Change::done:
            if (decision.done)
                return reply(serve::done(name + ": " + decision.text));
            return reply(serve::failure(409, "not_possible", name + ": " + decision.text));
        case Daemon::Change::no_such_fax:
            return reply(serve::failure(404, "not_found", no_such));
        case Daemon::Change::busy:
            return reply(serve::failure(409, "busy", "it is being worked on right now; try again"));
        case Daemon::Change::failed:
            return reply(serve::failure(503, "failed", "the ledger could not be written; is the disk full?"));
        case Daemon::Change::unreachable:
            return reply(serve::failure(503, "unreachable",
                                        name + ": eFax could not be asked for a fax with this id (" +
                                            decision.text + "); nothing was changed, try again later"));
        }
    };
}

} // namespace

void add_transmission_routes(Daemon& daemon, std::vector<serve::Route>& routes) {
    const auto look = [&](std::string pattern, std::string help, auto handle) {
        serve::Route route;
        route.method = "GET";
        route.pattern = std::move(pattern);
        route.help = std::move(help);
        route.handle = std::move(handle);
        routes.push_back(std::move(route));
    };
    look("/transmissions",
         "outbound faxes; ?project= &communication= &stage= &held=true &open=true &after_project= "
         "&after_communication= &after_recipient= &limit=N",
         [&daemon](const Question& question, const Reply& reply) {
             const auto query = outbox_query_in(question);
             if (!query)
                 return reply(serve::failure(400, "bad_query", "there is no such stage"));
             daemon.list_transmissions(*query, [reply, limit = query->limit](const auto& page) {
                 reply(json(serve::transmissions_json(page, limit)));
             });
         });
    look("/transmissions/{id}", "one of them", [&daemon](const Question& question, const Reply& reply) {
        const auto key = transmission_key_in(question.captures.at("id"));
        if (!key)
            return reply(serve::failure(404, "not_found", naming));
        OutboxQuery query;
        query.project = key->project;
        query.communication = key->communication;
        query.limit = 1000;
        daemon.list_transmissions(query, [reply, key = *key](const std::vector<Transmission>& rows) {
            const auto row = std::ranges::find(rows, key, &Transmission::key);
            if (row == rows.end())
                return reply(serve::failure(404, "not_found", no_such));
            reply(json(serve::transmission_json(*row)));
        });
    });

    using Verb = std::function<flow::Decision(Transmission&, const Question&, Instant now)>;
    const auto change = [&](const std::string& name, std::string help, Verb verb) {
        serve::Route route;
        route.method = "POST";
        route.pattern = "/transmissions/{id}/" + name;
        route.help = std::move(help);
        route.changes = true;
        route.handle = [&daemon, verb = std::move(verb)](const Question& question, const Reply& reply) {
            const auto key = transmission_key_in(question.captures.at("id"));
            if (!key)
                return reply(serve::failure(404, "not_found", naming));
            daemon.decide(
                *key,
                [verb, question, &daemon](Transmission& row) { return verb(row, question, daemon.now()); },
                answer_to(question, reply));
        };
        routes.push_back(std::move(route));
    };
    change("cancel", "do not send it, or ask eFax to cancel it",
           [](Transmission& row, const Question&, Instant now) { return flow::cancel(row, now); });
    change("confirm", "it did go out, ?fax=ID if its id at eFax is known",
           [](Transmission& row, const Question&, Instant now) { return flow::confirm(row, {}, now); });
    routes.back().handle = [&daemon, without_id = routes.back().handle](const Question& question,
                                                                        const Reply& reply) {
        const std::string fax_id = question.query_or("fax", "");
        if (fax_id.empty())
            return without_id(question, reply);
        const auto key = transmission_key_in(question.captures.at("id"));
        if (!key)
            return reply(serve::failure(404, "not_found", naming));
        if (!clean_fax_id(fax_id))
            return reply(serve::failure(409, "not_possible", "this is no id of eFax"));
        daemon.confirm_under(*key, fax_id, answer_to(question, reply));
    };
    change("resend", "submit it again, knowing that it may arrive twice",
           [](Transmission& row, const Question&, Instant now) { return flow::resend(row, now); });
    change("hold", "do not send it until a retry",
           [](Transmission& row, const Question&, Instant) { return flow::hold(row); });
    change("retry", "try a held or waiting one now",
           [](Transmission& row, const Question&, Instant now) { return flow::retry(row, now); });
}

} // namespace efaxd::app
