// A scripted FHIR server on loopback, and the Server under test before it.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/spool.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/loopback_server.hpp"
#include "fhir/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace efaxd::fhir {

using Answer = fakes::LoopbackServer::Answer;
using Seen = fakes::LoopbackServer::Seen;

inline Answer json_answer(int status, const std::string& body = {},
                          std::vector<std::pair<std::string, std::string>> headers = {}) {
    Answer answer;
    answer.status = status;
    answer.headers = std::move(headers);
    answer.headers.emplace_back("Content-Type", "application/fhir+json");
    answer.body = body;
    return answer;
}

inline std::string outcome(const std::string& code, const std::string& text = "John Doe +15550142000") {
    return R"({"resourceType":"OperationOutcome","id":"ok","issue":[{"severity":"error","code":")" + code +
           R"(","details":{"text":")" + text + R"("}}]})";
}

inline std::string communication(const std::string& id, const std::string& fax_id,
                                 const std::string& direction = "inbound",
                                 const std::string& updated = "2025-01-15T09:16:00Z") {
    std::string text = R"({"resourceType":"Communication","id":")" + id + R"(","meta":{"lastUpdated":")" +
                       updated + R"("},"status":"completed",)" +
                       R"("identifier":[{"system":"https://efax.com","value":")" + fax_id + R"("}],)";
    if (!direction.empty())
        text +=
            R"("category":[{"coding":[{"system":"http://medplum.com/fhir/CodeSystem/fax-direction","code":")" +
            direction + R"("}]}],)";
    return text + R"("payload":[{"contentAttachment":{"url":"Binary/of-)" + id + R"("}}]})";
}

inline std::string bundle(const std::vector<std::string>& resources, const std::string& next = {}) {
    std::string text = R"({"resourceType":"Bundle","type":"searchset","link":[)";
    if (!next.empty())
        text += R"({"relation":"self","url":"x"},{"relation":"next","url":")" + next + R"("})";
    text += R"(],"entry":[)";
    for (std::size_t i = 0; i < resources.size(); ++i)
        text += (i == 0 ? "" : ",") + (R"({"resource":)" + resources[i] + "}");
    return text + "]}";
}

/// Plays answers by `METHOD /path` (without the query), in order; the last one repeats. What is not in the
/// script is answered 418.
class Site {
  public:
    Site() : web_([this](const Seen& seen) { return play(seen); }) {}

    Site& on(const std::string& what, Answer answer) {
        const std::lock_guard lock(mutex_);
        script_[what].push_back(std::move(answer));
        return *this;
    }

    std::string base() const { return web_.url() + "/fhir"; }
    std::string root() const { return web_.url(); }

    std::unique_ptr<Server> server(Auth auth = NoAuth{}, BinaryMode mode = BinaryMode::automatic) {
        ServerOptions options;
        options.project = "clinic";
        options.remote.base_url = base();
        options.auth = std::move(auth);
        options.binary = mode;
        return std::make_unique<Server>(std::move(options), clock);
    }

    std::vector<Seen> diary() const { return web_.diary(); }
    Seen seen(std::size_t number) const {
        const auto all = web_.diary();
        return number < all.size() ? all[number] : Seen{};
    }
    std::size_t count(const std::string& what) const {
        const auto all = web_.diary();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const Seen& one) { return name(one) == what; }));
    }

    fakes::FakeClock clock;

  private:
    static std::string name(const Seen& seen) {
        return seen.method + " " + seen.target.substr(0, seen.target.find('?'));
    }

    Answer play(const Seen& seen) {
        const std::lock_guard lock(mutex_);
        auto& answers = script_[name(seen)];
        if (answers.empty())
            return json_answer(418);
        Answer answer = answers.front();
        if (answers.size() > 1)
            answers.pop_front();
        return answer;
    }

    std::mutex mutex_;
    std::map<std::string, std::deque<Answer>> script_;
    fakes::LoopbackServer web_;
};

/// The Fault that an action throws; a failure of the test if it throws none.
template <class Action>
Fault fault_of(Action action) {
    try {
        action();
    } catch (const Fault& fault) {
        return fault;
    }
    ADD_FAILURE() << "no fault";
    return {Fault::Kind::passing, "none"};
}

/// A document in memory, given out in pieces of an odd size.
class Pages : public SpoolReader {
  public:
    explicit Pages(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    std::size_t read(char* buffer, std::size_t most) override {
        const auto count = bytes_.copy(buffer, std::min<std::size_t>(most, 1021), at_);
        at_ += count;
        return count;
    }
    void rewind() override { at_ = 0; }

  private:
    std::string bytes_;
    std::size_t at_ = 0;
};

inline InboundCommunication a_fax() {
    InboundCommunication fax;
    fax.fax_id = "fax-67890";
    fax.recipient = "Practitioner/recipient-id";
    fax.from_number = "+1 (555) 014-2000";
    fax.sent = Instant{std::chrono::sys_days{std::chrono::year{2025} / 1 / 15} + std::chrono::hours{9} +
                       std::chrono::minutes{15}};
    fax.binary = "received-fax-id";
    fax.document = {48211, "", MediaType::pdf};
    return fax;
}

} // namespace efaxd::fhir
