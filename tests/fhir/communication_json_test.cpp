#include "fhir/communication_json.hpp"
#include "fhir/golden.hpp"
#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

json::Value first(json::Value holder, std::string_view member) { return holder[member].at(0); }

TEST(CommunicationJson, is_the_golden_pdf) {
    EXPECT_EQ(communication_json(a_fax()), golden("communication_pdf.json"));
}

TEST(CommunicationJson, leaves_out_what_is_empty) {
    auto fax = a_fax();
    fax.fax_id = "AB-0001";
    fax.recipient = "";
    fax.from_number = "unavailable";
    fax.document = {7, "", MediaType::tiff};
    EXPECT_EQ(communication_json(fax), golden("communication_tiff_bare.json"));
}

TEST(CommunicationJson, takes_in_the_members_of_the_source_but_lets_none_replace_ours) {
    auto fax = a_fax();
    fax.members = R"({"resourceType":"Task","id":"c-9","meta":{"versionId":"1"},"status":"preparation",
        "extension":[{"url":"https://example.org/line","valueString":"2"},
                     {"url":"https://efax.com/originating-fax-number","valueString":"000"}],
        "sender":{"display":"North Clinic"},"sent":"1999-01-01T00:00:00Z","topic":null,"priority":"urgent"})";
    EXPECT_EQ(communication_json(fax), golden("communication_with_members.json"));
}

TEST(CommunicationJson, refuses_members_that_are_no_object) {
    auto fax = a_fax();
    for (const auto* members : {"[]", "{", "7"}) {
        fax.members = members;
        const auto fault = fault_of([&] { communication_json(fax); });
        EXPECT_EQ(fault.reason, "fhir.refused");
        EXPECT_EQ(fault.kind, Fault::Kind::lasting);
    }
}

TEST(CommunicationJson, has_every_member_of_the_documented_sample) {
    const auto sample_text = golden("sample_inbound.json");
    const auto sample = json::Document::parse(sample_text);
    const auto text = communication_json(a_fax());
    const auto ours = json::Document::parse(text);
    const auto theirs = sample.root();
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        if (const auto name = theirs.name_at(i); name != "payload") {
            EXPECT_EQ(ours.root()[name].raw(), theirs.member_at(i).raw()) << name;
        }
    }
    const auto attachment = first(theirs, "payload")["contentAttachment"];
    for (std::size_t i = 0; i < attachment.size(); ++i)
        EXPECT_EQ(first(ours.root(), "payload")["contentAttachment"][attachment.name_at(i)].raw(),
                  attachment.member_at(i).raw());
    EXPECT_EQ(ours.root().size(), theirs.size() + 2); // extension, received
    EXPECT_EQ(first(ours.root(), "payload")["contentAttachment"].size(),
              attachment.size() + 2); // size, creation
}

TEST(CommunicationJson, drops_control_characters) {
    auto fax = a_fax();
    fax.fax_id = std::string("\x01 fax-") + '\0' + "1\x7f\r\n";
    fax.recipient = "\t \x02";
    const auto text = communication_json(fax);
    const auto document = json::Document::parse(text);
    EXPECT_EQ(first(document.root(), "identifier")["value"].text_or(""), "fax-1");
    EXPECT_EQ(first(document.root(), "payload")["contentAttachment"]["title"].text_or(""), "fax-1.pdf");
    EXPECT_FALSE(document.root()["recipient"]);
}

} // namespace
} // namespace efaxd::fhir
