// Communications to be sent, with whatever the FHIR server says they refer to. The input is the Communication
// and then, in the order in which they are asked for, the server's replies.
#include "fuzz/fuzz.hpp"
#include "fuzz/scripted_client.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/refusal.hpp"
#include "fakes/fake_clock.hpp"
#include "fhir/server.hpp"

#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

fhir::Server& server() {
    static fakes::FakeClock clock;
    static fhir::Server the_server(fuzz::server_options(), clock);
    return the_server;
}

void check_refusal(const Refusal& refusal) {
    must(refusal.status == 400 || refusal.status == 422, "a refusal is the caller's to mend");
    must(refusal.reason.starts_with("send.") && !refusal.code.empty(), "a refusal has its codes");
    must(refusal.expression.starts_with("Communication"), "a refusal says what to mend");
    must(fuzz::is_printable_ascii(refusal.what()), "a refusal is a sentence of ours");
}

void check_communication(const OutboundCommunication& communication) {
    std::set<std::string> numbers;
    for (const auto& recipient : communication.recipients) {
        must(fuzz::is_e164(recipient.number), "a recipient has a number");
        must(numbers.insert(recipient.number).second, "no number is dialled twice");
        must(fuzz::is_one_line(recipient.name), "a recipient's name is one line");
    }
    must(!numbers.empty() && !communication.documents.empty(), "something goes to somebody");
    must(!communication.user_id.empty() && communication.filed() != communication.id.starts_with('~'),
         "it is known who sends what");
    must(fuzz::is_one_line(communication.from_name) && fuzz::is_one_line(communication.subject) &&
             fuzz::is_one_line(communication.attention),
         "what is written on the cover page is one line each");
}

void fetch(const OutboundDocument& document) {
    try {
        server().fetch(document, [](std::string_view) {}, {});
    } catch (const Refusal& refusal) {
        check_refusal(refusal);
    } catch (const Fault&) { // nothing that we know
    }
}

void try_sending(std::string_view body) {
    try {
        const auto communication = server().read_body(body, {});
        check_communication(communication);
        for (const auto& document : communication.documents)
            fetch(document);
    } catch (const Refusal& refusal) {
        check_refusal(refusal);
    } catch (const Fault& fault) {
        must(fault.reason.starts_with("fhir."), "a fault of the server is called so");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    const std::string communication(parts.front());
    parts.erase(parts.begin());
    fuzz::replies() = std::move(parts);
    try_sending(communication);
    return 0;
}
