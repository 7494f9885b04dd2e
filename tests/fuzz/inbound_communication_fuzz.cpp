// The Communication of a received fax, whatever it is made of. The input is its texts; the third is what the
// fax brought with it.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/communication_json.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void try_communication(const std::vector<std::string_view>& parts) {
    InboundCommunication communication;
    communication.fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";
    communication.recipient = parts[0];
    communication.from_number = parts[1];
    communication.binary = "b-1";
    communication.members = parts[2];
    communication.sent = read_timestamp("2026-10-03T14:00:00Z")->instant;
    std::string written;
    try {
        written = fhir::communication_json(communication);
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.refused" && fuzz::is_printable_ascii(fault.what()),
             "members that are none are refused");
        return;
    }
    const auto document = json::Document::parse(written);
    const auto root = document.root();
    must(root["resourceType"].text() == "Communication" && root["status"].text() == "completed" &&
             root["identifier"].at(0)["value"].text() == communication.fax_id &&
             root["category"].at(0)["coding"].at(0)["code"].text() == "inbound",
         "a received fax keeps its own members");
    for (std::size_t i = 0; i < root.size(); ++i)
        must(static_cast<bool>(root.member_at(i)), "no member is empty");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    parts.resize(std::max<std::size_t>(parts.size(), 4));
    try_communication(parts);
    return 0;
}
