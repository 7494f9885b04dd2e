#include "fhir/outbound_site.hpp"

namespace efaxd::fhir {
namespace {

void expect(const Refusal& refusal, int status, const std::string& code, const std::string& expression,
            const std::string& reason) {
    EXPECT_EQ(refusal.status, status);
    EXPECT_EQ(refusal.code, code);
    EXPECT_EQ(refusal.expression, expression);
    EXPECT_EQ(refusal.reason, reason);
    const std::string text = refusal.what();
    EXPECT_GT(text.size(), 20u);
    EXPECT_EQ(text.find("555"), std::string::npos) << text;
    EXPECT_EQ(text.find("Bell"), std::string::npos) << text;
}

Refusal refused_with(const Members& members) {
    OutboundSite site;
    site.with_people().with_fax(fax_with(members));
    return site.refused();
}

OutboundCommunication read_with(const Members& members) {
    OutboundSite site;
    site.with_people().with_fax(fax_with(members));
    return site.read();
}

TEST(OutboundRead, gathers_all_that_sending_needs) {
    OutboundSite site;
    site.with_people().with_fax(fax_with());
    const auto fax = site.read();
    EXPECT_EQ(fax.id, "c-1");
    EXPECT_TRUE(fax.filed());
    EXPECT_EQ(fax.version, "7");
    EXPECT_EQ(fax.status, "in-progress");
    EXPECT_EQ(fax.user_id, "sender-user");
    EXPECT_EQ(fax.from_name, "Ada Sender");
    ASSERT_EQ(fax.recipients.size(), 1u);
    EXPECT_EQ(fax.recipients[0].reference, "Practitioner/recipient-id");
    EXPECT_EQ(fax.recipients[0].name, "Dr. Bell");
    EXPECT_EQ(fax.recipients[0].number, "+15551234567");
    ASSERT_EQ(fax.documents.size(), 1u);
    EXPECT_EQ(fax.documents[0].element, "Communication.payload[0]");
    EXPECT_EQ(fax.documents[0].content_type, "application/pdf");
    EXPECT_EQ(fax.documents[0].url, "Binary/document-id");
    EXPECT_EQ(fax.documents[0].data, "");
    EXPECT_EQ(fax.body, fax_with());
    EXPECT_TRUE(fax.fax_ids.empty());
    EXPECT_EQ(fax.claim, "");
    for (const auto& seen : site.diary())
        EXPECT_EQ(seen.header("cache-control"), "no-cache") << seen.target;
    EXPECT_EQ(site.count("GET /fhir/Binary/document-id"), 0u);
}

TEST(OutboundRead, reads_what_stands_on_the_cover_page) {
    const auto fax = read_with({{"topic", R"({"text":"Lab  results"})"},
                                {"note", R"([{"text":"Attn: Records Desk"},{"text":"Please call."},
                                             {"text":""},{"text":"Two\nlines"}])"}});
    EXPECT_EQ(fax.subject, "Lab  results");
    EXPECT_EQ(fax.attention, "Records Desk");
    EXPECT_EQ(fax.message, "Please call.\nTwo\nlines");
}

TEST(OutboundRead, makes_one_line_of_what_has_room_for_one) {
    const auto fax =
        read_with({{"topic", R"({"text":"Lab\tresults\nof today\u0007 "})"},
                   {"note", R"([{"text":"Attn: "},{"text":"Attn:Desk\n2"},{"text":"a\r\n\tb\u0000"}])"}});
    EXPECT_EQ(fax.subject, "Lab results of today");
    EXPECT_EQ(fax.attention, "Desk 2");
    EXPECT_EQ(fax.message, "a\n b");
}

TEST(OutboundRead, tells_identifiers_and_claims) {
    const auto fax = read_with({{"identifier", R"([{"system":"https://efax.com","value":"fax-1"},
        {"system":"https://efax.com/sending-claim","value":"host-2"},{"system":"x","value":"y"},
        {"system":"https://efax.com","value":"FAX-1"},{"system":"https://efax.com","value":"fax-2"}])"}});
    EXPECT_EQ(fax.fax_ids, (std::vector<std::string>{"fax-1", "fax-2"}));
    EXPECT_EQ(fax.claim, "host-2");
}

TEST(OutboundRead, takes_the_version_from_the_etag_where_meta_has_none) {
    OutboundSite site;
    site.with_people();
    site.on("GET /fhir/Communication/c-1",
            json_answer(200, fax_with({{"meta", ""}}), {{"ETag", "W/\"12\""}}));
    EXPECT_EQ(site.read().version, "12");
}

TEST(OutboundRead, accepts_every_status_direction_and_medium_that_apps_wrote) {
    EXPECT_EQ(read_with({{"status", R"("preparation")"}, {"category", ""}}).status, "preparation");
    EXPECT_EQ(read_with({{"medium", R"([{"coding":[{"system":"x","code":"y"},{"code":"FAXWRIT"}]}])"}}).id,
              "c-1");
    EXPECT_EQ(read_with({{"medium", R"([{"text":"fax"},{"coding":[{"code":"FAXWRIT","system":
        "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","display":"telefax"}]}])"}})
                  .id,
              "c-1");
}

TEST(OutboundRead, refuses_one_that_is_gone) {
    for (const int status : {404, 410}) {
        OutboundSite site;
        site.on("GET /fhir/Communication/c-1", json_answer(status, outcome("not-found")));
        expect(site.refused(), 422, "not-found", "Communication", "send.communication_gone");
    }
}

TEST(OutboundRead, refuses_what_is_no_fax) {
    for (const auto* medium : {"", "[]", R"([{"text":"fax"}])", R"([{"coding":[{"code":"EMAILWRIT"}]}])",
                               R"([{"coding":[{"system":"http://other","code":"FAXWRIT"}]}])",
                               R"({"coding":[{"code":"FAXWRIT"}]})"})
        expect(refused_with({{"medium", medium}}), 400, "invalid", "Communication.medium", "send.not_a_fax");
}

TEST(OutboundRead, refuses_a_received_fax) {
    for (const auto* category :
         {R"([{"coding":[{"system":"http://medplum.com/fhir/CodeSystem/fax-direction","code":"inbound"}]}])",
          R"([{"coding":[{"code":"inbound"}]}])",
          R"([{"coding":[{"system":"x","code":"y"}]},{"coding":[{"code":"inbound"}]}])"})
        expect(refused_with({{"category", category}}), 422, "business-rule", "Communication.category[0]",
               "send.inbound");
}

TEST(OutboundRead, refuses_a_status_that_has_nothing_to_send) {
    for (const auto* status : {R"("completed")", R"("stopped")", R"("entered-in-error")", R"("on-hold")",
                               R"("not-done")", R"("unknown")", ""})
        expect(refused_with({{"status", status}}), 422, "business-rule", "Communication.status",
               "send.wrong_status");
}

TEST(OutboundRead, checks_in_a_fixed_order) {
    Members members{{"recipient", ""}};
    EXPECT_EQ(refused_with(members).reason, "send.no_recipient");
    members.emplace_back("payload", "");
    EXPECT_EQ(refused_with(members).reason, "send.no_document");
    members.emplace_back("status", R"("completed")");
    EXPECT_EQ(refused_with(members).reason, "send.wrong_status");
    members.emplace_back("category", R"([{"coding":[{"code":"inbound"}]}])");
    EXPECT_EQ(refused_with(members).reason, "send.inbound");
    members.emplace_back("medium", "");
    EXPECT_EQ(refused_with(members).reason, "send.not_a_fax");
}

TEST(OutboundRead, blames_the_server_for_an_answer_that_is_no_such_communication) {
    for (const auto& body : {std::string("<html>"), outcome("informational"), std::string(),
                             fax_with({{"id", R"("c-2")"}}), fax_with({{"id", ""}})}) {
        OutboundSite site;
        site.with_people().with_fax(body);
        const auto fault = fault_of([&] { site.read(); });
        EXPECT_EQ(fault.reason, "fhir.bad_reply");
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
    }
}

TEST(OutboundRead, passes_faults_on_from_every_request) {
    for (const auto* what : {"GET /fhir/Communication/c-1", "GET /fhir/Practitioner/sender-id",
                             "GET /fhir/Practitioner/recipient-id"})
        for (const auto& [status, reason] : {std::pair{403, "fhir.forbidden"}, {503, "fhir.unavailable"}}) {
            OutboundSite site;
            site.on(what, json_answer(status, outcome("processing")));
            site.with_people().with_fax(fax_with());
            EXPECT_EQ(fault_of([&] { site.read(); }).reason, reason) << what;
        }
}

TEST(OutboundRead, refuses_a_communication_that_holds_too_much) {
    OutboundSite site;
    site.with_fax(fax_with({{"payload", R"([{"contentAttachment":{"contentType":"application/pdf","data":")" +
                                            std::string(17u << 20, 'A') + R"("}}])"}}));
    expect(site.refused(), 422, "too-long", "Communication.payload", "send.document_too_large");
}

// ---- bodies that came with a call

TEST(OutboundReadBody, counts_the_version_on_the_server) {
    OutboundSite site;
    site.with_people().with_fax(fax_with());
    const auto fax =
        site.server()->read_body(fax_with({{"recipient", R"([{"reference":"Organization/evil"}])"}}), {});
    EXPECT_EQ(fax.id, "c-1");
    EXPECT_EQ(fax.recipients.at(0).reference, "Practitioner/recipient-id");
    EXPECT_EQ(fax.body, fax_with());
}

TEST(OutboundReadBody, refuses_what_is_no_communication) {
    OutboundSite site;
    for (const auto* body : {"", "{}", "[]", "null", R"({"resourceType":"Patient","id":"c-1"})", "<html>"})
        expect(refusal_of([&] { site.server()->read_body(body, {}); }), 400, "invalid",
               "Communication.medium", "send.not_a_fax");
    EXPECT_TRUE(site.diary().empty());
}

TEST(OutboundReadBody, refuses_an_id_that_is_none) {
    OutboundSite site;
    for (const auto* id : {R"("")", R"("..")", R"("a/b")", R"("a?b")", "17", R"("~1")", R"({"x":1})"})
        expect(refusal_of([&] {
                   site.server()->read_body(fax_with({{"id", id}}), {});
               }),
               400, "invalid", "Communication.id", "send.bad_id");
    expect(refusal_of([&] { site.server()->read("../x", {}); }), 400, "invalid", "Communication.id",
           "send.bad_id");
    EXPECT_TRUE(site.diary().empty());
}

TEST(OutboundReadBody, takes_one_without_an_id_as_it_is) {
    OutboundSite site;
    site.with_people();
    const auto body = fax_with({{"id", ""}, {"meta", ""}});
    const auto fax = site.server()->read_body(body, {});
    EXPECT_FALSE(fax.filed());
    EXPECT_EQ(fax.id.size(), 41u);
    EXPECT_EQ(fax.version, "");
    EXPECT_EQ(fax.user_id, "sender-user");
    EXPECT_EQ(fax.recipients.size(), 1u);
    EXPECT_EQ(fax.body, body);
    EXPECT_EQ(site.count("GET /fhir/Communication/c-1"), 0u);
}

TEST(OutboundReadBody, knows_one_without_an_id_again) {
    OutboundSite site;
    site.with_people();
    const auto id_of = [&](const Members& members) {
        Members all{{"id", ""}};
        all.insert(all.end(), members.begin(), members.end());
        return site.server()->read_body(fax_with(all), {}).id;
    };
    const auto plain = id_of({});
    EXPECT_EQ(plain, id_of({}));
    EXPECT_EQ(plain, id_of({{"status", ""}, {"status", R"("in-progress")"}})); // another order of members
    EXPECT_NE(plain, id_of({{"topic", R"({"text":"x"})"}}));

    const std::string ours = R"([{"system":"https://efax.com","value":"fax-1"},{"system":"s","value":"v"}])";
    const auto named = id_of({{"identifier", ours}});
    EXPECT_EQ(named, "~718b3df694baa0894fe70d0c6c60bb373bcbc8a8");
    EXPECT_EQ(named, id_of({{"identifier", ours}, {"topic", R"({"text":"x"})"}}));
    EXPECT_EQ(named, id_of({{"identifier", R"([{"system":"https://efax.com/sending-claim","value":"h"},
        {"system":"https://efax.com/submission-digest","value":"d"},{"system":"s","value":"v"}])"}}));
}

} // namespace
} // namespace efaxd::fhir
