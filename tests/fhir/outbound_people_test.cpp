#include "fhir/outbound_site.hpp"

namespace efaxd::fhir {
namespace {

std::string to(const std::string& references) { return "[" + references + "]"; }
std::string reference(const std::string& text) { return R"({"reference":")" + text + R"("})"; }

/// A site where a fax goes to the references given.
struct Desk {
    explicit Desk(const std::string& recipients, const std::string& contained = {}) {
        site.with_people().with_fax(fax_with({{"recipient", recipients}, {"contained", contained}}));
    }
    Desk& has(const std::string& type, const std::string& id, const std::string& body) {
        site.on("GET /fhir/" + type + "/" + id, json_answer(200, body));
        return *this;
    }
    std::string number() {
        const auto fax = site.read();
        return fax.recipients.size() == 1 ? fax.recipients[0].number : std::to_string(fax.recipients.size());
    }

    OutboundSite site;
};

void expect_refused(Desk& desk, const std::string& reason, const std::string& element,
                    const std::string& named = {}) {
    const auto refusal = desk.site.refused();
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.code, "business-rule");
    EXPECT_EQ(refusal.reason, reason);
    EXPECT_EQ(refusal.expression, element);
    const std::string text = refusal.what();
    EXPECT_NE(text.find(named), std::string::npos) << text;
    EXPECT_EQ(text.find("555"), std::string::npos) << text;
}

// ---- recipients

TEST(OutboundRecipients, of_every_type_are_reached) {
    for (const auto* type : {"Organization", "Practitioner", "Patient", "RelatedPerson", "HealthcareService",
                             "CareTeam", "PractitionerRole"}) {
        Desk desk(to(reference(std::string(type) + "/r-1")));
        desk.has(type, "r-1", reachable(type, "r-1", "+15559876543"));
        EXPECT_EQ(desk.number(), "+15559876543") << type;
    }
    Desk device(to(reference("Device/d")));
    device.has("Device", "d",
               R"({"resourceType":"Device","id":"d","contact":[{"system":"fax","value":"+15559876543"}]})");
    EXPECT_EQ(device.number(), "+15559876543");
}

TEST(OutboundRecipients, the_documents_own_example_is_reached_by_its_contact) {
    Desk desk(to(reference("Organization/acme")));
    desk.has("Organization", "acme",
             R"({"resourceType":"Organization","id":"acme","name":"Acme Medical Center",
                 "contact":[{"telecom":[{"system":"fax","value":"+15551234567"}]}]})");
    const auto fax = desk.site.read();
    EXPECT_EQ(fax.recipients.at(0).number, "+15551234567");
    EXPECT_EQ(fax.recipients.at(0).name, "Acme Medical Center");
}

TEST(OutboundRecipients, of_a_role_are_reached_by_the_role_then_the_person_then_the_organization) {
    const std::string links =
        R"("practitioner":{"reference":"Practitioner/p"},"organization":{"reference":"Organization/o"},)";
    const auto number = [&](const std::string& role, const std::string& person,
                            const std::string& organization) {
        Desk desk(to(reference("PractitionerRole/r")));
        desk.has("PractitionerRole", "r", role);
        if (!person.empty())
            desk.has("Practitioner", "p", person);
        else
            desk.site.on("GET /fhir/Practitioner/p", json_answer(404));
        desk.has("Organization", "o", organization);
        return desk.number();
    };
    const auto bare_role = R"({"resourceType":"PractitionerRole","id":"r",)" + links + R"("active":true})";
    const std::string bare_person = R"({"resourceType":"Practitioner","id":"p"})";
    const auto person = reachable("Practitioner", "p", "+15550000002");
    const auto organization = reachable("Organization", "o", "+15550000003");
    EXPECT_EQ(number(reachable("PractitionerRole", "r", "+15550000001", links), person, organization),
              "+15550000001");
    EXPECT_EQ(number(bare_role, person, organization), "+15550000002");
    EXPECT_EQ(number(bare_role, bare_person, organization), "+15550000003");
    EXPECT_EQ(number(bare_role, "", organization), "+15550000003");
}

TEST(OutboundRecipients, that_are_not_active_are_refused) {
    for (const std::string type : {"Organization", "Practitioner", "PractitionerRole", "Patient",
                                   "RelatedPerson", "HealthcareService"}) {
        Desk desk(to(reference(type + "/r-1")));
        desk.has(type, "r-1", reachable(type, "r-1", "+15559876543", R"("active":false,)"));
        expect_refused(desk, "send.no_fax_number", "Communication.recipient[0]", type + "/r-1");
    }
    for (const auto* type : {"PractitionerRole", "RelatedPerson"})
        for (const auto* period : {R"("period":{"end":"2026-09"},)", R"("period":{"start":"2026-11"},)"}) {
            Desk desk(to(reference(std::string(type) + "/r-1")));
            desk.has(type, "r-1", reachable(type, "r-1", "+15559876543", period));
            expect_refused(desk, "send.no_fax_number", "Communication.recipient[0]", "/r-1");
        }
    Desk active(to(reference("Practitioner/p")));
    active.has("Practitioner", "p",
               reachable("Practitioner", "p", "+15559876543",
                         R"("active":true,"period":{"start":"2026-10-03","end":"2026-10-03"},)"));
    EXPECT_EQ(active.number(), "+15559876543");
}

TEST(OutboundRecipients, in_a_role_that_is_over_are_not_replaced_by_the_organization) {
    const std::string links =
        R"("practitioner":{"reference":"Practitioner/p"},"organization":{"reference":"Organization/o"})";
    const auto expect_named = [&](const std::string& more, const std::string& person,
                                  const std::string& organization, const std::string& named) {
        Desk desk(to(reference("PractitionerRole/r")));
        desk.has("PractitionerRole", "r",
                 R"({"resourceType":"PractitionerRole","id":"r",)" + more + links + "}")
            .has("Practitioner", "p", R"({"resourceType":"Practitioner","id":"p",)" + person + R"("x":1})")
            .has("Organization", "o", reachable("Organization", "o", "+15550000003", organization));
        expect_refused(desk, "send.no_fax_number", "Communication.recipient[0]", named);
    };
    expect_named(R"("active":false,)", "", "", "PractitionerRole/r");
    expect_named(R"("period":{"end":"2026-10-01"},)", "", "", "PractitionerRole/r");
    expect_named("", R"("active":false,)", "", "Practitioner/p");
    expect_named("", "", R"("active":false,)", "Organization/o");
}

TEST(OutboundRecipients, are_not_reached_by_a_number_that_is_not_in_use_yet) {
    for (const auto& [start, current] : {std::pair{"2026-10-05", false},
                                         {"2026-11", false},
                                         {"2027", false},
                                         {"2026-10-03T14:00:01Z", false},
                                         {"2026-10-03T14:00:00Z", true},
                                         {"2026-10-04", true}, // somewhere it has begun
                                         {"2026-10", true},
                                         {"2026", true},
                                         {"soon", true}}) {
        Desk desk(to(reference("Organization/o")));
        desk.has("Organization", "o",
                 R"({"resourceType":"Organization","id":"o","telecom":[{"system":"fax","value":"+15550000001",
                     "rank":1,"period":{"start":")" +
                     std::string(start) + R"("}},{"system":"fax","value":"+15550000002","rank":2}]})");
        EXPECT_EQ(desk.number(), current ? "+15550000001" : "+15550000002") << start;
    }
}

TEST(OutboundRecipients, contained_in_a_role_are_not_looked_for_in_the_communication) {
    const std::string role = R"({"resourceType":"PractitionerRole","id":"r",
        "practitioner":{"reference":"#p"},"organization":{"reference":"#o"})";
    const auto ours = "[" + reachable("Practitioner", "p", "+15550000001") + "," +
                      reachable("Organization", "o", "+15550000002") + "]";
    Desk strange(to(reference("PractitionerRole/r")), ours);
    strange.has("PractitionerRole", "r", role + "}");
    expect_refused(strange, "send.no_fax_number", "Communication.recipient[0]", "PractitionerRole/r");

    Desk own(to(reference("PractitionerRole/r")), ours);
    own.has("PractitionerRole", "r",
            role + R"(,"contained":[)" + reachable("Practitioner", "p", "+15550000003") + "]}");
    EXPECT_EQ(own.number(), "+15550000003");

    Desk contained(to(reference("#r")), ours.substr(0, ours.size() - 1) + "," + role + "}]");
    EXPECT_EQ(contained.number(), "+15550000001");
}

TEST(OutboundRecipients, may_be_contained_or_named_by_an_absolute_url) {
    Desk contained(to(reference("#to")), "[" + reachable("Organization", "x", "+15550000001") + "," +
                                             reachable("Organization", "to", "+15550000002") + "]");
    EXPECT_EQ(contained.number(), "+15550000002");

    OutboundSite site;
    site.with_people().with_fax(
        fax_with({{"recipient", to(reference(site.base() + "/Practitioner/recipient-id"))}}));
    const auto fax = site.read();
    EXPECT_EQ(fax.recipients.at(0).number, "+15551234567");
    EXPECT_EQ(fax.recipients.at(0).reference, site.base() + "/Practitioner/recipient-id");
}

TEST(OutboundRecipients, without_a_name_are_called_as_the_communication_calls_them) {
    Desk desk(R"([{"reference":"Organization/o","display":"North Clinic"}])");
    desk.has("Organization", "o",
             reachable("Organization", "o", "+15550000002", R"("name":"Fax Recipient",)"));
    EXPECT_EQ(desk.site.read().recipients.at(0).name, "North Clinic");
}

TEST(OutboundRecipients, keep_their_places) {
    Desk desk(to(reference("Organization/a") + "," + reference("Organization/b")));
    desk.has("Organization", "a", reachable("Organization", "a", "+15550000001"));
    desk.has("Organization", "b", reachable("Organization", "b", "+15550000002"));
    const auto fax = desk.site.read();
    ASSERT_EQ(fax.recipients.size(), 2u);
    EXPECT_EQ(fax.recipients[0].reference, "Organization/a");
    EXPECT_EQ(fax.recipients[1].number, "+15550000002");
}

TEST(OutboundRecipients, none_is_refused) {
    for (const auto* list : {"", "[]", R"({"reference":"Organization/o"})"}) {
        Desk desk(list);
        expect_refused(desk, "send.no_recipient", "Communication.recipient[0]");
    }
}

TEST(OutboundRecipients, without_a_usable_number_are_refused_by_place_and_name) {
    const std::string first = reference("Practitioner/recipient-id") + ",";
    Desk none(to(first + reference("Organization/o")));
    none.has("Organization", "o", R"({"resourceType":"Organization","id":"o"})");
    expect_refused(none, "send.no_fax_number", "Communication.recipient[1]", "Organization/o");

    Desk short_number(to(first + reference("Organization/o")));
    short_number.has("Organization", "o", reachable("Organization", "o", "12345"));
    expect_refused(short_number, "send.no_fax_number", "Communication.recipient[1]", "Organization/o");

    Desk gone(to(first + reference("Organization/o")));
    gone.site.on("GET /fhir/Organization/o", json_answer(410));
    expect_refused(gone, "send.no_fax_number", "Communication.recipient[1]", "Organization/o");

    Desk group(to(reference("Group/g")));
    group.has("Group", "g", reachable("Group", "g", "+15550000001"));
    expect_refused(group, "send.no_fax_number", "Communication.recipient[0]", "Group/g");

    for (const auto* elsewhere :
         {R"({"reference":"https://other.example/fhir/Organization/1"})", R"({"display":"North 5551234567"})",
          R"({"identifier":{"system":"x","value":"+15551234567"}})", R"({"reference":"#none"})",
          R"({"reference":"Organization/../Patient/5551234567"})", "17"}) {
        Desk desk(to(first + elsewhere));
        expect_refused(desk, "send.no_fax_number", "Communication.recipient[1]", "Recipient 2");
    }
}

TEST(OutboundRecipients, with_one_number_are_refused) {
    Desk desk(to(reference("Organization/a") + "," + reference("Organization/b")));
    desk.has("Organization", "a", reachable("Organization", "a", "+15550000001"));
    desk.has("Organization", "b", reachable("Organization", "b", "(555) 000-0001"));
    expect_refused(desk, "send.repeated_number", "Communication.recipient[1]", "Organization/b");
}

TEST(OutboundRecipients, are_at_most_fifty) {
    std::string list;
    for (int i = 0; i < 51; ++i)
        list += (i == 0 ? "" : ",") + reference("Organization/o" + std::to_string(i));
    Desk desk(to(list));
    expect_refused(desk, "send.too_many_recipients", "Communication.recipient");
    EXPECT_EQ(desk.site.count("GET /fhir/Organization/o0"), 0u);
}

// ---- senders

struct Office {
    explicit Office(const std::string& sender) {
        site.with_fax(fax_with({{"sender", sender}}));
        site.on("GET /fhir/Practitioner/recipient-id",
                json_answer(200, reachable("Practitioner", "recipient-id", "+15551234567")));
    }
    Office& has(const std::string& path, int status, const std::string& body = {}) {
        site.on("GET /fhir/" + path, json_answer(status, body));
        return *this;
    }
    std::string user() { return site.read().user_id; }

    OutboundSite site;
};

const std::string by_user =
    R"("identifier":[{"system":"urn:x","value":"n"},{"system":"https://efax.com","value":"u-1"}])";

TEST(OutboundSender, is_known_by_the_identifier_of_a_practitioner_or_an_organization) {
    for (const std::string type : {"Practitioner", "Organization"}) {
        Office office(R"({"reference":")" + type + R"(/s"})");
        office.has(type + "/s", 200, R"({"resourceType":")" + type + R"(","id":"s",)" + by_user + "}");
        EXPECT_EQ(office.user(), "u-1");
    }
}

TEST(OutboundSender, with_an_old_identifier_or_inactive_has_none) {
    for (const auto* members :
         {R"("identifier":[{"use":"old","system":"https://efax.com","value":"u-1"}])",
          R"("identifier":[{"system":"https://efax.com","value":"u-1","period":{"end":"2020"}}])",
          R"("active":false,"identifier":[{"system":"https://efax.com","value":"u-1"}])",
          R"("identifier":[{"system":"https://efax.com","value":""}])", R"("gender":"other")"}) {
        Office office(R"({"reference":"Practitioner/s"})");
        office.has("Practitioner/s", 200,
                   R"({"resourceType":"Practitioner","id":"s",)" + std::string(members) + "}");
        EXPECT_EQ(office.user(), "shared-user") << members;
    }
}

TEST(OutboundSender, in_a_role_is_its_practitioner_then_its_organization) {
    const std::string role = R"({"resourceType":"PractitionerRole","id":"r",
        "practitioner":{"reference":"Practitioner/p"},"organization":{"reference":"Organization/o"}})";
    const std::string named = R"({"resourceType":"Practitioner","id":"p","name":[{"text":"Dr. P"}],)";
    Office person(R"({"reference":"PractitionerRole/r"})");
    person.has("PractitionerRole/r", 200, role).has("Practitioner/p", 200, named + by_user + "}");
    const auto fax = person.site.read();
    EXPECT_EQ(fax.user_id, "u-1");
    EXPECT_EQ(fax.from_name, "Dr. P");

    Office organization(R"({"reference":"PractitionerRole/r"})");
    organization.has("PractitionerRole/r", 200, role)
        .has("Practitioner/p", 404)
        .has("Organization/o", 200, R"({"resourceType":"Organization","id":"o",)" + by_user + "}");
    EXPECT_EQ(organization.user(), "u-1");

    Office inactive(R"({"reference":"PractitionerRole/r"})");
    inactive.has("PractitionerRole/r", 200, R"({"resourceType":"PractitionerRole","id":"r","active":false,
        "practitioner":{"reference":"Practitioner/p"}})");
    EXPECT_EQ(inactive.user(), "shared-user");
}

TEST(OutboundSender, missing_gone_or_of_another_kind_is_the_projects) {
    EXPECT_EQ(Office("").user(), "shared-user");
    EXPECT_EQ(Office(R"({"display":"Front Desk"})").site.read().from_name, "Front Desk");
    EXPECT_EQ(Office(R"({"reference":"https://other.example/fhir/Practitioner/s"})").user(), "shared-user");
    Office gone(R"({"reference":"Practitioner/s","display":"Dr. Gone"})");
    gone.has("Practitioner/s", 404);
    const auto fax = gone.site.read();
    EXPECT_EQ(fax.user_id, "shared-user");
    EXPECT_EQ(fax.from_name, "Dr. Gone");
    Office patient(R"({"reference":"Patient/s"})");
    patient.has("Patient/s", 200, R"({"resourceType":"Patient","id":"s",)" + by_user + "}");
    EXPECT_EQ(patient.user(), "shared-user");
}

TEST(OutboundSender, contained_in_the_communication_has_no_user_id_of_its_own) {
    const auto with = [](const std::string& contained) {
        OutboundSite site;
        site.with_people().with_fax(
            fax_with({{"sender", R"({"reference":"#s"})"}, {"contained", contained}}));
        return site.read();
    };
    const auto person =
        with(R"([{"resourceType":"Practitioner","id":"s","name":[{"text":"Dr. S"}],)" + by_user + "}]");
    EXPECT_EQ(person.user_id, "shared-user");
    EXPECT_EQ(person.from_name, "Dr. S");
    EXPECT_EQ(person.sender, "#s");
    const auto role = with(R"([{"resourceType":"PractitionerRole","id":"s",
        "practitioner":{"reference":"Practitioner/sender-id"}}])");
    EXPECT_EQ(role.user_id, "shared-user");
}

TEST(OutboundSender, in_a_role_is_not_looked_for_in_the_communication) {
    OutboundSite site;
    site.with_people().with_fax(
        fax_with({{"sender", R"({"reference":"PractitionerRole/r"})"},
                  {"contained", R"([{"resourceType":"Practitioner","id":"p",)" + by_user + "}]"}}));
    site.on("GET /fhir/PractitionerRole/r",
            json_answer(200,
                        R"({"resourceType":"PractitionerRole","id":"r","practitioner":{"reference":"#p"}})"));
    const auto fax = site.read();
    EXPECT_EQ(fax.user_id, "shared-user");
    EXPECT_EQ(fax.sender, "PractitionerRole/r");
}

TEST(OutboundSender, unknown_everywhere_is_refused) {
    const auto refused = [](Office&& office) {
        office.site.options.user_id = "";
        const auto refusal = office.site.refused();
        EXPECT_EQ(refusal.status, 422);
        EXPECT_EQ(refusal.code, "business-rule");
        EXPECT_EQ(refusal.expression, "Communication.sender");
        return refusal.reason;
    };
    EXPECT_EQ(refused(Office("")), "send.no_sender");
    EXPECT_EQ(refused(std::move(Office(R"({"reference":"Practitioner/s"})").has("Practitioner/s", 404))),
              "send.no_sender");
    EXPECT_EQ(
        refused(std::move(Office(R"({"reference":"Practitioner/s"})")
                              .has("Practitioner/s", 200, R"({"resourceType":"Practitioner","id":"s"})"))),
        "send.no_sender");
}

} // namespace
} // namespace efaxd::fhir
