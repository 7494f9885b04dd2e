#include "efaxd/core/base64.hpp"
#include "fhir/binary_body.hpp"
#include "fhir/golden.hpp"
#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto post = "POST /fhir/Binary";
constexpr auto put = "PUT /fhir/Binary/wanted-1";
constexpr auto pdf = "application/pdf";
using Kind = Fault::Kind;

std::string big_document() {
    std::string bytes = "%PDF-1.4\n";
    while (bytes.size() < 300'001)
        bytes += static_cast<char>(bytes.size() * 7 % 256);
    return bytes;
}

std::string upload(Server& server, const std::string& wanted = {}, const std::string& bytes = "%PDF-1.4") {
    Pages pages(bytes);
    return server.upload(pages, pdf, wanted, {});
}

TEST(ServerUpload, sends_the_bytes_as_they_are) {
    Site site;
    site.on(post,
            json_answer(201, R"({"resourceType":"Binary","id":"b-1","contentType":"application/pdf"})"));
    EXPECT_EQ(upload(*site.server(), "", big_document()), "b-1");
    const auto seen = site.seen(0);
    EXPECT_EQ(seen.body, big_document());
    EXPECT_EQ(seen.header("content-type"), pdf);
    EXPECT_EQ(seen.header("accept"), "application/fhir+json");
    EXPECT_EQ(seen.header("content-length"), std::to_string(big_document().size()));
}

TEST(ServerUpload, sends_the_golden_json_when_told) {
    Site site;
    site.on(put, json_answer(201));
    EXPECT_EQ(upload(*site.server(NoAuth{}, BinaryMode::json), "wanted-1"), "wanted-1");
    const auto seen = site.seen(0);
    EXPECT_EQ(seen.body, golden("binary.json"));
    EXPECT_EQ(seen.header("content-type"), "application/fhir+json");
}

TEST(ServerUpload, encodes_a_large_document_on_the_way) {
    for (const std::size_t cut : {0, 1, 2}) {
        Site site;
        site.on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
        const auto bytes = big_document().substr(cut);
        upload(*site.server(NoAuth{}, BinaryMode::json), "", bytes);
        const auto seen = site.seen(0);
        EXPECT_EQ(seen.header("content-length"), std::to_string(seen.body.size()));
        EXPECT_EQ(seen.body, R"({"resourceType":"Binary","contentType":"application/pdf","data":")" +
                                 base64(bytes) + "\"}");
    }
}

TEST(ServerUpload, gives_the_server_time_to_store_a_large_document_after_its_last_byte) {
    const auto limits = upload_limits(512u << 20);
    EXPECT_GE(limits.idle, std::chrono::hours{2});
    EXPECT_EQ(limits.idle, limits.total);
    EXPECT_EQ(upload_limits(8).idle, std::chrono::minutes{2});
}

TEST(ServerUpload, falls_back_to_json_once_and_remembers) {
    const std::pair<int, std::string> complaints[] = {
        {400, ""}, {415, ""}, {422, outcome("invalid")}, {500, outcome("processing", "Failed to parse")}};
    for (const auto& [status, body] : complaints) {
        Site site;
        site.on(post, json_answer(status, body));
        site.on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
        const auto server = site.server();
        EXPECT_EQ(upload(*server), "b-1") << status;
        EXPECT_EQ(upload(*server), "b-1");
        ASSERT_EQ(site.diary().size(), 3u);
        EXPECT_EQ(site.seen(0).header("content-type"), pdf);
        EXPECT_EQ(site.seen(1).header("content-type"), "application/fhir+json");
        EXPECT_EQ(site.seen(2).header("content-type"), "application/fhir+json");
    }
}

TEST(ServerUpload, does_not_remember_json_where_that_fails_too) {
    Site site;
    site.on(post, json_answer(400)).on(post, json_answer(400));
    site.on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
    const auto server = site.server();
    const auto fault = fault_of([&] { upload(*server); });
    EXPECT_EQ(fault.reason, "fhir.refused");
    EXPECT_EQ(fault.kind, Kind::lasting);
    EXPECT_EQ(upload(*server), "b-1");
    EXPECT_EQ(site.seen(2).header("content-type"), pdf);
}

TEST(ServerUpload, goes_back_to_raw_where_json_is_refused_later) {
    for (const int status : {400, 413, 415, 422}) {
        Site site;
        const auto fine = json_answer(201, R"({"resourceType":"Binary","id":"b-1"})");
        site.on(post, json_answer(422)).on(post, fine); // raw refused once: JSON from now on
        site.on(post, json_answer(status)).on(post, fine);
        const auto server = site.server();
        upload(*server);
        EXPECT_EQ(upload(*server), "b-1") << status;
        EXPECT_EQ(site.seen(2).header("content-type"), "application/fhir+json");
        EXPECT_EQ(site.seen(3).header("content-type"), pdf);
        EXPECT_EQ(site.seen(3).body, "%PDF-1.4");
        upload(*server);
        EXPECT_EQ(site.seen(4).header("content-type"), pdf); // remembered
        EXPECT_EQ(site.diary().size(), 5u);
    }
}

TEST(ServerUpload, stays_with_json_where_raw_is_refused_too) {
    Site site;
    const auto fine = json_answer(201, R"({"resourceType":"Binary","id":"b-1"})");
    site.on(post, json_answer(415)).on(post, fine);
    site.on(post, json_answer(413)).on(post, json_answer(415)).on(post, fine);
    const auto server = site.server();
    upload(*server);
    EXPECT_EQ(fault_of([&] { upload(*server); }).reason, "fhir.too_large"); // what JSON was told
    upload(*server);
    EXPECT_EQ(site.seen(4).header("content-type"), "application/fhir+json");
}

TEST(ServerUpload, does_not_know_what_became_of_it_when_raw_fails_after_json) {
    Site site;
    site.on(post, json_answer(415)).on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
    site.on(post, json_answer(413)).on(post, json_answer(502));
    const auto server = site.server();
    upload(*server);
    EXPECT_EQ(fault_of([&] { upload(*server); }).kind, Kind::unknown);
}

TEST(ServerUpload, does_not_fall_back_where_the_mode_is_given) {
    for (const auto mode : {BinaryMode::raw, BinaryMode::json}) {
        Site site;
        site.on(post, json_answer(415));
        EXPECT_EQ(fault_of([&] { upload(*site.server(NoAuth{}, mode)); }).reason, "fhir.refused");
        EXPECT_EQ(site.diary().size(), 1u);
    }
}

TEST(ServerUpload, does_not_send_again_what_a_server_failed_over) {
    Site site;
    site.on(post, json_answer(500, outcome("exception", "out of memory")));
    EXPECT_EQ(fault_of([&] { upload(*site.server()); }).kind, Kind::unknown);
    EXPECT_EQ(site.diary().size(), 1u);
}

TEST(ServerUpload, takes_the_id_from_location) {
    Site site;
    site.on(post, json_answer(201, "", {{"Location", "https://other/fhir/Binary/b-2/_history/1"}}));
    EXPECT_EQ(upload(*site.server()), "b-2");
}

TEST(ServerUpload, reads_past_a_document_that_is_sent_back) {
    Site site;
    const auto echo = base64(big_document());
    auto answer = json_answer(201, R"({"resourceType":"Binary","data":")" + echo + R"(","id":"b-3"})");
    answer.chunked = true;
    site.on(post, answer);
    EXPECT_EQ(upload(*site.server(), "", big_document()), "b-3");
}

TEST(ServerUpload, does_not_know_what_became_of_it_without_an_id) {
    for (const auto& body : {std::string(), std::string("<html>"), outcome("informational")}) {
        Site site;
        site.on(post, json_answer(201, body));
        const auto fault = fault_of([&] { upload(*site.server()); });
        EXPECT_EQ(fault.kind, Kind::unknown);
        EXPECT_EQ(fault.reason, "fhir.unknown_outcome");
    }
}

TEST(ServerUpload, knows_that_only_a_post_leaves_a_spare_when_the_reply_is_lost) {
    Answer hang_up;
    hang_up.hang_up = true;
    Site site;
    site.on(post, hang_up).on(put, hang_up);
    const auto server = site.server();
    EXPECT_EQ(fault_of([&] { upload(*server); }).kind, Kind::unknown);
    EXPECT_EQ(site.count(post), 1u);
    EXPECT_EQ(fault_of([&] { upload(*server, "wanted-1"); }).kind, Kind::passing);
}

TEST(ServerUpload, puts_under_the_wanted_id) {
    for (const int status : {200, 201}) {
        Site site;
        site.on(put, json_answer(status));
        EXPECT_EQ(upload(*site.server(), "wanted-1"), "wanted-1");
        EXPECT_EQ(site.seen(0).body, "%PDF-1.4");
        EXPECT_EQ(site.seen(0).header("content-type"), pdf);
    }
}

constexpr auto takes_ids = R"({"resourceType":"CapabilityStatement","rest":[{"resource":[
    {"type":"Binary","updateCreate":true}]}]})";

TEST(ServerUpload, remembers_that_a_wanted_id_was_refused_once_a_post_is_accepted) {
    for (const int status : {400, 403, 404, 405, 422}) {
        Site site;
        site.on("GET /fhir/metadata", json_answer(200, takes_ids));
        site.on(put, json_answer(status));
        site.on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
        const auto server = site.server();
        Pages pages("%PDF-1.4");
        const auto fault = fault_of([&] { server->upload(pages, pdf, "wanted-1", {}); });
        EXPECT_EQ(fault.reason, "fhir.client_id_refused") << status;
        EXPECT_EQ(fault.kind, Kind::passing);
        EXPECT_EQ(fault.retry_after, std::chrono::seconds{1});
        EXPECT_EQ(site.count(post), 0u); // the story first records that a spare may arise
        EXPECT_TRUE(server->takes_client_ids({}));
        server->upload(pages, pdf, "", {});
        EXPECT_FALSE(server->takes_client_ids({})) << status;
    }
}

TEST(ServerUpload, does_not_take_a_refused_document_for_a_refused_id) {
    Site site;
    site.on("GET /fhir/metadata", json_answer(200, takes_ids));
    site.on(put, json_answer(422)).on(put, json_answer(422)).on(put, json_answer(201));
    site.on(post, json_answer(422)).on(post, json_answer(422));
    site.on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
    const auto server = site.server();
    Pages refused("%PDF-1.4");
    fault_of([&] { server->upload(refused, pdf, "wanted-1", {}); });
    EXPECT_EQ(fault_of([&] { server->upload(refused, pdf, "", {}); }).reason, "fhir.refused");
    upload(*server); // another document, accepted
    EXPECT_TRUE(server->takes_client_ids({}));
    EXPECT_EQ(upload(*server, "wanted-1"), "wanted-1");
}

TEST(ServerUpload, does_not_take_a_conflict_for_a_refused_id) {
    for (const int status : {409, 412}) {
        Site site;
        site.on("GET /fhir/metadata", json_answer(200, takes_ids));
        site.on(put, json_answer(status)).on(put, json_answer(200));
        const auto server = site.server();
        const auto fault = fault_of([&] { upload(*server, "wanted-1"); });
        EXPECT_EQ(fault.reason, "fhir.conflict") << status;
        EXPECT_EQ(fault.kind, Kind::passing);
        EXPECT_TRUE(server->takes_client_ids({}));
        EXPECT_EQ(upload(*server, "wanted-1"), "wanted-1");
    }
}

TEST(ServerUpload, finds_out_by_a_put_that_json_is_wanted) {
    Site site;
    site.on(put, json_answer(415)).on(put, json_answer(201));
    EXPECT_EQ(upload(*site.server(), "wanted-1"), "wanted-1");
    EXPECT_EQ(site.seen(1).body, golden("binary.json"));
}

TEST(ServerUpload, is_repeated_whole_after_a_401) {
    Site site;
    site.on(post, json_answer(401)).on(post, json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
    int reads = 0;
    const auto server = site.server(BearerAuth{[&] { return "t" + std::to_string(++reads); }});
    EXPECT_EQ(upload(*server, "", big_document()), "b-1");
    EXPECT_EQ(site.seen(1).body, big_document());
}

TEST(ServerUpload, tells_a_document_that_is_too_large) {
    Site site;
    site.on(post, json_answer(413));
    const auto fault = fault_of([&] { upload(*site.server()); });
    EXPECT_EQ(fault.reason, "fhir.too_large");
    EXPECT_EQ(fault.kind, Kind::lasting);
}

TEST(ServerRemoveBinary, counts_what_is_gone_as_done) {
    for (const int status : {200, 202, 204, 404, 410}) {
        Site site;
        site.on("DELETE /fhir/Binary/b-1", json_answer(status));
        EXPECT_NO_THROW(site.server()->remove_binary("b-1", {})) << status;
        EXPECT_EQ(site.diary().size(), 1u);
    }
}

TEST(ServerRemoveBinary, tells_what_went_wrong) {
    const std::pair<int, const char*> rows[] = {
        {403, "fhir.forbidden"}, {405, "fhir.wrong_base"}, {409, "fhir.conflict"}, {500, "fhir.unavailable"}};
    for (const auto& [status, reason] : rows) {
        Site site;
        site.on("DELETE /fhir/Binary/b-1", json_answer(status));
        const auto fault = fault_of([&] { site.server()->remove_binary("b-1", {}); });
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, Kind::passing);
    }
}

} // namespace
} // namespace efaxd::fhir
