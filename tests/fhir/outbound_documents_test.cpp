#include "fhir/outbound_site.hpp"

#include <array>

namespace efaxd::fhir {
namespace {

std::string attached(const std::string& members) { return R"({"contentAttachment":{)" + members + "}}"; }

std::string referring(const std::string& reference) {
    return R"({"contentReference":{"reference":")" + reference + R"("}})";
}

struct Desk {
    explicit Desk(const std::string& payload, const std::string& contained = {}) {
        site.with_people().with_fax(
            fax_with({{"payload", payload.empty() ? "" : "[" + payload + "]"}, {"contained", contained}}));
    }
    Desk& has(const std::string& path, const std::string& body) {
        site.on("GET /fhir/" + path, json_answer(200, body));
        return *this;
    }
    std::vector<OutboundDocument> documents() { return site.read().documents; }

    OutboundSite site;
};

void expect_refused(Desk&& desk, const std::string& reason, const std::string& element,
                    const std::string& code = "not-supported") {
    const auto refusal = desk.site.refused();
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.code, code);
    EXPECT_EQ(refusal.reason, reason);
    EXPECT_EQ(refusal.expression, element);
}

TEST(OutboundDocuments, of_every_kind_that_can_be_faxed_are_taken) {
    for (const auto& [given, type] : {std::pair{"application/pdf", "application/pdf"},
                                      {"image/jpeg", "image/jpeg"},
                                      {"IMAGE/PNG", "image/png"},
                                      {"image/tiff; application=fax", "image/tiff"},
                                      {"", ""}}) {
        Desk desk(attached(R"("url":"Binary/b","contentType":")" + std::string(given) + "\""));
        EXPECT_EQ(desk.documents().at(0).content_type, type);
    }
    EXPECT_EQ(Desk(attached(R"("url":"Binary/b")")).documents().at(0).content_type, "");
}

TEST(OutboundDocuments, may_be_inline) {
    Desk desk(
        attached(R"("contentType":"application/pdf","data":"JVBERg==","url":"https://other.example/x")"));
    const auto document = desk.documents().at(0);
    EXPECT_EQ(document.data, "JVBERg==");
    EXPECT_EQ(document.url, "");
}

TEST(OutboundDocuments, may_lie_wherever_the_configuration_allows) {
    OutboundSite site;
    site.options.document_hosts = {"storage.example.org"};
    const std::string url = "https://storage.example.org/binary/b/1?Expires=1&Signature=x";
    site.with_people().with_fax(
        fax_with({{"payload", "[" + attached(R"("contentType":"application/pdf","url":")" + url + "\"") +
                                  "," + attached(R"("url":")" + site.base() + "/Binary/b\"") + "]"}}));
    const auto documents = site.read().documents;
    EXPECT_EQ(documents.at(0).url, url);
    EXPECT_EQ(documents.at(1).url, site.base() + "/Binary/b");
    EXPECT_EQ(documents.at(1).element, "Communication.payload[1]");
}

TEST(OutboundDocuments, are_found_behind_references) {
    Desk desk(referring("DocumentReference/d") + "," + referring("Media/m") + "," + referring("Binary/b"));
    desk.has("DocumentReference/d", R"({"resourceType":"DocumentReference","id":"d","content":[
            {"attachment":{"url":"Binary/d-1","contentType":"application/pdf"}}]})");
    desk.has(
        "Media/m",
        R"({"resourceType":"Media","id":"m","content":{"url":"Binary/m-1","contentType":"image/jpeg"}})");
    const auto documents = desk.documents();
    ASSERT_EQ(documents.size(), 3u);
    EXPECT_EQ(documents[0].url, "Binary/d-1");
    EXPECT_EQ(documents[0].element, "Communication.payload[0]");
    EXPECT_EQ(documents[1].url, "Binary/m-1");
    EXPECT_EQ(documents[2].url, "Binary/b");
    EXPECT_EQ(documents[2].element, "Communication.payload[2]");
    EXPECT_EQ(documents[2].content_type, "");
}

std::string document_reference(const std::string& contents, const std::string& more = {}) {
    return R"({"resourceType":"DocumentReference","id":"d",)" + more + R"("content":[)" + contents + "]}";
}

TEST(OutboundDocuments, in_several_forms_are_faxed_once_in_the_best) {
    std::vector<std::string> forms;
    for (const auto* type : {"application/pdf", "image/tiff", "image/png", "image/jpeg", ""})
        forms.push_back(R"({"attachment":{"url":"Binary/)" + std::to_string(forms.size()) +
                        R"(","contentType":")" + type + "\"}}");
    std::string contents = R"({"attachment":{"url":"Binary/x","contentType":"text/xml"}},
        {"attachment":{"contentType":"application/pdf"}},{},
        {"attachment":{"url":"Binary/4b"}})";
    EXPECT_EQ(Desk(referring("DocumentReference/d"))
                  .has("DocumentReference/d", document_reference(contents))
                  .documents()
                  .at(0)
                  .url,
              "Binary/4b");
    for (auto form = forms.size() - 1; form-- > 0;) {
        contents +=
            "," + forms[form] + R"(,{"attachment":{"url":"Binary/again","contentType":")" +
            std::string(std::array{"application/pdf", "image/tiff", "image/png", "image/jpeg"}[form]) +
            "\"}}";
        Desk desk(referring("DocumentReference/d"));
        desk.has("DocumentReference/d", document_reference(contents));
        const auto documents = desk.documents();
        ASSERT_EQ(documents.size(), 1u);
        EXPECT_EQ(documents[0].url, "Binary/" + std::to_string(form));
    }
}

TEST(OutboundDocuments, that_were_entered_in_error_are_refused) {
    const std::string content = R"({"attachment":{"url":"Binary/b","contentType":"application/pdf"}})";
    for (const auto* mark :
         {R"("status":"entered-in-error",)", R"("status":"current","docStatus":"entered-in-error",)"}) {
        Desk desk(referring("DocumentReference/d"));
        desk.has("DocumentReference/d", document_reference(content, mark));
        expect_refused(std::move(desk), "send.document_gone", "Communication.payload[0]", "not-found");
        expect_refused(Desk(referring("#d"), "[" + document_reference(content, mark) + "]"),
                       "send.document_gone", "Communication.payload[0]", "not-found");
    }
    Desk media(referring("Media/m"));
    media.has("Media/m", R"({"resourceType":"Media","id":"m","status":"entered-in-error",
        "content":{"url":"Binary/m-1","contentType":"image/jpeg"}})");
    expect_refused(std::move(media), "send.document_gone", "Communication.payload[0]", "not-found");
    Desk good(referring("DocumentReference/d"));
    good.has("DocumentReference/d",
             document_reference(content, R"("status":"current","docStatus":"final",)"));
    EXPECT_EQ(good.documents().size(), 1u);
}

TEST(OutboundDocuments, tell_through_which_resource_they_are_reached) {
    for (const auto& [payload, reference] :
         {std::pair<std::string, std::string>{attached(R"("url":"Binary/b")"), "Binary/b"},
          {attached(R"("url":"Binary/b/_history/2")"), "Binary/b"},
          {attached(R"("url":"Binary/b/$binary-access-read?path=Binary")"), "Binary/b"},
          {attached(R"("url":"Binary/b?x=1#page=2")"), "Binary/b"},
          {attached(R"("url":"/fhir/Binary/b")"), "Binary/b"},
          {attached(R"("data":"JVBERg==")"), ""},
          {attached(R"("url":"https://storage.example.org/x")"), ""},
          {referring("Binary/b"), "Binary/b"},
          {referring("DocumentReference/d"), "DocumentReference/d"},
          {referring("DocumentReference/d/_history/1"), "DocumentReference/d"},
          {referring("Media/m"), "Media/m"},
          {referring("#c"), "Binary/c-1"}}) {
        Desk desk(
            attached(R"("data":"JVBERg==")") + "," + payload,
            "[" +
                document_reference(R"({"attachment":{"url":"Binary/c-1"}})")
                    .replace(std::string(R"({"resourceType":"DocumentReference","id":")").size(), 1, "c") +
                "]");
        desk.site.options.document_hosts = {"storage.example.org"};
        desk.has("DocumentReference/d", document_reference(R"({"attachment":{"url":"Binary/d-1"}})"));
        desk.has("Media/m", R"({"resourceType":"Media","id":"m","content":{"data":"JVBERg=="}})");
        const auto documents = desk.documents();
        ASSERT_EQ(documents.size(), 2u);
        EXPECT_EQ(documents[0].reference, "");
        EXPECT_EQ(documents[1].reference, reference) << payload;
    }
    OutboundSite site;
    site.with_people().with_fax(
        fax_with({{"payload", "[" + attached(R"("url":")" + site.base() + R"(/Binary/b")") + "]"}}));
    EXPECT_EQ(site.read().documents.at(0).reference, "Binary/b");
}

TEST(OutboundDocuments, on_the_server_that_are_no_resource_are_refused) {
    for (const auto* url : {"Binary?_id=b", "metadata", "$export", "1/2"})
        expect_refused(Desk(attached(R"("contentType":"application/pdf","url":")" + std::string(url) + "\"")),
                       "send.foreign_document", "Communication.payload[0]");
}

TEST(OutboundDocuments, may_be_contained) {
    Desk desk(referring("#d") + "," + referring("#b"), R"([
        {"resourceType":"DocumentReference","id":"d","content":[{"attachment":{"url":"Binary/d-1"}}]},
        {"resourceType":"Binary","id":"b","contentType":"application/pdf","data":"JVBERg=="}])");
    const auto documents = desk.documents();
    EXPECT_EQ(documents.at(0).url, "Binary/d-1");
    EXPECT_EQ(documents.at(1).data, "JVBERg==");
}

TEST(OutboundDocuments, none_is_refused) {
    expect_refused(Desk(""), "send.no_document", "Communication.payload[0]");
    expect_refused(Desk(attached(R"("contentType":"application/pdf","title":"x.pdf")")), "send.no_document",
                   "Communication.payload[0]");
    Desk empty(referring("DocumentReference/d"));
    empty.has("DocumentReference/d", R"({"resourceType":"DocumentReference","id":"d"})");
    expect_refused(std::move(empty), "send.no_document", "Communication.payload[0]");
}

TEST(OutboundDocuments, that_cannot_be_faxed_are_refused_by_their_place) {
    const auto pdf = attached(R"("url":"Binary/b","contentType":"application/pdf")");
    for (const auto& other : {attached(R"("url":"Binary/b","contentType":"application/msword")"),
                              attached(R"("url":"Binary/b","contentType":"image/gif")"),
                              std::string(R"({"contentString":"hello"})"), std::string("{}"),
                              referring("Patient/p"), referring("")})
        expect_refused(Desk(pdf + "," + other), "send.unsupported_document", "Communication.payload[1]");
    Desk within(referring("DocumentReference/d"));
    within.has("DocumentReference/d", R"({"resourceType":"DocumentReference","id":"d","content":[
        {"attachment":{"url":"Binary/x","contentType":"text/xml"}}]})");
    expect_refused(std::move(within), "send.unsupported_document", "Communication.payload[0]");
    expect_refused(Desk(referring("#p"), R"([{"resourceType":"Patient","id":"p"}])"),
                   "send.unsupported_document", "Communication.payload[0]");
}

TEST(OutboundDocuments, are_at_most_twenty_five) {
    const auto many = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i)
            list += (i == 0 ? "" : ",") + attached(R"("url":"Binary/b","contentType":"application/pdf")");
        return list;
    };
    EXPECT_EQ(Desk(many(25)).documents().size(), 25u);
    expect_refused(Desk(many(26)), "send.too_many_documents", "Communication.payload[25]");
}

TEST(OutboundDocuments, written_into_resources_are_bounded_altogether) {
    Desk desk(referring("Media/m") + "," + referring("Media/m"));
    desk.has("Media/m", R"({"resourceType":"Media","id":"m","content":{"data":")" +
                            std::string(9u << 20, 'A') + R"("}})");
    expect_refused(std::move(desk), "send.document_too_large", "Communication.payload[1]", "too-long");
    Desk large(referring("Media/m"));
    large.has("Media/m", R"({"resourceType":"Media","id":"m","content":{"data":")" +
                             std::string(17u << 20, 'A') + R"("}})");
    expect_refused(std::move(large), "send.document_too_large", "Communication.payload", "too-long");
}

TEST(OutboundDocuments, behind_a_reference_that_is_gone_are_refused) {
    Desk desk(referring("DocumentReference/d"));
    desk.site.on("GET /fhir/DocumentReference/d", json_answer(404));
    expect_refused(std::move(desk), "send.document_gone", "Communication.payload[0]", "not-found");
    expect_refused(Desk(referring("#none")), "send.document_gone", "Communication.payload[0]", "not-found");
}

TEST(OutboundDocuments, that_lie_on_strange_hosts_are_refused) {
    for (const auto* url : {"https://other.example/x.pdf", "http://other.example/x.pdf",
                            "ftp://other.example/x", "file:///etc/passwd", "data:application/pdf;base64,AAAA",
                            "urn:uuid:1", "../x", "//other.example/x", "Binary/../x"})
        expect_refused(Desk(attached(R"("contentType":"application/pdf","url":")" + std::string(url) + "\"")),
                       "send.foreign_document", "Communication.payload[0]");
    expect_refused(Desk(referring("https://other.example/fhir/DocumentReference/1")), "send.foreign_document",
                   "Communication.payload[0]");
}

} // namespace
} // namespace efaxd::fhir
