#include "app/connectivity.hpp"

#include "app/clinic.hpp"
#include "fakes/loopback_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace efaxd::app {
namespace {

std::vector<Finding> check(Clinic& clinic) {
    GlassHouse house(clinic.config);
    return check_connectivity(house.projects(), clinic.config, house.ground(), {});
}

const Finding* failed(const std::vector<Finding>& findings, const std::string& what) {
    const auto found = std::ranges::find_if(findings, [&](const Finding& finding) {
        return finding.exit_code != 0 && finding.line.what.find(what) != std::string::npos;
    });
    return found == findings.end() ? nullptr : &*found;
}

TEST(Connectivity, is_well_against_a_well_clinic_and_leaves_nothing_behind) {
    Clinic clinic;
    const auto findings = check(clinic);
    EXPECT_EQ(exit_code_of(findings), 0) << check_text(findings_json(findings));
    EXPECT_EQ(clinic.sandbox.oracle().spare_binaries.size(), 0u) << "the probe is gone";
    EXPECT_EQ(clinic.sandbox.oracle().communications, 0u);
}

TEST(Connectivity, tells_a_wrong_key_from_a_wrong_user_id) {
    Clinic wrong_user;
    wrong_user.project().secrets.user_id = wrong_user.secret("user-id", "99999999-00000000");
    auto findings = check(wrong_user);
    EXPECT_EQ(exit_code_of(findings), 77);
    EXPECT_FALSE(failed(findings, "eFax sign-in"));
    ASSERT_TRUE(failed(findings, "mailbox clinic:system"));
    EXPECT_NE(failed(findings, "mailbox clinic:system")->line.advice.find("user ID"), std::string::npos);

    Clinic wrong_key;
    wrong_key.project().secrets.api_key = wrong_key.secret("api-key", "wrong");
    findings = check(wrong_key);
    EXPECT_EQ(exit_code_of(findings), 77);
    EXPECT_TRUE(failed(findings, "eFax sign-in"));
    EXPECT_FALSE(failed(findings, "FHIR")) << "the other side is tested all the same";
}

TEST(Connectivity, tries_a_rotated_secret_and_keeps_the_token_in_hand_if_it_is_wrong) {
    Clinic clinic;
    GlassHouse house(clinic.config);
    const auto check_again = [&] {
        return check_connectivity(house.projects(), clinic.config, house.ground(), {});
    };
    auto& efax = house.projects().at("clinic")->efax();
    EXPECT_EQ(exit_code_of(check_again()), 0);
    EXPECT_EQ(exit_code_of(check_again()), 0);
    EXPECT_EQ(efax.state().tokens_asked, 1) << "a new one would end the one in hand";

    clinic.secret("api-key", "wrong");
    auto findings = check_again();
    EXPECT_EQ(exit_code_of(findings), 77);
    EXPECT_TRUE(failed(findings, "eFax sign-in"));
    EXPECT_TRUE(efax.state().has_token);

    clinic.secret("api-key", "sim-key+/==");
    findings = check_again();
    EXPECT_EQ(exit_code_of(findings), 0) << check_text(findings_json(findings));
    EXPECT_EQ(efax.state().tokens_asked, 2);
}

TEST(Connectivity, says_69_when_a_server_cannot_be_reached) {
    Clinic clinic;
    clinic.project().fhir.endpoint.base_url = "http://127.0.0.1:1/fhir";
    const auto findings = check(clinic);
    EXPECT_EQ(exit_code_of(findings), 69);
    ASSERT_TRUE(failed(findings, "FHIR connection"));
    EXPECT_FALSE(failed(findings, "FHIR sign-in")) << "one cause, one line";
    EXPECT_FALSE(failed(findings, "eFax")) << "the other side is tested all the same";
}

TEST(Connectivity, tells_of_a_missing_converter) {
    Clinic clinic;
    GlassHouse house(clinic.config);
    convert::ProcessConverter missing({.program = clinic.dir.path() / "efaxd-convert"});
    Ground ground{house.ground().ledger, house.ground().outbox,
                  house.ground().spool,  missing,
                  house.ground().clock,  {}};
    const auto findings = check_connectivity(house.projects(), clinic.config, ground, {});
    EXPECT_EQ(exit_code_of(findings), 73);
    ASSERT_TRUE(failed(findings, "converter"));
    EXPECT_NE(failed(findings, "converter")->line.detail.find("document.converter_failed"),
              std::string::npos);
}

TEST(Connectivity, says_73_without_a_state_directory) {
    Clinic clinic;
    clinic.config.state_dir = clinic.dir.path() / "missing";
    EXPECT_EQ(exit_code_of(check(clinic)), 73);
}

TEST(Connectivity, says_73_with_the_remedy_for_a_state_directory_that_is_open_to_others) {
    Clinic clinic;
    std::filesystem::permissions(clinic.state_dir(), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const auto findings = check(clinic);
    EXPECT_EQ(exit_code_of(findings), 73);
    ASSERT_TRUE(failed(findings, "state directory"));
    EXPECT_NE(failed(findings, "state directory")->line.advice.find("chmod 0700"), std::string::npos);
}

TEST(Connectivity, says_77_for_a_FHIR_server_that_forbids_and_69_for_a_path_that_is_not_FHIR) {
    for (const int status : {401, 403, 404}) {
        Clinic clinic;
        fakes::LoopbackServer server([&](const auto&) {
            fakes::LoopbackServer::Answer answer;
            answer.status = status;
            return answer;
        });
        clinic.project().fhir.endpoint.base_url = server.url() + "/fhir/R4";
        const auto findings = check(clinic);
        EXPECT_EQ(exit_code_of(findings), status == 404 ? 69 : 77) << check_text(findings_json(findings));
        ASSERT_TRUE(failed(findings, "FHIR"));
        const std::string advice = failed(findings, "FHIR")->line.advice;
        const char* word = status == 404 ? "fhir.base_url" : status == 401 ? "fhir.auth" : "grant";
        EXPECT_NE(advice.find(word), std::string::npos) << status << ": " << advice;
    }
}

TEST(Connectivity, report_survives_the_way_through_the_socket) {
    Clinic clinic;
    clinic.project().secrets.api_key = clinic.secret("api-key", "wrong");
    const auto json = findings_json(check(clinic));
    EXPECT_EQ(check_exit_code(json), 77);
    EXPECT_NE(check_text(json).find("-> check the secrets eFaxAppId and eFaxApiKey"), std::string::npos);
}

} // namespace
} // namespace efaxd::app
