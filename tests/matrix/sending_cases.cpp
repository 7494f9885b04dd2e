// F34: what becomes of a fax whose submission is answered badly. It is never submitted again without a
// person.
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"

#include <algorithm>

namespace efaxd::matrix {

using sandbox::FaultKind;

namespace {

std::string send(Clinic& clinic, const std::string& number) {
    sandbox::NewOutbound wanted;
    wanted.numbers = {number};
    wanted.text = "A referral to " + number;
    const auto outbound = clinic.sandbox.put_outbound(wanted);
    clinic.project().outgoing().accept(outbound.json, [](const auto&) {}, {});
    return outbound.id;
}

Transmission transmission(Clinic& clinic, const std::string& communication) {
    const auto rows = clinic.ledger().outbox().find({"clinic", communication});
    return rows.empty() ? Transmission{} : rows.front();
}

} // namespace

/// Looked for, found or held, and in no case submitted again.
void f34_sending(Clinic& clinic) {
    clinic.restyle([](auto& style) { style.send_seconds = 0; });
    clinic.begin();
    const std::vector<std::pair<FaultKind, std::string>> taken{{FaultKind::lose_reply, "+13035550101"},
                                                               {FaultKind::double_entry, "+13035550102"},
                                                               {FaultKind::status_after, "+13035550103"},
                                                               {FaultKind::cut_json, "+13035550104"}};
    std::vector<std::string> sent;
    for (const auto& [kind, number] : taken) {
        clinic.fault("efax.send", kind);
        sent.push_back(send(clinic, number));
        clinic.round();
    }
    clinic.fault("efax.send", FaultKind::fewer);
    const auto refused = send(clinic, "+13035550105");
    for (int minute = 0; minute < 50; minute += 5, clinic.wait(5min))
        clinic.round();
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.send"), taken.size() + 1);
    EXPECT_EQ(clinic.sandbox.sent().size(), taken.size());
    for (const auto& id : sent)
        EXPECT_EQ(transmission(clinic, id).outcome, SendOutcome::completed)
            << transmission(clinic, id).reason;
    EXPECT_TRUE(transmission(clinic, refused).held);
    const auto report = clinic.sandbox.send_oracle();
    EXPECT_TRUE(report.clean()) << report.line();
    EXPECT_LE(clinic.asked("efax.sent"), 150U);
}

} // namespace efaxd::matrix
