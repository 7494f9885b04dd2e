// The requests as they go over the wire and the lists as they are read, against files in tests/golden/efax.
// With EFAXD_WRITE_GOLDEN set the files are written instead; look at the difference before keeping it.
#include "efax/fake_converter.hpp"
#include "efax/fake_document.hpp"
#include "efax/scripted_efax.hpp"
#include "efax/wire.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/timestamp.hpp"
#include "json/writer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

namespace efaxd::efax {

using namespace testing;

namespace {

std::string path_of(const std::string& name) {
    return std::string(EFAXD_SOURCE_DIR) + "/tests/golden/efax/" + name;
}

std::string read_file(const std::string& name) {
    std::ifstream file(path_of(name));
    EXPECT_TRUE(file) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect_golden(const std::string& name, const std::string& text) {
    if (std::getenv("EFAXD_WRITE_GOLDEN"))
        std::ofstream(path_of(name)) << text << '\n';
    EXPECT_EQ(read_file(name), text + '\n') << name;
}

/// What the transport adds, or changes from one request to the next.
bool volatile_header(const std::string& name) {
    return name == "host" || name == "user-agent" || name == "content-length" || name == "connection";
}

std::string shown(const std::string& name, const std::string& value) {
    static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    return name == "transaction-id" && std::regex_match(value, uuid) ? "a version 4 UUID" : value;
}

void write_request(json::Writer& writer, const Seen& seen) {
    writer.begin_object().member("method", seen.method).member("target", seen.target);
    writer.key("headers").begin_object();
    for (const auto& [name, value] : seen.headers)
        if (!volatile_header(name))
            writer.member(name, shown(name, value));
    writer.end_object().member("body", seen.body).end_object();
}

void write_fax(json::Writer& writer, const Fax& fax) {
    writer.begin_object().member("id", fax.id).member("listed_id", fax.listed_id);
    writer.member("completed", fax.completed ? precise_timestamp(*fax.completed) : "");
    writer.member("from_number", fax.from_number).member("to_number", fax.to_number);
    writer.member("pages", fax.pages).member("downloaded", fax.downloaded).member("stored", fax.stored);
    writer.end_object();
}

std::string as_read(const std::string& body) {
    const ListPage page = read_list_page(body);
    json::Writer writer(json::Writer::Style::indented);
    writer.begin_object().member("items", page.items).member("unreadable", page.unreadable);
    writer.member("odd_timestamps", page.odd_timestamps).member("missing_zones", page.missing_zones);
    writer.key("faxes").begin_array();
    for (const Fax& fax : page.faxes)
        write_fax(writer, fax);
    writer.end_array().end_object();
    return writer.take();
}

std::string diary_of(const Bench& bench) {
    json::Writer writer(json::Writer::Style::indented);
    writer.begin_array();
    for (const Seen& seen : bench.efax.server().diary())
        write_request(writer, seen);
    writer.end_array();
    return writer.take();
}

} // namespace

TEST(Golden, requests_are_sent_as_written_down) {
    Bench bench([](const Seen& seen) {
        if (seen.target.find("/image") != std::string::npos)
            return json_answer(R"({"image":"JVBERi0="})");
        if (seen.method == "GET")
            return seen.target.find("000Z") != std::string::npos ? json_answer("{}", 400) : list_of(0, seen);
        return plain_answer(200);
    });
    bench.list(ListPass::unread);
    bench.list(ListPass::window);
    bench.service.check_user(bench.mailbox.user_id, {});
    bench.fetch();
    bench.service.acknowledge(bench.mailbox.user_id, Bench::fax(1), {});
    bench.service.remove(bench.mailbox.user_id, Bench::fax(1), {});

    expect_golden("requests.json", diary_of(bench));
}

TEST(Golden, requests_of_sending_are_sent_as_written_down) {
    Bench bench([](const Seen& seen) {
        if (seen.target == "/faxes")
            return json_answer("[" + item(1) + "]", 201);
        if (seen.method == "GET" && seen.target.find("/metadata") == std::string::npos)
            return seen.target.starts_with("/faxes/sent") ? list_of(0, seen) : json_answer("{}", 404);
        return json_answer("{}", 202);
    });
    FakeDocument first(20);
    FakeDocument second(7);
    Submission submission = submission_of({&first, &second});
    bench.service.submit(submission, {});
    submission.number = "+442079460000";
    submission.cover_page = true;
    bench.service.submit(submission, {});
    bench.service.find_sent(submission.user_id, submission.reference, bench.clock.now(), {}, {});
    reason_from([&] { bench.service.status(submission.user_id, fax_id(1), {}); });
    bench.service.cancel(submission.user_id, fax_id(1), {});
    expect_golden("requests_of_sending.json", diary_of(bench));
}

TEST(Golden, requests_for_pages_are_sent_as_written_down) {
    Bench bench([](const Seen& seen) {
        return seen.target.find("/pages") == std::string::npos
                   ? json_answer("{}", 413)
                   : json_answer(R"({"pages":[{"image":"SUkqAA=="},{"image":"SUkqAA=="}]})");
    });
    FakeConverter converter;
    ServiceOptions options = options_for(bench.efax.url());
    options.converter = &converter;
    EfaxService service(options, credentials, bench.clock);
    Fax fax = Bench::fax(1);
    fax.pages = 2;
    service.fetch(bench.mailbox.user_id, fax, [](std::string_view) {}, {});
    expect_golden("requests_for_pages.json", diary_of(bench));
}

TEST(Golden, lists_are_read_as_written_down) {
    for (const std::string name : {"list_strict", "list_mainstay", "list_hostile"})
        expect_golden(name + ".read.json", as_read(read_file(name + ".json")));
}

} // namespace efaxd::efax
