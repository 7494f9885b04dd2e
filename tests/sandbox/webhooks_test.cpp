#include "sandbox/webhooks.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "sandbox/loopback_post.hpp"
#include "sandbox/world.hpp"

#include <condition_variable>

namespace efaxd::sandbox::test {
namespace {

const std::string vector_secret = "sim-shared-secret-01";
const std::string vector_body =
    R"({"app_id":"sim-app","user_id":"10000001-20000001",)"
    R"("fax_id":"0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be001","fax_direction":"INBOUND"})";
const std::string vector_hex = "d13d7826aebba6ea385616ec20cc707976b99d4cead5d88e5561bb590f4302e3";

TEST(WebhookSignature, is_that_of_the_published_vector) {
    EXPECT_EQ(webhook_body("sim-app", "10000001-20000001", "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be001", "INBOUND"),
              vector_body);
    const auto sign = [](SignatureStyle style) {
        return webhook_signature(vector_secret, vector_body, style);
    };
    EXPECT_EQ(sign(SignatureStyle::good), vector_hex);
    EXPECT_EQ(lower(sign(SignatureStyle::upper_case)), vector_hex);
    EXPECT_NE(sign(SignatureStyle::upper_case), vector_hex);
    EXPECT_EQ(sign(SignatureStyle::base64), "0T14Jq67puo4VhbsIMxweXa5nUzq1diOVWG7WQ9DAuM=");
    EXPECT_EQ(sign(SignatureStyle::missing), "");
    EXPECT_NE(sign(SignatureStyle::wrong), vector_hex);
}

TEST(LoopbackUrl, is_never_of_another_machine) {
    EXPECT_EQ(loopback_url("http://127.0.0.1:8080/hook?x=1")->path, "/hook?x=1");
    EXPECT_EQ(loopback_url("http://localhost:8080")->port, 8080);
    for (const std::string url : {"https://127.0.0.1:1/", "http://127.0.0.1.example.org/",
                                  "http://127.0.0.1:0/", "http://10.0.0.1:80/", "http://localhost:http/", ""})
        EXPECT_FALSE(loopback_url(url)) << url;
}

/// Remembers what was posted to it.
class Reader : public HttpService {
  public:
    HttpResponse answer(const HttpRequest& request) override {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        HttpResponse response;
        response.status = 200;
        return response;
    }
    std::vector<HttpRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<HttpRequest> requests_;
};

class WebhooksOfTheClinic : public World {
  protected:
    WebhooksOfTheClinic() { set_options(R"({"efax":{"send_seconds":100}})"); }

    void set(const std::string& more = {}) const {
        const auto reply =
            control("POST", "/webhooks",
                    R"({"inbound_url":")" + server.origin() + R"(/in","outbound_url":")" + server.origin() +
                        R"(/out","secret":")" + vector_secret + "\"" + more + "}");
        ASSERT_EQ(reply.status, 200) << reply.body;
    }
    std::string send() {
        const auto reply = efax("POST", "/faxes",
                                R"({"destinations":[{"fax_number":"13035550100"}],"documents":[)"
                                R"({"document_type":"PDF","document_content":"JVBERi0x"}]})",
                                {{"Content-Type", "application/json"}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return sandbox.sent().back().id;
    }

    SimulatedClock clock;
    Reader reader;
    HttpServer server{0, reader, clock};
};

TEST_F(WebhooksOfTheClinic, tell_of_a_fax_once_it_is_listed) {
    sandbox.put_fax(); // before anybody listens
    set();
    NewFaxes late;
    late.listed_after = std::chrono::hours{1};
    const auto later = sandbox.put_faxes(late).front();
    const auto now = sandbox.put_fax();
    ASSERT_TRUE(sandbox.webhooks().wait_for(1));
    sandbox.clock().advance(std::chrono::hours{2});
    ASSERT_TRUE(sandbox.webhooks().wait_for(2));
    const auto requests = reader.requests();
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0].path, "/in");
    EXPECT_EQ(requests[0].body, webhook_body("sim-app", system_user, now, "INBOUND"));
    EXPECT_EQ(requests[1].body, webhook_body("sim-app", system_user, later, "INBOUND"));
    EXPECT_EQ(requests[0].header("x-hmac-signature"),
              crypto::hmac_sha256_hex(vector_secret, requests[0].body));
    EXPECT_EQ(sandbox.webhooks().posts().front().status, 200);
    EXPECT_NE(control("GET", "/webhooks").body.find(now), std::string::npos);
}

TEST_F(WebhooksOfTheClinic, tell_of_a_sent_fax_once_it_ends) {
    set();
    const auto id = send();
    EXPECT_TRUE(sandbox.webhooks().posts().empty());
    sandbox.clock().advance(std::chrono::seconds{101});
    ASSERT_TRUE(sandbox.webhooks().wait_for(1));
    EXPECT_EQ(reader.requests().at(0).path, "/out");
    EXPECT_EQ(reader.requests().at(0).body, webhook_body("sim-app", system_user, id, "OUTBOUND"));
    const auto canceled = send();
    EXPECT_EQ(efax("POST", "/faxes/" + canceled + "/cancel").status, 202);
    ASSERT_TRUE(sandbox.webhooks().wait_for(2));
    EXPECT_EQ(sandbox.webhooks().posts().at(1).fax_id, canceled);
}

TEST_F(WebhooksOfTheClinic, come_more_than_once_late_and_with_the_document_if_told) {
    set(R"(,"copies":3,"delay_ms":3600000,"embed":true,"signature":"missing")");
    const auto id = sandbox.put_fax();
    EXPECT_TRUE(sandbox.webhooks().posts().empty());
    sandbox.clock().advance(std::chrono::hours{1});
    ASSERT_TRUE(sandbox.webhooks().wait_for(3));
    for (const auto& request : reader.requests()) {
        EXPECT_EQ(member(request.body, "fax_id"), id);
        EXPECT_TRUE(member(request.body, "image").starts_with(base64("%PDF-1.4").substr(0, 8)));
        EXPECT_EQ(request.header("x-hmac-signature"), "");
    }
}

TEST_F(WebhooksOfTheClinic, go_nowhere_but_to_loopback) {
    EXPECT_EQ(control("POST", "/webhooks", R"({"inbound_url":"http://fax.example.org/"})").status, 400);
    EXPECT_EQ(control("POST", "/webhooks", R"({"copies":0})").status, 400);
}

TEST_F(WebhooksOfTheClinic, do_not_mind_a_reader_that_is_gone) {
    sandbox.webhooks().set({"http://127.0.0.1:1/", {}, "s"});
    sandbox.put_fax();
    ASSERT_TRUE(sandbox.webhooks().wait_for(1));
    EXPECT_EQ(sandbox.webhooks().posts().at(0).status, 0);
}

TEST(Webhooks, end_at_once_even_while_a_reader_keeps_them_waiting) {
    class Silent : public HttpService {
      public:
        HttpResponse answer(const HttpRequest&) override {
            HttpResponse response;
            response.body = "x";
            response.manner.stall = 0;
            {
                const std::lock_guard lock(mutex_);
                asked_ = true;
            }
            changed_.notify_all();
            return response;
        }
        void wait() {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return asked_; });
        }

      private:
        std::mutex mutex_;
        std::condition_variable changed_;
        bool asked_ = false;
    };
    const auto began = std::chrono::steady_clock::now();
    SimulatedClock clock;
    Silent silent;
    HttpServer server(0, silent, clock);
    {
        Sandbox sandbox;
        sandbox.set_up_clinic();
        sandbox.webhooks().set({server.origin() + "/", {}, "s"});
        sandbox.put_fax();
        silent.wait();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{4});
}

} // namespace
} // namespace efaxd::sandbox::test
