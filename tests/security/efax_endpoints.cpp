#include "security/endpoints.hpp"

#include "efax/fake_converter.hpp"
#include "efax/fake_document.hpp"
#include "efax/scripted_efax.hpp"
#include "efaxd/core/base64.hpp"

namespace efaxd::security {

namespace {

using namespace efax::testing;
using efax::EfaxService;

constexpr auto user = "10000001-20000001";
const std::string reference = "clinic-abc-0";

bool has(const Seen& seen, std::string_view what) { return seen.target.find(what) != std::string::npos; }

Answer image_of(const std::string& bytes) {
    return json_answer(R"({"fax_id":")" + fax_id(1) + R"(","image":")" + base64(bytes) + R"("})");
}

Answer status_answer() {
    return json_answer(R"({"fax_id":")" + fax_id(1) +
                       R"(","transmission_data":{"transmission_status":"COMPLETE"}})");
}

Answer good_page_list() {
    return json_answer(R"({"fax_id":")" + fax_id(1) + R"(","pages":[{"file_name":"x-P-0.tiff","image":")" +
                       base64(std::string("II*\0 picture", 12)) + R"("}]})");
}

/// What a well-behaved eFax with one fax says.
Answer good_answer(const Seen& seen) {
    if (seen.method == "DELETE")
        return plain_answer(204);
    if (has(seen, "/cancel"))
        return json_answer("{}", 202);
    if (seen.method == "POST")
        return json_answer(R"([{"fax_id":")" + fax_id(1) + R"(","destination_fax_number":"13035550123"}])",
                           201);
    if (has(seen, "/faxes/sent"))
        return json_answer(R"({"faxes":[{"fax_id":")" + fax_id(1) +
                           R"(","transmission_data":{"transmission_status":"COMPLETE"},)" +
                           R"("client_tracking_data":{"client_reference_id":")" + reference + R"("}}]})");
    if (has(seen, "/image/pages"))
        return has(seen, "start_page=0&") ? good_page_list() : json_answer("{}", 404);
    if (has(seen, "/image"))
        return image_of(has(seen, "TIFF") ? std::string("II*\0 picture", 12) : "%PDF-1.4\n%%EOF\n");
    if (has(seen, "/transmission-detail") || (seen.method == "GET" && has(seen, "/metadata")))
        return status_answer();
    return seen.target.starts_with("/faxes/received") ? json_answer(page(0, 1)) : json_answer("{}");
}

struct Kind {
    std::string name;
    std::function<bool(const Seen&)> is;
    std::function<void(EfaxService&)> act;
    std::function<bool(const Seen&)> refused; ///< 413 or 404 there, so that efaxd comes to ask the endpoint
    int refusal = 413;
    bool shrugs = false;
};

class Site {
  public:
    Site(const Kind& kind, const std::optional<Answer>& hostile) : kind_(kind), hostile_(hostile) {}

    Answer operator()(const Seen& seen) {
        if (kind_.is(seen)) {
            ++asked;
            if (hostile_)
                return *hostile_;
        }
        if (seen.target == "/tokens")
            return json_answer(
                R"({"access_token":"CANARY-efax-token","token_type":"bearer","expires_in":86399})");
        if (kind_.refused && kind_.refused(seen))
            return json_answer("{}", kind_.refusal);
        return good_answer(seen);
    }

    int asked = 0;

  private:
    const Kind& kind_;
    const std::optional<Answer>& hostile_;
};

Outcome run(const Kind& kind, const Way& way, const std::optional<Answer>& hostile) {
    Site site(kind, hostile);
    const LoopbackServer server([&site](const Seen& seen) { return site(seen); });
    fakes::FakeClock clock;
    FakeConverter converter;
    auto options = options_for(way.url(server.port()));
    options.remote.ca_file = way.ca_file;
    options.converter = &converter;
    EfaxService service(
        options,
        [] {
            return efax::Credentials{"CANARY-app", "CANARY-key"};
        },
        clock);
    Outcome outcome;
    try {
        kind.act(service);
        outcome.done = true;
    } catch (const Fault& fault) {
        outcome.reason = fault.reason;
    }
    outcome.asked = site.asked;
    outcome.servers = ":" + std::to_string(server.port()) + " ";
    outcome.diary = server.diary();
    return outcome;
}

Mailbox mailbox() { return Bench::some_mailbox(); }
Fax fax() { return Bench::fax(1); }
void fetch(EfaxService& service) {
    service.fetch(user, fax(), [](std::string_view) {}, {});
}
void look_for_sent(EfaxService& service) {
    if (!service.find_sent(user, reference, Instant{} + std::chrono::hours{24 * 365 * 50}, {}, {}))
        throw Fault(Fault::Kind::passing, "test.not_found");
}

auto getting(std::string what) {
    return [what = std::move(what)](const Seen& seen) { return seen.method == "GET" && has(seen, what); };
}

std::vector<Kind> kinds() {
    const auto list = [](ListPass pass) {
        return [pass](EfaxService& service) {
            service.list(mailbox(), pass, Instant{} + std::chrono::hours{24 * 365 * 50}, {}, {});
        };
    };
    const auto status = [](EfaxService& service) { service.status(user, fax_id(1), {}); };
    return {
        {"eFax tokens",
         [](const Seen& seen) { return seen.target == "/tokens"; },
         [](EfaxService& service) { service.sign_in({}); },
         {}},
        {"eFax received list", getting("/faxes/received?image_downloaded=false"), list(ListPass::unread), {}},
        {"eFax received window", getting("/faxes/received?min_completed"), list(ListPass::window), {}},
        {"eFax window, second form", getting("%2B0000"), list(ListPass::window),
         [](const Seen& seen) { return has(seen, "min_completed") && !has(seen, "%2B0000"); }, 400},
        {"eFax list without bound", [](const Seen& seen) { return seen.target == "/faxes/received"; },
         list(ListPass::window), getting("min_completed"), 400},
        {"eFax user check",
         getting("/faxes/received"),
         [](EfaxService& service) { service.check_user(user, {}); },
         {}},
        {"eFax image as PDF", getting("/image?desired_format=PDF"), fetch, {}},
        {"eFax image as TIFF", getting("/image?desired_format=TIFF"), fetch, getting("=PDF"), 413, true},
        {"eFax image pages", getting("/image/pages"), fetch, getting("desired_format")},
        {"eFax metadata PATCH",
         [](const Seen& seen) { return seen.method == "PATCH"; },
         [](EfaxService& service) { service.acknowledge(user, fax(), {}); },
         {}},
        {"eFax DELETE",
         [](const Seen& seen) { return seen.method == "DELETE"; },
         [](EfaxService& service) { service.remove(user, fax(), {}); },
         {}},
        {"eFax send",
         [](const Seen& seen) { return seen.method == "POST" && seen.target == "/faxes"; },
         [](EfaxService& service) {
             FakeDocument document(100);
             service.submit(submission_of({&document}), {});
         },
         {}},
        {"eFax sent list", getting("/faxes/sent"), look_for_sent, {}},
        {"eFax sent list by status", getting("/faxes/sent?transmission_status"), look_for_sent,
         [](const Seen& seen) { return has(seen, "/faxes/sent") && !has(seen, "transmission_status"); }, 400},
        {"eFax transmission details", getting("/transmission-details"), status, {}},
        {"eFax transmission detail", [](const Seen& seen) { return seen.target.ends_with("-detail"); },
         status, getting("/transmission-details"), 404},
        {"eFax metadata", getting("/metadata"), status, getting("/transmission-detail"), 404},
        {"eFax cancel",
         [](const Seen& seen) { return has(seen, "/cancel"); },
         [](EfaxService& service) {
             if (service.cancel(user, fax_id(1), {}) != CancelReply::noted)
                 throw Fault(Fault::Kind::passing, "test.not_cancelled");
         },
         {}},
    };
}

} // namespace

std::vector<Endpoint> efax_endpoints() {
    std::vector<Endpoint> endpoints;
    for (const Kind& kind : kinds())
        endpoints.push_back({kind.name, kind.shrugs, true, [kind](const Way& way, const auto& hostile) {
                                 return run(kind, way, hostile);
                             }});
    return endpoints;
}

std::vector<Endpoint> all_endpoints() {
    auto endpoints = efax_endpoints();
    for (auto& endpoint : fhir_endpoints())
        endpoints.push_back(std::move(endpoint));
    return endpoints;
}

} // namespace efaxd::security
