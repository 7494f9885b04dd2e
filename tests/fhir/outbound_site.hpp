// The scripted FHIR server with an outbound Communication on it, as an app creates one.
#pragma once

#include "efaxd/core/refusal.hpp"
#include "fhir/golden.hpp"
#include "fhir/raw_json.hpp"
#include "fhir/site.hpp"

#include <utility>
#include <vector>

namespace efaxd::fhir {

using Members = std::vector<std::pair<std::string, std::string>>;

/// The Communication that an app creates, with members replaced; an empty value takes one away.
inline std::string fax_with(const Members& members = {}) {
    RawObject resource(golden("outbound_created.json"));
    for (const auto& [name, value] : members)
        if (value.empty())
            resource.remove(name);
        else
            resource.set(name, value);
    return resource.text();
}

/// A resource of that type and id with a fax number and whatever else is given.
inline std::string reachable(const std::string& type, const std::string& id, const std::string& number,
                             const std::string& more = {}) {
    return R"({"resourceType":")" + type + R"(","id":")" + id + R"(",)" + more +
           R"("telecom":[{"system":"fax","value":")" + number + R"("}]})";
}

/// The Refusal that an action throws; a failure of the test if it throws none.
template <class Action>
Refusal refusal_of(Action action) {
    try {
        action();
    } catch (const Refusal& refusal) {
        return refusal;
    }
    ADD_FAILURE() << "no refusal";
    return {0, "none", "none", "none", "none"};
}

class OutboundSite : public Site {
  public:
    OutboundSite() {
        options.project = "clinic";
        options.user_id = "shared-user";
        options.country = "1";
        options.remote.base_url = base();
    }

    /// The practitioners of the sample, each under its own path.
    OutboundSite& with_people() {
        on("GET /fhir/Practitioner/sender-id",
           json_answer(200, R"({"resourceType":"Practitioner","id":"sender-id",
               "identifier":[{"system":"https://efax.com","value":"sender-user"}],
               "name":[{"given":["Ada"],"family":"Sender"}]})"));
        on("GET /fhir/Practitioner/recipient-id",
           json_answer(200, reachable("Practitioner", "recipient-id", "+15551234567",
                                      R"("name":[{"text":"Dr. Bell"}],)")));
        return *this;
    }

    OutboundSite& with_fax(const std::string& body) {
        on("GET /fhir/Communication/c-1", json_answer(200, body));
        return *this;
    }

    std::unique_ptr<Server> server() { return std::make_unique<Server>(options, clock); }

    OutboundCommunication read() { return server()->read("c-1", {}); }
    Refusal refused() {
        return refusal_of([&] { read(); });
    }

    ServerOptions options;
};

} // namespace efaxd::fhir
