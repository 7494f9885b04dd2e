#include "sandbox/world.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "sandbox/efax_items.hpp"
#include "sandbox/pdf_pages.hpp"

namespace efaxd::sandbox::test {
namespace {

class Sending : public World {
  protected:
    Sending() { set_options(R"({"efax":{"send_seconds":0}})"); }

    static std::string pdf(const std::string& text = "Referral", int pages = 2) {
        return FaxDocument({text, pages, 3'000, 1}, DocumentKind::pdf).bytes();
    }
    static std::string body(const std::string& number = "13035550100", const std::string& reference = "ref-1",
                            const std::string& document = pdf()) {
        return R"({"destinations":[{"to_name":"Front desk","fax_number":")" + number +
               R"("}],"fax_options":{"image_resolution":"FINE","include_cover_page":false},)"
               R"("client_data":{"client_reference_id":")" +
               reference + R"("},"documents":[{"document_type":"PDF","document_content":")" +
               base64(document) + "\"}]}";
    }
    WireReply post(const std::string& json, const Headers& more = {}) {
        Headers headers{{"Content-Type", "application/json"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return efax("POST", "/faxes", json, headers);
    }
    /// Gives the fax's id.
    std::string send(const std::string& number = "13035550100", const std::string& reference = "ref-1") {
        const auto reply = post(body(number, reference));
        EXPECT_EQ(reply.status, 201) << reply.body;
        const auto document = json::Document::parse(reply.body);
        return std::string{document.root().at(0)["fax_id"].text_or("")};
    }
    std::string state(const std::string& id) {
        const auto reply = efax("GET", "/faxes/" + id + "/transmission-details");
        EXPECT_EQ(reply.status, 200) << reply.body;
        return std::string{
            json::Document::parse(reply.body).root()["transmission_data"]["transmission_status"].text_or("")};
    }
    std::string code(const std::string& id) {
        const auto reply = efax("GET", "/faxes/" + id + "/transmission-details");
        return std::string{
            json::Document::parse(reply.body).root()["transmission_data"]["error_code"].text_or("")};
    }
    std::vector<std::string> found(const std::string& query) {
        const auto reply = efax("GET", "/faxes/sent" + query);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return ids(reply);
    }
    static std::vector<std::string> bad_fields(const WireReply& reply) {
        std::vector<std::string> names;
        const auto document = json::Document::parse(reply.body);
        const auto errors = document.root()["errors"];
        for (std::size_t i = 0; i < errors.size(); ++i)
            names.emplace_back(errors.at(i)["element_name"].text_or(""));
        return names;
    }
    static std::string replaced(std::string text, std::string_view from, std::string_view to) {
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    }
    using Names = std::vector<std::string>;
};

TEST_F(Sending, takes_a_fax_and_keeps_its_digest) {
    const auto reply = post(body(), {{"transaction-id", "t-1"}});
    EXPECT_EQ(reply.status, 201);
    const auto document = json::Document::parse(reply.body);
    ASSERT_EQ(document.root().size(), 1u);
    EXPECT_EQ(document.root().at(0)["destination_fax_number"].text_or(""), "13035550100");
    ASSERT_EQ(sandbox.sent().size(), 1u);
    const auto fax = sandbox.sent().front();
    EXPECT_EQ(fax.id, document.root().at(0)["fax_id"].text_or(""));
    EXPECT_EQ(fax.app, "sim-app");
    EXPECT_EQ(fax.user_id, system_user);
    EXPECT_EQ(fax.transaction_id, "t-1");
    EXPECT_EQ(fax.client.reference, "ref-1");
    EXPECT_EQ(fax.to.name, "Front desk");
    ASSERT_EQ(fax.documents.size(), 1u);
    EXPECT_EQ(fax.documents[0].sha256, crypto::sha256_hex(pdf()));
    EXPECT_EQ(fax.documents[0].size, pdf().size());
    EXPECT_EQ(fax.documents[0].pages, 2);
    EXPECT_TRUE(fax.documents[0].pdf);
    EXPECT_EQ(*fax.documents[0].kept, pdf());
    EXPECT_EQ(sandbox.journal().entries({"efax", "efax.send"}).front().subject, fax.id);
}

TEST_F(Sending, reads_escaped_base64_and_bodies_that_come_in_pieces) {
    std::string text = body();
    for (auto at = text.find('/'); at != std::string::npos; at = text.find('/', at + 2))
        text.insert(at, "\\"); // as some writers do
    Wire wire(sandbox.efax_url());
    const std::string head =
        "POST /faxes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token() +
        "\r\nuser-id: " + system_user +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n";
    wire.send(head);
    for (std::size_t at = 0; at < text.size(); at += 7)
        wire.send(std::string_view{text}.substr(at, 7));
    EXPECT_EQ(wire.reply().status, 201);
    EXPECT_EQ(sandbox.sent().at(0).documents.at(0).sha256, crypto::sha256_hex(pdf()));
}

TEST_F(Sending, keeps_no_large_document) {
    const std::string document = FaxDocument({"x", 3, 20'000'000, 1}, DocumentKind::pdf).bytes();
    EXPECT_EQ(post(body("+441632960000", "ref-1", document)).status, 201);
    const auto fax = sandbox.sent().front();
    EXPECT_EQ(fax.documents[0].sha256, crypto::sha256_hex(document));
    EXPECT_EQ(fax.documents[0].pages, 3);
    EXPECT_EQ(fax.documents[0].kept, nullptr);
    EXPECT_EQ(fax.to.number, "441632960000");
}

TEST_F(Sending, complains_of_every_bad_field) {
    EXPECT_EQ(bad_fields(post("{}")), (Names{"destinations", "documents"}));
    for (const std::string number :
         {"3035550100", "23035550100", "+1234567", "1303555010x", "", "+1234567890123456", "1-303-555-0100"})
        EXPECT_EQ(bad_fields(post(body(number))), Names{"fax_number"}) << number;
    EXPECT_EQ(bad_fields(post(replaced(body(), "\"PDF\"", "\"\""))), Names{"document_type"});
    EXPECT_EQ(bad_fields(post(body("13035550100", "r", ""))), Names{"document_content"});
    EXPECT_EQ(bad_fields(post(replaced(body(), "JVBERi", "JVB*Ri"))), Names{"document_content"});
    EXPECT_EQ(bad_fields(post(replaced(body(), "JVBERi", "JVBE\nRi"))), Names{"document_content"});
    EXPECT_EQ(post(replaced(body(), "JVBERi", R"(JVBE\r\n\u0052i)")).status, 201);
    sandbox.efax().sent().reset();
    EXPECT_EQ(bad_fields(post(replaced(body(), "\"FINE\"", "\"BEST\""))), Names{"image_resolution"});
    EXPECT_EQ(bad_fields(post(replaced(body(), "\"include_cover_page\":false",
                                       R"("retry_options":{"billable":11,"human_answer":"2"})"))),
              Names{"billable"});
    EXPECT_EQ(bad_fields(post(replaced(body(), "\"include_cover_page\":false",
                                       R"("custom_CSID":"more than twenty characters")"))),
              Names{"custom_CSID"});
    const auto no_json = post("{\"destinations\":[");
    EXPECT_EQ(no_json.status, 400);
    EXPECT_EQ(bad_fields(no_json), Names{""});
    EXPECT_EQ(efax("POST", "/faxes", body(), {{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(sandbox.sent().size(), 0u);
}

TEST_F(Sending, wants_a_token_and_a_user_id_first) {
    EXPECT_EQ(ask(sandbox.efax_url(), "POST", "/faxes", {{"user-id", system_user}}, body()).status, 401);
    EXPECT_EQ(ask(sandbox.efax_url(), "POST", "/faxes",
                  {{"Authorization", "Bearer " + token()}, {"user-id", "other"}}, body())
                  .status,
              403);
    EXPECT_EQ(sandbox.sent().size(), 0u);
}

TEST_F(Sending, cuts_destinations_beyond_fifty_and_refuses_too_many_documents) {
    std::string destinations;
    for (int i = 0; i < 60; ++i)
        destinations += (i > 0 ? "," : "") + std::string{R"({"fax_number":"+44163296)"} +
                        std::to_string(1000 + i) + "\"}";
    const std::string document = R"({"document_type":"PDF","document_content":"JVBERi0x"})";
    std::string documents = document;
    const auto post_all = [&] {
        return post(R"({"destinations":[)" + destinations + R"(],"documents":[)" + documents + "]}");
    };
    EXPECT_EQ(json::Document::parse(post_all().body).root().size(), 50u);
    EXPECT_EQ(sandbox.sent().size(), 50u);
    for (int i = 1; i < 25; ++i)
        documents += "," + document;
    EXPECT_EQ(post_all().status, 201);
    EXPECT_EQ(sandbox.sent().back().documents.size(), 25u);
    documents += "," + document;
    EXPECT_EQ(bad_fields(post_all()), Names{"documents"});
}

TEST_F(Sending, refuses_more_than_the_limit_after_reading_it) {
    set_options(R"({"efax":{"send_limit":2000}})");
    EXPECT_EQ(post(body()).status, 413);
    set_options(R"({"efax":{"send_limit":100000000}})");
    EXPECT_EQ(post(body("13035550100", std::string(2u << 20, 'r'))).status, 413) << "not in the documents";
    EXPECT_EQ(sandbox.sent().size(), 0u);
}

TEST_F(Sending, answers_in_other_styles) {
    set_options(R"({"efax":{"send_status":200,"entry_numbers":"bare"}})");
    const auto bare = post(body());
    EXPECT_EQ(bare.status, 200);
    EXPECT_NE(bare.body.find("\"3035550100\""), std::string::npos);
    set_options(R"({"efax":{"entry_numbers":"plus"}})");
    EXPECT_NE(post(body()).body.find("\"+13035550100\""), std::string::npos);
}

TEST_F(Sending, goes_through_its_states_by_the_sandbox_clock) {
    set_options(R"({"efax":{"send_seconds":4000}})");
    const auto id = send("13035559200");
    const auto advance = [&] { sandbox.clock().advance(std::chrono::seconds{1000}); };
    EXPECT_EQ(state(id), "NEW");
    EXPECT_EQ(efax("GET", "/faxes/" + id + "/metadata").status, 404) << "final only";
    advance();
    EXPECT_EQ(state(id), "IN PROGRESS");
    advance();
    EXPECT_EQ(state(id), "PENDING RETRY");
    advance();
    EXPECT_EQ(state(id), "IN PROGRESS");
    advance();
    EXPECT_EQ(state(id), "COMPLETED");
    const auto metadata = efax("GET", "/faxes/" + id + "/metadata");
    EXPECT_EQ(metadata.status, 200);
    EXPECT_EQ(member(metadata.body, "direction"), "OUTBOUND");
    EXPECT_EQ(member(metadata.body, "completed_timestamp"),
              efax_timestamp(*sandbox.sent().front().progress.end, TimestampStyle::offset));
    EXPECT_EQ(json::Document::parse(efax("POST", "/faxes/metadata", R"({"fax_ids":[")" + id + "\"]}").body)
                  .root()
                  .size(),
              1u);
}

TEST_F(Sending, ends_as_the_number_says) {
    EXPECT_EQ(code(send("13035550100")), "SFAX");
    EXPECT_EQ(code(send("13035558999")), "SFAX");
    for (const std::string nn : {"41", "42", "49", "51", "52", "06"}) {
        const auto id = send("1303555" + ("90" + nn));
        EXPECT_EQ(state(id), "ERROR");
        EXPECT_EQ(code(id), "E" + nn);
    }
    EXPECT_EQ(state(send("13035559045")), "CANCELED");
    EXPECT_EQ(state(send("13035559200")), "COMPLETED");
    const auto forever = send("13035559100");
    const auto stuck = send("13035559101");
    sandbox.clock().advance(std::chrono::hours{1'000});
    token_.clear();
    EXPECT_EQ(state(forever), "IN PROGRESS");
    EXPECT_EQ(state(stuck), "NEW");
}

TEST_F(Sending, details_tell_pages_and_attempts) {
    const auto id = send("13035559200");
    const auto reply = efax("GET", "/faxes/" + id + "/transmission-details");
    const auto document = json::Document::parse(reply.body);
    EXPECT_EQ(document.root()["transmission_data"]["total_pages_sent"].integer(), 2);
    ASSERT_EQ(document.root()["attempts"].size(), 2u);
    EXPECT_EQ(document.root()["attempts"].at(0)["attempt_status"].text_or(""), "ERROR");
    EXPECT_EQ(document.root()["attempts"].at(1)["attempt_status"].text_or(""), "COMPLETED");
}

TEST_F(Sending, ends_as_the_script_says) {
    const auto script = [&](const std::string& json) {
        const auto reply = control("POST", "/outcomes", json);
        EXPECT_EQ(reply.status, 200) << reply.body;
    };
    script(R"({"end":"error","code":"E44","pages":1})");
    script(R"({"number":"+1 303 555 0177","end":"never","count":-1})");
    const auto next = send();
    EXPECT_EQ(code(next), "E44");
    EXPECT_EQ(sandbox.sent().back().pages_sent(), 1);
    EXPECT_EQ(state(send()), "COMPLETED");
    const auto held = send("13035550177");
    EXPECT_EQ(state(held), "IN PROGRESS");
    EXPECT_EQ(state(send("13035550177")), "IN PROGRESS");
    script(R"({"fax_id":")" + held + R"(","end":"complete","queued_ms":60000,"sending_ms":60000})");
    EXPECT_EQ(state(held), "NEW");
    sandbox.clock().advance(std::chrono::seconds{61});
    EXPECT_EQ(state(held), "IN PROGRESS");
    sandbox.clock().advance(std::chrono::seconds{60});
    EXPECT_EQ(state(held), "COMPLETED");
    EXPECT_EQ(control("POST", "/outcomes", R"({"fax_id":"none"})").status, 400);
    EXPECT_EQ(control("POST", "/outcomes", R"({"end":"soon"})").status, 400);
}

TEST_F(Sending, lists_what_was_sent_and_pages_it) {
    Names sent;
    for (int i = 0; i < 5; ++i)
        sent.insert(sent.begin(), send("1303555010" + std::to_string(i), "ref-" + std::to_string(i)));
    EXPECT_EQ(found(""), sent);
    const auto page = efax("GET", "/faxes/sent", {}, {{"pagination-offset", "3"}, {"pagination-limit", "3"}});
    EXPECT_EQ(ids(page), (Names{sent[3], sent[4]}));
    EXPECT_EQ(member(page.body, "first_record"), "4");
    EXPECT_EQ(member(page.body, "last_record"), "5");
    EXPECT_EQ(ids(efax_as("10000001-20000002", "/faxes/sent")), Names{}) << "another user's";
    EXPECT_TRUE(listed().empty()) << "not received";
}

TEST_F(Sending, filters_the_list) {
    const auto good = send("13035550101", "ref-good");
    const auto bad = send("13035559041", "ref-bad");
    EXPECT_EQ(found("?transmission_status=COMPLETE"), Names{good});
    EXPECT_EQ(found("?transmission_status=COMPLETED"), Names{good});
    EXPECT_EQ(found("?transmission_status=ERROR"), Names{bad});
    EXPECT_EQ(found("?transmission_status=IN%20PROGRESS"), Names{});
    EXPECT_EQ(efax("GET", "/faxes/sent?transmission_status=SOON").status, 400);
    EXPECT_EQ(found("?error_code=E41"), Names{bad});
    EXPECT_EQ(found("?search_text=ref-good"), Names{good});
    EXPECT_EQ(found("?destination_fax_number=13035559041"), Names{bad});
    EXPECT_EQ(found("?transaction_id=none"), Names{});
    EXPECT_EQ(found("?fax_status=NOT_STORED"), Names{});
    EXPECT_EQ(found("?min_completed_timestamp=2020-01-01T00:00:00Z&max_completed_timestamp=2020-01-02"
                    "T00:00:00Z"),
              Names{});
    EXPECT_EQ(found("?min_completed_timestamp=2020-01-01T00:00:00Z").size(), 2u);
    EXPECT_EQ(efax("GET", "/faxes/sent?min_completed_timestamp=soon").status, 400);
    set_options(R"({"efax":{"search_client_data":false,"status_required":true}})");
    EXPECT_EQ(efax("GET", "/faxes/sent?search_text=ref-good").status, 400) << "the status is missing";
    EXPECT_EQ(found("?transmission_status=COMPLETE&search_text=ref-good"), Names{});
}

TEST_F(Sending, spells_its_states_in_four_ways) {
    set_options(R"({"efax":{"send_seconds":3000}})");
    const auto id = send("13035559200");
    sandbox.clock().advance(std::chrono::seconds{800});
    const auto in_style = [&](const std::string& style) {
        set_options(R"({"efax":{"statuses":")" + style + "\"}}");
        return state(id);
    };
    EXPECT_EQ(in_style("spaced"), "IN PROGRESS");
    EXPECT_EQ(in_style("compact"), "INPROGRESS");
    EXPECT_EQ(in_style("misspelt"), "INPROGESS");
    EXPECT_EQ(in_style("underscored"), "IN_PROGRESS");
    for (const std::string word : {"IN%20PROGRESS", "INPROGRESS", "INPROGESS", "IN_PROGRESS"})
        EXPECT_EQ(found("?transmission_status=" + word), Names{id}) << word;
    set_options(R"({"efax":{"status_filter":"misspelt"}})");
    EXPECT_EQ(found("?transmission_status=INPROGESS"), Names{id});
    EXPECT_EQ(efax("GET", "/faxes/sent?transmission_status=INPROGRESS").status, 400);
    EXPECT_EQ(found("?transmission_status=COMPLETED"), Names{}) << "understood everywhere";
}

TEST_F(Sending, shows_a_sent_fax_in_lists_only_later_if_told) {
    set_options(R"({"efax":{"sent_delay_ms":60000}})");
    const auto id = send();
    EXPECT_EQ(found(""), Names{});
    EXPECT_EQ(state(id), "COMPLETED") << "its details are there at once";
    sandbox.clock().advance(std::chrono::seconds{61});
    EXPECT_EQ(found(""), Names{id});
}

TEST_F(Sending, writes_the_parts_as_objects_arrays_or_not_at_all) {
    send();
    const auto parts = [&](const std::string& style) {
        set_options(R"({"efax":{"sent_parts":")" + style + "\"}}");
        const auto document = json::Document::parse(efax("GET", "/faxes/sent").body);
        const auto fax = document.root()["faxes"].at(0);
        const auto one = [&](std::string_view name) {
            return fax[name].is_array() ? fax[name].at(0) : fax[name];
        };
        EXPECT_EQ(fax["transmission_data"].is_array(), style == "array");
        return std::string{one("client_tracking_data")["client_reference_id"].text_or("-")} + " " +
               std::string{one("transmission_data")["transmission_status"].text_or("-")} + " " +
               std::string{one("routing_data")["to_name"].text_or("-")};
    };
    EXPECT_EQ(parts("object"), "ref-1 COMPLETED Front desk");
    EXPECT_EQ(parts("array"), "ref-1 COMPLETED Front desk");
    EXPECT_EQ(parts("absent"), "- - -");
}

TEST_F(Sending, dates_faxes_under_way_only_if_told) {
    send("13035559100");
    EXPECT_EQ(found("?min_completed_timestamp=2020-01-01T00:00:00Z").size(), 1u);
    set_options(R"({"efax":{"open_timestamps":false}})");
    EXPECT_EQ(found("?min_completed_timestamp=2020-01-01T00:00:00Z").size(), 0u);
    EXPECT_NE(efax("GET", "/faxes/sent").body.find("\"completed_timestamp\":null"), std::string::npos);
}

TEST_F(Sending, knows_one_spelling_of_the_details_path_at_a_time) {
    const auto id = send();
    const auto status = [&](const std::string& path) { return efax("GET", "/faxes/" + id + path).status; };
    EXPECT_EQ(status("/transmission-details"), 200);
    EXPECT_EQ(status("/transmission-detail"), 404);
    set_options(R"({"efax":{"details":"singular"}})");
    EXPECT_EQ(status("/transmission-details"), 404);
    EXPECT_EQ(status("/transmission-detail"), 200);
    set_options(R"({"efax":{"details":"both"}})");
    EXPECT_EQ(status("/transmission-details"), 200);
    EXPECT_EQ(efax_as("10000001-20000002", "/faxes/" + id + "/transmission-details").status, 404);
}

TEST_F(Sending, cancels_what_has_not_ended) {
    const auto open = send("13035559100");
    const auto reply = efax("POST", "/faxes/" + open + "/cancel");
    EXPECT_EQ(reply.status, 202);
    EXPECT_EQ(state(open), "CANCELED");
    EXPECT_EQ(code(open), "E45");
    const auto again = efax("POST", "/faxes/" + open + "/cancel");
    EXPECT_EQ(again.status, 409);
    EXPECT_NE(again.header("transaction-id"), "");
    EXPECT_EQ(efax("POST", "/faxes/" + send() + "/cancel").status, 409);
    EXPECT_EQ(efax("POST", "/faxes/none-0000/cancel").status, 404);
    add_fault(R"({"endpoint":"efax.cancel","kind":"no_effect"})");
    const auto deaf = send("13035559100");
    EXPECT_EQ(efax("POST", "/faxes/" + deaf + "/cancel").status, 202);
    EXPECT_EQ(state(deaf), "IN PROGRESS");
}

TEST_F(Sending, can_lose_the_reply_of_a_kept_connection) {
    add_fault(R"({"endpoint":"efax.send","kind":"lose_reply"})");
    Wire wire(sandbox.efax_url());
    const Headers headers{{"Authorization", "Bearer " + token()},
                          {"user-id", system_user},
                          {"Content-Type", "application/json"}};
    EXPECT_EQ(wire.exchange("GET", "/faxes/sent", headers).status, 200);
    EXPECT_EQ(wire.exchange("POST", "/faxes", headers, body()).status, 0);
    EXPECT_TRUE(wire.closed());
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Sending, can_fail_before_and_after_the_work) {
    add_fault(
        R"([{"endpoint":"efax.send","kind":"hang_up"},{"endpoint":"efax.send","kind":"status","status":503},
                  {"endpoint":"efax.send","kind":"status_after","status":504,"body":"gateway"}])");
    EXPECT_EQ(post(body()).status, 0);
    EXPECT_EQ(post(body()).status, 503);
    EXPECT_EQ(sandbox.sent().size(), 0u);
    const auto after = post(body());
    EXPECT_EQ(after.status, 504);
    EXPECT_NE(after.body.find("message"), std::string::npos);
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Sending, can_take_nothing_or_tell_too_much) {
    add_fault(R"([{"endpoint":"efax.send","kind":"fewer"},{"endpoint":"efax.send","kind":"double_entry"}])");
    const auto none = post(body());
    EXPECT_EQ(none.status, 201);
    EXPECT_EQ(none.body, "[]");
    EXPECT_EQ(sandbox.sent().size(), 0u);
    const auto twice = json::Document::parse(post(body()).body);
    ASSERT_EQ(twice.root().size(), 2u);
    EXPECT_EQ(sandbox.sent().size(), 1u);
    EXPECT_EQ(twice.root().at(0)["fax_id"].text_or(""), sandbox.sent().front().id);
    EXPECT_NE(twice.root().at(1)["fax_id"].text_or(""), sandbox.sent().front().id);
    EXPECT_EQ(twice.root().at(0)["destination_fax_number"].raw(),
              twice.root().at(1)["destination_fax_number"].raw());
}

TEST_F(Sending, makes_the_same_ids_each_time) {
    const auto first = send();
    sandbox.reset();
    sandbox.set_up_clinic();
    token_.clear();
    EXPECT_EQ(send(), first);
}

TEST(PdfPages, are_counted_whatever_the_spacing_and_the_pieces) {
    const std::string pdf =
        "/Type /Page /Type/Page\n/Type\r\n/Page>> /Type /Pages /Type /PageLabels /Typo/Page";
    EXPECT_EQ(count_pdf_pages(pdf), 3);
    for (const std::size_t step : {1u, 2u, 5u, 11u}) {
        PdfPages pages;
        for (std::size_t at = 0; at < pdf.size(); at += step)
            pages.feed(std::string_view{pdf}.substr(at, step));
        EXPECT_EQ(pages.count(), 3) << step;
    }
    EXPECT_EQ(count_pdf_pages("/Type /Page"), 1);
    EXPECT_EQ(count_pdf_pages(FaxDocument({"x", 17, 60'000, 1}, DocumentKind::pdf).bytes()), 17);
}

} // namespace
} // namespace efaxd::sandbox::test
