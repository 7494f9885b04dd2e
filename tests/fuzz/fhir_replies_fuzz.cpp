// What a FHIR server may answer to everything but sending. The input is a word for what is asked, and then
// the replies, in the order in which they are asked for.
#include "fuzz/fuzz.hpp"
#include "fuzz/scripted_client.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/fake_clock.hpp"
#include "fhir/resource.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

constexpr const char* fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";

void check(const std::vector<Match>& matches) {
    for (const Match& match : matches)
        must(fhir::is_id(match.id), "a match has an id");
}

void check(const std::vector<OwnedUser>& users) {
    for (const OwnedUser& user : users)
        must(fhir::is_id(user.owner.id) && !user.user_id.empty(), "an owner has both ids");
}

void create(fhir::Server& server) {
    InboundCommunication communication;
    communication.fax_id = fax_id;
    check(std::vector{server.create(communication, Unless::identifier_exists, {})});
}

void change(fhir::Server& server) {
    const auto known = server.standing("c-1", {});
    if (!known)
        return;
    CommunicationChange wanted;
    wanted.fax_ids = {fax_id};
    wanted.status = "completed";
    server.change("c-1", *known, wanted, {});
}

void wait(fhir::Server& server) {
    std::set<std::string> once;
    for (const auto& one : server.in_progress({})) {
        must(once.insert(one.id).second, "a Communication waits once");
        must(fhir::is_id(one.id), "a waiting Communication has an id");
    }
}

void ask(fhir::Server& server, std::string_view what) {
    if (what == "find")
        check(server.find(fax_id, false, {}));
    else if (what == "find inbound")
        check(server.find(fax_id, true, {}));
    else if (what == "organizations")
        check(server.owners(OwnerKind::organization, {}));
    else if (what == "practitioners")
        check(server.owners(OwnerKind::practitioner, {}));
    else if (what == "user")
        check(server.users_of({OwnerKind::organization, "o-1"}, {}));
    else if (what == "create")
        create(server);
    else if (what == "change")
        change(server);
    else if (what == "claim")
        server.claim("c-1", "this-house", {});
    else if (what == "waiting")
        wait(server);
    else if (what == "capabilities")
        server.capabilities({});
    else if (what == "caller")
        server.check_caller("Bearer theirs", "Communication/c-1", {});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    const auto what = parts.front();
    parts.erase(parts.begin());
    fuzz::replies() = std::move(parts);
    fuzz::token_place() = fuzz::our_origin;
    fakes::FakeClock clock;
    fhir::Server server(fuzz::server_options(), clock); // anew: it remembers what it was told
    try {
        ask(server, what);
    } catch (const Fault& fault) {
        must(fault.reason.starts_with("fhir.") && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
    }
    return 0;
}
