// Documents that come as pictures, or page by page.
#include "efax/fake_converter.hpp"
#include "efax/scripted_efax.hpp"
#include "efaxd/core/base64.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

using namespace testing;

namespace {

using namespace std::string_literals;

const std::string pdf = "%PDF-1.4\nhello\n%%EOF\n";
const std::string tiff = "II*\0tiff"s;

std::string image_reply(const std::string& bytes) {
    return R"({"fax_id":")" + fax_id(1) + R"(","image":")" + base64(bytes) + "\"}";
}

/// A service with a converter on a scripted eFax.
struct ConvertBench : Bench {
    explicit ConvertBench(ScriptedEfax::Script script) : Bench(std::move(script)) {}

    static ServiceOptions with(ServiceOptions options, Converter& converter) {
        options.converter = &converter;
        return options;
    }
    std::string fetch(int pages = 0) {
        Fax fax = Bench::fax(1);
        fax.pages = pages;
        std::string bytes;
        converting.fetch("u", fax, [&](std::string_view piece) { bytes += piece; }, {});
        return bytes;
    }

    FakeConverter converter;
    EfaxService converting{with(options_for(efax.url()), converter), credentials, clock};
};

ConvertBench bench_giving(const std::string& bytes) {
    return ConvertBench([bytes](const Seen&) { return json_answer(image_reply(bytes)); });
}

int number_after(const std::string& target, const std::string& name) {
    return std::stoi(target.substr(target.find(name + "=") + name.size() + 1));
}

std::string page_image(int page) { return tiff + std::to_string(page); }

std::string page_entry(int page, int shown, bool named = true) {
    return R"({"page_number":null,"file_name":)" +
           (named ? "\"x-P-" + std::to_string(shown) + ".tiff\"" : "null"s) + R"(,"image":")" +
           base64(page_image(page)) + "\"}";
}

/// Hands out a fax of so many pages only page by page.
struct PagedEfax {
    explicit PagedEfax(int pages_) : pages(pages_) {}

    int pages;
    int pdf_status = 413;
    int tiff_status = 413;
    int first_number = 0;
    bool named = true;
    int most = 1000; ///< pages that fit into one reply; of more: status `too_many`
    int too_many = 413;
    int beyond = 200;    ///< status for pages behind the last one
    bool strict = false; ///< which a batch that reaches beyond it gets as well
    bool ignores_start = false;
    int ignores_number = 0; ///< gives so many at a time whatever is asked for

    Answer operator()(const Seen& seen) const {
        if (seen.target.find("/image/pages?") == std::string::npos)
            return json_answer("{}", seen.target.ends_with("=TIFF") ? tiff_status : pdf_status);
        const int start = ignores_start ? 0 : number_after(seen.target, "start_page");
        const int number = ignores_number ? ignores_number : number_after(seen.target, "num_pages");
        if (number > most)
            return json_answer("{}", too_many);
        if (start >= pages && beyond != 200)
            return json_answer("{}", beyond);
        if (strict && start + number > pages)
            return json_answer("{}", beyond);
        std::string entries;
        for (int page = start; page < std::min(start + number, pages); ++page)
            entries += (entries.empty() ? "" : ",") + page_entry(page, page + first_number, named);
        return json_answer(R"({"fax_id":")" + fax_id(1) + R"(","pages":[)" + entries + "]}");
    }
};

std::string whole(int pages) {
    std::string pictures;
    for (int page = 0; page < pages; ++page)
        pictures += "[" + page_image(page) + "]";
    return FakeConverter::pdf_of(pictures);
}

std::string batches(const Bench& bench) {
    std::string text;
    for (const Seen& seen : bench.efax.requests("/faxes"))
        if (seen.target.find("/image/pages?") != std::string::npos)
            text += std::to_string(number_after(seen.target, "start_page")) + "+" +
                    std::to_string(number_after(seen.target, "num_pages")) + " ";
    return text;
}

ConvertBench answering_pages(const std::string& body) {
    return ConvertBench([body](const Seen& seen) {
        return seen.target.find("/image/pages?") == std::string::npos ? json_answer("{}", 413)
                                                                      : json_answer(body);
    });
}

} // namespace

// Pictures

TEST(Fetching, hands_pictures_on_as_a_pdf) {
    const std::string large = tiff + std::string(3'000'000, 'x');
    for (const std::string& picture :
         {tiff, "MM\0*tiff"s, "\xff\xd8\xff jpeg"s, "\x89PNG\r\n\x1a\n png"s, large}) {
        ConvertBench bench = bench_giving(picture);
        EXPECT_EQ(bench.fetch(), FakeConverter::pdf_of("[" + picture + "]"));
        EXPECT_EQ(bench.converter.conversions, 1);
        EXPECT_LE(bench.converter.largest_piece, 1u << 20);
    }
}

TEST(Fetching, hands_everything_else_on_as_it_comes) {
    const std::string large = pdf + std::string(3'000'000, 'x');
    for (const std::string& document : {pdf, "garbage\n" + pdf, large, "x"s, std::string(1024, 'y')}) {
        ConvertBench bench = bench_giving(document);
        EXPECT_EQ(bench.fetch(), document);
        EXPECT_EQ(bench.converter.conversions, 0);
    }
}

TEST(Fetching, converts_a_bare_picture_as_well) {
    ConvertBench bench([](const Seen&) {
        Answer answer;
        answer.headers = {{"Content-Type", "image/tiff"}};
        answer.body = tiff;
        return answer;
    });
    EXPECT_EQ(bench.fetch(), FakeConverter::pdf_of("[" + tiff + "]"));
}

TEST(Fetching, hands_nothing_on_of_a_picture_that_is_not_whole) { // F11
    ConvertBench bench([](const Seen&) {
        Answer answer = json_answer(image_reply(tiff + std::string(5000, 'x')));
        answer.cut_after = 4000;
        return answer;
    });
    std::string bytes;
    EXPECT_EQ(reason_from([&] {
                  bench.converting.fetch("u", Bench::fax(1), [&](std::string_view piece) { bytes += piece; },
                                         {});
              }),
              "efax.broken");
    EXPECT_EQ(bytes, "");
}

TEST(Fetching, lets_the_converters_own_faults_pass) {
    ConvertBench bench = bench_giving(tiff + "damaged");
    const auto fault = fault_from([&] { bench.fetch(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "document.unconvertible");
    EXPECT_EQ(fault->kind, Fault::Kind::lasting);
}

// Page by page

TEST(Fetching, reads_a_fax_page_by_page_where_it_does_not_come_whole) { // F25, U12
    for (const int status : {413, 504}) {
        PagedEfax efax(12);
        efax.pdf_status = status;
        efax.tiff_status = status;
        ConvertBench bench(efax);
        EXPECT_EQ(bench.fetch(12), whole(12));
        EXPECT_EQ(batches(bench), "0+5 5+5 10+2 ");
        EXPECT_EQ(bench.converter.conversions, 1);
    }
}

TEST(Fetching, reads_to_the_end_a_fax_whose_pages_are_not_known) {
    for (const int pages : {1, 5, 12})
        for (const int beyond : {200, 404, 400})
            for (const bool strict : {false, true}) {
                PagedEfax efax(pages);
                efax.beyond = beyond;
                efax.strict = strict && beyond != 200;
                ConvertBench bench(efax);
                EXPECT_EQ(bench.fetch(), whole(pages)) << pages << " " << beyond << strict;
            }
}

TEST(Fetching, asks_for_single_pages_only_after_other_failures_in_a_row) {
    PagedEfax efax(3);
    efax.pdf_status = 500;
    efax.tiff_status = 502;
    ConvertBench bench(efax);
    for (int time = 0; time < 2; ++time)
        EXPECT_EQ(reason_from([&] { bench.fetch(3); }), "efax.image_unavailable");
    EXPECT_EQ(batches(bench), "");
    EXPECT_EQ(bench.fetch(3), whole(3));
    EXPECT_EQ(reason_from([&] { bench.fetch(3); }), "efax.image_unavailable"); // counted anew
}

TEST(Fetching, asks_for_no_pages_without_a_converter) {
    Bench bench{PagedEfax(3)};
    EXPECT_EQ(reason_from([&] { bench.fetch(); }), "efax.too_large");
    EXPECT_EQ(batches(bench), "");
}

TEST(Fetching, asks_for_no_pages_of_a_fax_that_is_not_visible) {
    PagedEfax efax(3);
    efax.tiff_status = 403;
    ConvertBench bench(efax);
    EXPECT_EQ(reason_from([&] { bench.fetch(3); }), "efax.not_visible");
    EXPECT_EQ(batches(bench), "");
}

TEST(Fetching, says_why_the_whole_failed_where_there_are_no_pages_either) {
    for (const int status : {400, 404, 405, 413, 501}) {
        ConvertBench bench([status](const Seen& seen) {
            return json_answer("{}", seen.target.find("/image/pages?") == std::string::npos ? 413 : status);
        });
        const auto fault = fault_from([&] { bench.fetch(3); });
        ASSERT_TRUE(fault) << status;
        EXPECT_EQ(fault->reason, "efax.too_large") << status;
        EXPECT_EQ(fault->kind, Fault::Kind::lasting) << status;
    }
    for (const int status : {500, 503, 504}) {
        ConvertBench bench([status](const Seen& seen) {
            return json_answer("{}", seen.target.find("/image/pages?") == std::string::npos ? 413 : status);
        });
        EXPECT_EQ(reason_from([&] { bench.fetch(3); }), "efax.image_unavailable") << status;
    }
}

TEST(Fetching, asks_for_fewer_pages_where_many_are_too_large) {
    for (const int too_many : {413, 504}) {
        PagedEfax efax(4);
        efax.most = 1;
        efax.too_many = too_many;
        ConvertBench bench(efax);
        EXPECT_EQ(bench.fetch(4), whole(4));
        EXPECT_EQ(batches(bench), "0+4 0+2 0+1 1+1 2+1 3+1 ");
    }
}

TEST(Fetching, asks_for_fewer_pages_where_a_reply_would_need_much_memory) {
    const std::string image = tiff + std::string(5u << 20, 'x');
    ConvertBench bench([&](const Seen& seen) {
        if (seen.target.find("/image/pages?") == std::string::npos)
            return json_answer("{}", 413);
        std::string entries;
        for (int left = number_after(seen.target, "num_pages"); left > 0; --left)
            entries += R"({"image":")" + base64(image) + (left > 1 ? "\"}," : "\"}");
        return json_answer(R"({"pages":[)" + entries + "]}");
    });
    EXPECT_EQ(bench.fetch(4).size(), FakeConverter::pdf_of("").size() + 4 * (image.size() + 2));
    EXPECT_EQ(batches(bench), "0+4 0+2 2+2 ");
    EXPECT_LE(bench.converter.largest_piece, 64u << 10);
}

TEST(Fetching, takes_more_pages_than_it_asked_for) {
    PagedEfax efax(12);
    efax.ignores_number = 12;
    ConvertBench bench(efax);
    EXPECT_EQ(bench.fetch(12), whole(12));
    EXPECT_EQ(batches(bench), "0+5 ");
}

TEST(Fetching, believes_no_fax_with_fewer_pages_than_listed) {
    PagedEfax efax(4);
    ConvertBench bench(efax);
    const auto fault = fault_from([&] { bench.fetch(7); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.bad_document");
    EXPECT_EQ(fault->kind, Fault::Kind::passing);
    ConvertBench none{PagedEfax(0)};
    EXPECT_EQ(reason_from([&] { none.fetch(); }), "efax.bad_document");
}

TEST(Fetching, accepts_pages_counted_from_one_or_not_at_all) {
    PagedEfax from_one(7);
    from_one.first_number = 1;
    EXPECT_EQ(ConvertBench(from_one).fetch(7), whole(7));
    PagedEfax silent(7);
    silent.named = false;
    EXPECT_EQ(ConvertBench(silent).fetch(7), whole(7));
}

TEST(Fetching, notices_pages_in_disorder) {
    PagedEfax same(6);
    same.ignores_start = true;
    EXPECT_EQ(reason_from([&] { ConvertBench(same).fetch(12); }), "efax.bad_document");
    PagedEfax odd(6);
    odd.first_number = 2;
    EXPECT_EQ(reason_from([&] { ConvertBench(odd).fetch(6); }), "efax.bad_document");
    EXPECT_EQ(reason_from([&] {
                  answering_pages(R"({"pages":[{"page_number":0,"image":"SUkqAA=="},
                                              {"page_number":2,"image":"SUkqAA=="}]})")
                      .fetch(2);
              }),
              "efax.bad_document");
}

TEST(Fetching, leaves_a_server_that_gives_the_same_pages_for_ever) {
    PagedEfax efax(500);
    efax.ignores_start = true;
    efax.ignores_number = 500;
    efax.named = false;
    ConvertBench bench(efax);
    EXPECT_EQ(reason_from([&] { bench.fetch(); }), "efax.bad_document");
}

TEST(Fetching, refuses_pages_that_are_not_sound) { // F11, F12, F13
    for (const std::string& body :
         {std::string("x"), std::string("{}"), std::string(R"({"pages":null})"),
          std::string(R"({"pages":[null]})"), std::string(R"({"pages":[{"image":""}]})"),
          std::string(R"({"pages":[{"image":null}]})"), std::string(R"({"pages":[{"image":"SUkqAA=?"}]})"),
          std::string(R"({"pages":[{"image":"SUkqAA="}]})"),
          R"({"pages":[{"image":")" + base64(pdf) + "\"}]}",
          R"({"fax_id":")" + fax_id(2) + R"(","pages":[)" + page_entry(0, 0) + "]}",
          R"({"errors":[{"error_code":"102"}],"pages":[)" + page_entry(0, 0) + "]}"}) {
        const auto fault = fault_from([&] { answering_pages(body).fetch(1); });
        ASSERT_TRUE(fault) << body;
        EXPECT_EQ(fault->reason, "efax.bad_document") << body;
        EXPECT_EQ(fault->kind, Fault::Kind::passing) << body;
    }
}

TEST(Fetching, holds_a_fax_whose_pages_are_too_large_together) {
    PagedEfax efax(12);
    ConvertBench bench(efax);
    ServiceOptions options = ConvertBench::with(options_for(bench.efax.url()), bench.converter);
    options.document_bytes = 30;
    EfaxService service(options, credentials, bench.clock);
    const auto fault = fault_from([&] { service.fetch("u", Bench::fax(1), [](std::string_view) {}, {}); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.too_large");
    EXPECT_EQ(fault->kind, Fault::Kind::lasting);
}

} // namespace efaxd::efax
