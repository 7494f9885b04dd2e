#include "sandbox/world.hpp"

#include "efaxd/core/base64.hpp"

namespace efaxd::sandbox::test {
namespace {

class OracleOfSending : public World {
  protected:
    OracleOfSending() { set_options(R"({"efax":{"send_seconds":0}})"); }

    /// What a well-behaved client does, but for what the test changes.
    std::string send(const Outbound& outbound, const std::string& number = "+13035550100",
                     const std::string& reference = "ref-1", const std::string& bytes = {}) {
        const std::string document =
            bytes.empty() ? sandbox.fhir().store().read("Binary", outbound.binaries.front())->content->kept
                          : bytes;
        const auto reply = efax("POST", "/faxes",
                                R"({"destinations":[{"fax_number":")" + number +
                                    R"("}],"client_data":{"client_reference_id":")" + reference +
                                    R"("},"documents":[{"document_type":"PDF","document_content":")" +
                                    base64(document) + "\"}]}",
                                {{"Content-Type", "application/json"}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return sandbox.sent().back().id;
    }
    void patch(const std::string& id, const std::string& steps) const {
        const auto reply =
            fhir("PATCH", "/Communication/" + id, steps, {{"Content-Type", "application/json-patch+json"}});
        EXPECT_EQ(reply.status, 200) << reply.body;
    }
    void file(const std::string& id, const std::string& fax_id) const {
        patch(id, R"([{"op":"add","path":"/identifier","value":[{"system":"https://efax.com","value":")" +
                      fax_id + R"("}]},{"op":"add","path":"/sent","value":"2026-01-01T00:00:00Z"}])");
    }
    void end(const std::string& id, const std::string& status) const {
        patch(id, R"([{"op":"replace","path":"/status","value":")" + status + "\"}]");
    }
    std::string only_wrong() const {
        const auto wrong = sandbox.send_oracle().wrong;
        return wrong.size() == 1 ? wrong.front().reason : std::to_string(wrong.size()) + " wrong";
    }
};

TEST_F(OracleOfSending, says_nothing_while_nothing_is_sent) {
    EXPECT_EQ(sandbox.judgement(), sandbox.oracle().line());
    EXPECT_TRUE(sandbox.send_oracle().clean());
    sandbox.put_outbound();
    EXPECT_TRUE(sandbox.send_oracle().clean()) << "a Communication may wait";
}

TEST_F(OracleOfSending, is_content_when_each_fax_went_once_and_is_told) {
    const auto good = sandbox.put_outbound();
    const auto id = send(good);
    EXPECT_EQ(sandbox.send_oracle().unfiled, std::vector{id});
    file(good.id, id);
    EXPECT_EQ(sandbox.send_oracle().untold, std::vector{id});
    end(good.id, "completed");
    NewOutbound busy;
    busy.numbers = {"+13035559041"};
    const auto bad = sandbox.put_outbound(busy);
    file(bad.id, send(bad, "+13035559041", "ref-2"));
    end(bad.id, "stopped");
    const auto report = sandbox.send_oracle();
    EXPECT_TRUE(report.clean()) << report.line();
    EXPECT_EQ(report.line(), "2 faxes sent: 1 completed, 1 failed, 0 open, 0 twice");
    EXPECT_EQ(control("GET", "/oracle?text").body, sandbox.oracle().line() + "; " + report.line() + "\n");
    ASSERT_EQ(report.faxes.size(), 2u);
    EXPECT_EQ(report.faxes[0].number, "*******0100");
    EXPECT_EQ(report.faxes[0].reference, "ref-1");
    EXPECT_EQ(report.faxes[0].communication, good.id);
    EXPECT_EQ(report.faxes[1].code, "E41");
    const auto all = json::Document::parse(control("GET", "/oracle").body);
    EXPECT_EQ(all.root()["sending"]["accepted"].integer(), 2);
    EXPECT_EQ(all.root()["clean"].boolean(), true);
}

TEST_F(OracleOfSending, finds_what_went_twice) {
    const auto outbound = sandbox.put_outbound();
    send(outbound);
    send(outbound);
    auto twice = sandbox.send_oracle().sent_twice;
    ASSERT_EQ(twice.size(), 2u);
    EXPECT_EQ(twice[0].reason, "reference");
    EXPECT_EQ(twice[1].reason, "documents");
    EXPECT_EQ(twice[0].fax_ids.size(), 2u);
    EXPECT_FALSE(sandbox.send_oracle().clean());
    EXPECT_EQ(json::Document::parse(control("GET", "/oracle").body).root()["clean"].boolean(), false);
    EXPECT_EQ(control("POST", "/expect", R"({"number":"+1 303 555 0100"})").status, 200);
    EXPECT_TRUE(sandbox.send_oracle().sent_twice.empty());
    EXPECT_EQ(control("POST", "/expect", "{}").status, 400);
}

TEST_F(OracleOfSending, tells_the_same_document_from_the_same_reference) {
    const auto outbound = sandbox.put_outbound();
    send(outbound, "+13035550100", "ref-1");
    send(outbound, "+13035550100", "ref-2");
    ASSERT_EQ(sandbox.send_oracle().sent_twice.size(), 1u);
    EXPECT_EQ(sandbox.send_oracle().sent_twice[0].reason, "documents");
    sandbox.efax().sent().reset();
    send(outbound, "+13035559041", "ref-1");
    send(outbound, "+13035559041", "ref-2");
    EXPECT_TRUE(sandbox.send_oracle().sent_twice.empty()) << "the first one failed";
    send(outbound, "+13035559041", "ref-2");
    EXPECT_EQ(sandbox.send_oracle().sent_twice.size(), 1u) << "one reference is one fax";
}

TEST_F(OracleOfSending, finds_a_stranger) {
    const auto outbound = sandbox.put_outbound();
    file(outbound.id, send(outbound, "+13035550999"));
    end(outbound.id, "completed");
    EXPECT_EQ(only_wrong(), "it went to a number that no recipient has");
}

TEST_F(OracleOfSending, finds_another_document) {
    const auto outbound = sandbox.put_outbound();
    file(outbound.id, send(outbound, "+13035550100", "r", "%PDF-1.4 something else %%EOF"));
    end(outbound.id, "completed");
    EXPECT_EQ(only_wrong(), "its bytes are not the document's");
}

TEST_F(OracleOfSending, wants_as_many_pages_of_a_picture) {
    NewOutbound wanted;
    wanted.kind = DocumentKind::tiff;
    wanted.pages = 3;
    const auto outbound = sandbox.put_outbound(wanted);
    const auto pdf = [](int pages) { return FaxDocument({"x", pages, 0, 1}, DocumentKind::pdf).bytes(); };
    file(outbound.id, send(outbound, "+13035550100", "r1", pdf(2)));
    end(outbound.id, "completed");
    EXPECT_EQ(only_wrong(), "its pages are not as many as the document's");
    sandbox.efax().sent().reset();
    file(outbound.id, send(outbound, "+13035550100", "r1", pdf(3)));
    EXPECT_TRUE(sandbox.send_oracle().clean()) << only_wrong();
    sandbox.efax().sent().reset();
    file(outbound.id, send(outbound, "+13035550100", "r1", "II*"));
    EXPECT_EQ(only_wrong(), "a document of it is no PDF");
}

TEST_F(OracleOfSending, finds_an_id_in_two_communications_and_one_of_no_fax) {
    const auto one = sandbox.put_outbound();
    const auto two = sandbox.put_outbound();
    const auto id = send(one);
    file(one.id, id);
    end(one.id, "completed");
    file(two.id, id);
    end(two.id, "completed");
    EXPECT_EQ(only_wrong(), "another Communication has its id too");
    file(two.id, "ffffffff-0000");
    EXPECT_EQ(only_wrong(), "there is no such fax");
}

TEST_F(OracleOfSending, compares_the_status_with_the_ends) {
    NewOutbound wanted;
    wanted.numbers = {"+13035550100", "+13035559041"};
    const auto outbound = sandbox.put_outbound(wanted);
    const auto good = send(outbound, "+13035550100", "r1");
    const auto bad = send(outbound, "+13035559041", "r2");
    patch(outbound.id,
          R"([{"op":"add","path":"/identifier","value":[{"system":"https://efax.com","value":")" + good +
              R"("},{"system":"https://efax.com","value":")" + bad +
              R"("}]},{"op":"add","path":"/sent","value":"2026-01-01T00:00:00Z"}])");
    end(outbound.id, "completed");
    EXPECT_EQ(only_wrong(), "it is completed, and a number was not reached");
    end(outbound.id, "stopped");
    EXPECT_TRUE(sandbox.send_oracle().clean());
    const auto single = sandbox.put_outbound();
    file(single.id,
         send(single, "+13035550100", "r3", FaxDocument({"y", 1, 0, 1}, DocumentKind::pdf).bytes()));
    end(single.id, "stopped");
    EXPECT_EQ(sandbox.send_oracle().wrong.size(), 2u) << "its bytes and its status";
}

TEST_F(OracleOfSending, wants_a_date) {
    const auto outbound = sandbox.put_outbound();
    file(outbound.id, send(outbound));
    patch(outbound.id,
          R"([{"op":"remove","path":"/sent"},{"op":"replace","path":"/status","value":"completed"}])");
    EXPECT_EQ(only_wrong(), "it is not dated");
}

/// A fax that eFax gave only as pictures arrives as a PDF.
class OracleOfPictures : public World {
  protected:
    void deliver_as_pdf(const std::string& fax_id, int pages) {
        const auto binary =
            id_of(post_binary(FaxDocument({"converted", pages, 0, 1}, DocumentKind::pdf).bytes()));
        EXPECT_EQ(fhir("POST", "/Communication", communication(fax_id, binary)).status, 201);
    }
    std::string fax(int pages = 3) {
        NewFaxes faxes;
        faxes.pages = pages;
        return sandbox.put_faxes(faxes).front();
    }
};

TEST_F(OracleOfPictures, takes_a_pdf_with_as_many_pages_for_a_tiff) {
    const auto id = fax();
    efax("GET", "/faxes/" + id + "/image?desired_format=TIFF");
    deliver_as_pdf(id, 3);
    EXPECT_TRUE(sandbox.oracle().clean());
    const auto other = fax();
    efax("GET", "/faxes/" + other + "/image?desired_format=TIFF");
    deliver_as_pdf(other, 2);
    ASSERT_EQ(sandbox.oracle().wrong.size(), 1u);
    EXPECT_EQ(sandbox.oracle().wrong[0].reason, "its PDF has another number of pages");
}

TEST_F(OracleOfPictures, takes_it_for_single_pages_too) {
    const auto id = fax();
    efax("GET", "/faxes/" + id + "/image/pages?start_page=0&num_pages=5");
    deliver_as_pdf(id, 3);
    EXPECT_TRUE(sandbox.oracle().clean());
}

TEST_F(OracleOfPictures, wants_the_same_bytes_of_a_fax_given_as_pdf) {
    const auto id = fax();
    efax("GET", "/faxes/" + id + "/image?desired_format=PDF");
    deliver_as_pdf(id, 3);
    ASSERT_EQ(sandbox.oracle().wrong.size(), 1u);
    EXPECT_EQ(sandbox.oracle().wrong[0].reason, "its bytes are not the fax's");
}

} // namespace
} // namespace efaxd::sandbox::test
