#include "sandbox/world.hpp"

#include <algorithm>

namespace efaxd::sandbox::test {
namespace {

class OracleOfTheClinic : public World {
  protected:
    /// Delivers the fax with one text of its Communication replaced.
    std::string deliver_with(const std::string& from, const std::string& to) {
        const auto fax_id = sandbox.put_fax();
        const auto binary =
            id_of(post_binary(document(efax("GET", "/faxes/" + fax_id + "/image?desired_format=PDF"))));
        auto json = communication(fax_id, binary);
        const auto place = json.find(from);
        EXPECT_NE(place, std::string::npos) << from;
        json.replace(place, from.size(), to);
        EXPECT_EQ(fhir("POST", "/Communication", json).status, 201);
        const auto wrong = sandbox.oracle().wrong;
        return wrong.size() == 1 ? wrong.front().reason : std::to_string(wrong.size()) + " wrong";
    }
};

TEST_F(OracleOfTheClinic, is_content_when_each_fax_arrived_once) {
    for (const auto& user : Sandbox::clinic_users())
        deliver(sandbox.put_fax(user));
    const auto report = sandbox.oracle();
    EXPECT_TRUE(report.clean());
    EXPECT_TRUE(report.spare_binaries.empty());
    EXPECT_EQ(report.line(), "3 faxes at eFax, 3 Communications, 0 missing, 0 double");
}

TEST_F(OracleOfTheClinic, misses_what_did_not_arrive) {
    deliver(sandbox.put_fax());
    const auto lost = sandbox.put_fax();
    const auto report = sandbox.oracle();
    EXPECT_EQ(report.missing, std::vector{lost});
    EXPECT_FALSE(report.clean());
    EXPECT_EQ(report.line(), "2 faxes at eFax, 1 Communications, 1 missing, 0 double");
}

TEST_F(OracleOfTheClinic, counts_doubles_and_forgets_no_deleted_one) {
    const auto fax_id = sandbox.put_fax();
    sandbox.fhir().staff_deletes(deliver(fax_id));
    EXPECT_TRUE(sandbox.oracle().clean()) << "staff may delete";
    deliver(fax_id);
    const auto report = sandbox.oracle();
    EXPECT_EQ(report.twice, std::vector{fax_id});
    EXPECT_FALSE(report.clean());
}

TEST_F(OracleOfTheClinic, finds_ids_that_differ_only_in_case_to_be_doubles) {
    NewFaxes fax;
    fax.id = "abcdef00-1111";
    sandbox.put_faxes(fax);
    deliver("abcdef00-1111");
    deliver("ABCDEF00-1111");
    EXPECT_EQ(sandbox.oracle().twice.size(), 1u);
}

TEST_F(OracleOfTheClinic, lets_staff_archive_and_assign) {
    const auto id = deliver(sandbox.put_fax());
    sandbox.fhir().staff_archives(id);
    sandbox.fhir().staff_assigns(id, "Patient/p");
    EXPECT_TRUE(sandbox.oracle().clean());
    EXPECT_TRUE(sandbox.oracle().rewritten.empty());
}

TEST_F(OracleOfTheClinic, tells_when_a_client_rewrites_a_communication) {
    const auto id = deliver(sandbox.put_fax());
    const auto body = fhir("GET", "/Communication/" + id).body;
    EXPECT_EQ(fhir("PUT", "/Communication/" + id, body).status, 200);
    EXPECT_EQ(sandbox.oracle().rewritten, std::vector{id});
}

TEST_F(OracleOfTheClinic, sees_every_kind_of_wrong) {
    EXPECT_EQ(deliver_with("Organization/front-desk", "Organization/north-clinic"),
              "it has another recipient");
    sandbox.reset();
    sandbox.set_up_clinic();
    token_.clear();
    EXPECT_EQ(deliver_with("\"sent\":\"2", "\"sent\":\"1"), "it is not dated as the fax");
    sandbox.reset();
    sandbox.set_up_clinic();
    token_.clear();
    EXPECT_EQ(deliver_with("FAXWRIT", "FAX"), "its medium is not FAXWRIT");
    sandbox.reset();
    sandbox.set_up_clinic();
    token_.clear();
    EXPECT_EQ(deliver_with("\"completed\"", "\"stopped\""), "its status is not completed");
    sandbox.reset();
    sandbox.set_up_clinic();
    token_.clear();
    EXPECT_EQ(deliver_with("Binary/", "Binary/x"), "its Binary does not exist");
    sandbox.reset();
    sandbox.set_up_clinic();
    token_.clear();
    EXPECT_EQ(deliver_with("application/pdf", "image/tiff"), "its attachment's type is not the Binary's");
}

TEST_F(OracleOfTheClinic, compares_the_bytes) {
    const auto fax_id = sandbox.put_fax();
    const auto binary = id_of(post_binary("%PDF-1.4 another document %%EOF"));
    fhir("POST", "/Communication", communication(fax_id, binary));
    ASSERT_EQ(sandbox.oracle().wrong.size(), 1u);
    EXPECT_EQ(sandbox.oracle().wrong.front().reason, "its bytes are not the fax's");
    EXPECT_EQ(sandbox.oracle().wrong.front().fax_id, fax_id);
}

TEST_F(OracleOfTheClinic, takes_a_tiff_for_a_tiff) {
    set_options(R"({"efax":{"format":"tiff"}})");
    const auto fax_id = sandbox.put_fax();
    const auto binary =
        id_of(post_binary(document(efax("GET", "/faxes/" + fax_id + "/image")), "image/tiff"));
    auto json = communication(fax_id, binary);
    json.replace(json.find("application/pdf"), 15, "image/tiff");
    fhir("POST", "/Communication", json);
    EXPECT_TRUE(sandbox.oracle().clean());
}

TEST_F(OracleOfTheClinic, counts_spare_binaries) {
    deliver(sandbox.put_fax());
    const auto spare = id_of(post_binary("%PDF-"));
    EXPECT_EQ(sandbox.oracle().spare_binaries, std::vector{spare});
    EXPECT_TRUE(sandbox.oracle().clean()) << "a spare is no loss";
    fhir("DELETE", "/Binary/" + spare);
    EXPECT_TRUE(sandbox.oracle().spare_binaries.empty());
}

TEST_F(OracleOfTheClinic, blames_nobody_for_the_impossible) {
    sandbox.efax().rival_deletes(sandbox.put_fax());
    NewFaxes unstored;
    unstored.stored = false;
    sandbox.put_faxes(unstored);
    const auto report = sandbox.oracle();
    EXPECT_EQ(report.faxes, 0u);
    EXPECT_EQ(report.impossible, 2u);
    EXPECT_TRUE(report.clean());
}

TEST_F(OracleOfTheClinic, blames_the_client_for_what_it_read_or_deleted_itself) {
    const auto read = sandbox.put_fax();
    Wire wire(sandbox.efax_url());
    wire.exchange("GET", "/faxes/" + read + "/image",
                  {{"Authorization", "Bearer " + token()}, {"user-id", system_user}});
    wire.exchange("GET", "/health"); // the image has gone out
    sandbox.efax().rival_deletes(read);
    const auto deleted = sandbox.put_fax();
    efax("DELETE", "/faxes/" + deleted);
    EXPECT_EQ(sandbox.oracle().missing.size(), 2u);
}

TEST_F(OracleOfTheClinic, finds_communications_of_no_fax) {
    sandbox.put_fax();
    const auto binary = id_of(post_binary("%PDF-"));
    auto json = communication(sandbox.put_fax(), binary);
    const auto place = json.find("\"value\":\"") + 9;
    json.replace(place, 8, "ffffffff");
    fhir("POST", "/Communication", json);
    ASSERT_EQ(sandbox.oracle().wrong.size(), 1u);
    EXPECT_EQ(sandbox.oracle().wrong.front().reason, "there is no such fax");
}

TEST_F(OracleOfTheClinic, leaves_outbound_communications_alone) {
    auto json = communication(sandbox.put_fax(), "b");
    json.replace(json.find("inbound"), 7, "outbound");
    fhir("POST", "/Communication", json);
    EXPECT_EQ(sandbox.oracle().communications, 0u);
}

} // namespace
} // namespace efaxd::sandbox::test
