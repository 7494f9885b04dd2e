// An eFax that plays a script on loopback, and a service that speaks to it.
#pragma once

#include "efax/efax_service.hpp"
#include "efaxd/core/fault.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/loopback_server.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::efax::testing {

using fakes::LoopbackServer;
using Answer = LoopbackServer::Answer;
using Seen = LoopbackServer::Seen;
using namespace std::chrono_literals;

inline Answer json_answer(std::string body, int status = 200) {
    Answer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.body = std::move(body);
    return answer;
}

inline Answer plain_answer(int status, std::string body = {}) {
    Answer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "text/plain"}};
    answer.body = std::move(body);
    return answer;
}

inline Answer token_answer(int number) {
    return json_answer(R"({"access_token":"token-)" + std::to_string(number) +
                       R"(","token_type":"bearer","expires_in":86399,"scope":"read write"})");
}

inline std::string fax_id(int number) {
    std::string digits = std::to_string(number);
    return "0b6f7c1e-5a52-4f0e-9a61-" + std::string(12 - digits.size(), '0') + digits;
}

inline std::string item(int number) { return R"({"fax_id":")" + fax_id(number) + R"("})"; }

/// A page with the faxes `from` up to, but without, `to`.
inline std::string page(int from, int to) {
    std::string items;
    for (int number = from; number < to; ++number)
        items += (items.empty() ? "" : ",") + item(number);
    return R"({"first_record":)" + std::to_string(from + 1) + R"(,"faxes":[)" + items + "]}";
}

inline int offset_of(const Seen& seen) { return std::stoi(seen.header("pagination-offset")); }

/// Serves the window of a list of so many faxes that the request's offset and limit ask for.
inline Answer list_of(int faxes, const Seen& seen) {
    const int offset = offset_of(seen);
    return json_answer(page(offset, std::max(offset, std::min(faxes, offset + 100))));
}

/// Gives out `token-1`, `token-2` …; only the latest is good. Requests with it go to the script.
class ScriptedEfax {
  public:
    using Script = std::function<Answer(const Seen&)>;
    using Tokens = std::function<Answer(int number)>;

    explicit ScriptedEfax(Script script, Tokens tokens = token_answer)
        : script_(std::move(script)), tokens_(std::move(tokens)),
          server_([this](const Seen& seen) { return answer(seen); }) {}

    std::string url() const { return server_.url(); }
    const LoopbackServer& server() const { return server_; }

    std::vector<Seen> requests(const std::string& prefix) const {
        std::vector<Seen> found = server_.diary();
        std::erase_if(found, [&](const Seen& seen) { return !seen.target.starts_with(prefix); });
        return found;
    }
    std::size_t token_requests() const { return requests("/tokens").size(); }
    std::size_t calls() const { return requests("/faxes").size(); }

  private:
    Answer answer(const Seen& seen) {
        if (seen.target == "/tokens")
            return tokens_(++issued_);
        if (seen.header("authorization") != "Bearer token-" + std::to_string(issued_))
            return json_answer(R"({"message":"Unauthorized"})", 401);
        return script_(seen);
    }

    Script script_;
    Tokens tokens_;
    int issued_ = 0;
    LoopbackServer server_;
};

inline ServiceOptions options_for(const std::string& url) {
    ServiceOptions options;
    options.project = "clinic";
    options.remote.base_url = url;
    options.retry = {10s, 15min};
    options.document_bytes = 32u << 20;
    return options;
}

inline Credentials credentials() { return {"sim-app", "sim-key+/=="}; }

/// The scripted eFax, a clock and the service under test.
struct Bench {
    explicit Bench(ScriptedEfax::Script script, ScriptedEfax::Tokens tokens = token_answer)
        : efax(std::move(script), std::move(tokens)) {}

    Listing list(ListPass pass = ListPass::unread, const Pages& settled = {}) {
        return service.list(mailbox, pass, clock.now() - 72h, settled, {});
    }
    std::string fetch(int number = 1) {
        std::string bytes;
        service.fetch(mailbox.user_id, fax(number), [&](std::string_view piece) { bytes += piece; }, {});
        return bytes;
    }
    static Fax fax(int number) {
        Fax fax;
        fax.id = fax.listed_id = fax_id(number);
        return fax;
    }
    static Mailbox some_mailbox() {
        Mailbox mailbox;
        mailbox.id = "clinic:system";
        mailbox.project = "clinic";
        mailbox.user_id = "10000001-20000001";
        return mailbox;
    }

    ScriptedEfax efax;
    fakes::FakeClock clock;
    Mailbox mailbox = some_mailbox();
    EfaxService service{options_for(efax.url()), credentials, clock};
};

/// The Fault that an act throws; nothing if it throws none.
template <class Act>
std::optional<Fault> fault_from(Act act) {
    try {
        act();
    } catch (const Fault& fault) {
        return fault;
    }
    return std::nullopt;
}

/// Its reason; empty if it throws none.
template <class Act>
std::string reason_from(Act act) {
    const auto fault = fault_from(act);
    return fault ? fault->reason : "";
}

} // namespace efaxd::efax::testing
