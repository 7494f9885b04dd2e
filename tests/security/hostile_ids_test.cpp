// Whatever is called an id: it adds no header, climbs out of no folder and breaks no line.
#include "security/hostile.hpp"

#include "efax/fake_document.hpp"
#include "efax/scripted_efax.hpp"
#include "fakes/temp_dir.hpp"
#include "fhir/outbound_site.hpp"
#include "http/url.hpp"
#include "ledger/entries.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "spool/file_spool.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <utility>

namespace efaxd::security {
namespace {

using fakes::LoopbackServer;
using Seen = LoopbackServer::Seen;

/// Header names that efaxd ever sends.
bool only_known_headers(const Seen& seen) {
    static const std::set<std::string> known = {"host",          "user-agent",        "accept",
                                                "authorization", "user-id",           "transaction-id",
                                                "prefer",        "pagination-offset", "pagination-limit",
                                                "content-type",  "content-length",    "if-none-exist",
                                                "if-match",      "cache-control",     "transfer-encoding"};
    for (const auto& [name, value] : seen.headers)
        if (!known.contains(name))
            return false;
    return true;
}

/// Has a part that is `.` or `..`.
bool climbs(const std::string& path) {
    static const std::regex part("(^|.*/)\\.\\.?(/.*|$)");
    return path.size() < 2000 && std::regex_match(path, part);
}

bool printable(const Seen& seen) {
    return std::all_of(seen.target.begin(), seen.target.end(), [](char c) { return c > ' ' && c < 127; });
}

/// A path without climbing, escapes of separators, or anything that is not printable.
bool sound_target(const Seen& seen) {
    const std::string path = seen.target.substr(0, seen.target.find('?'));
    return printable(seen) && !climbs(path) && path.find("//") == std::string::npos &&
           path.find('%') == std::string::npos && path.find('\\') == std::string::npos;
}

// ---- eFax

TEST(HostileIds, in_a_list_are_left_out_and_never_asked_for) {
    Hostile hostile(1);
    const std::regex fax_path("/faxes/[0-9A-Za-z-]{8,64}/(image|metadata).*");
    efax::testing::Bench bench([&](const Seen& seen) {
        if (!seen.target.starts_with("/faxes/received"))
            return efax::testing::json_answer("{}", 404);
        std::string items = efax::testing::item(1);
        for (int i = 0; i < 90; ++i) {
            const auto word = [&] { return hostile.in_json(hostile.word()); };
            items += R"(,{"fax_id":")" + word() + R"(","tsid":")" + word() + R"(","resource_url":")" +
                     word() + R"(","originating_fax_number":")" + word() + R"(","completed_timestamp":")" +
                     word() + R"(","fax_status":")" + word() + "\"}";
        }
        return efax::testing::json_answer(R"({"faxes":[)" + items + "]}");
    });
    const int lists = dose(30);
    int listed = 0;
    for (int i = 0; i < lists; ++i) {
        Listing listing;
        try {
            listing = bench.list();
        } catch (const Fault& fault) { // not JSON any more
            EXPECT_EQ(fault.reason, "efax.bad_reply");
            continue;
        }
        EXPECT_FALSE(listing.faxes.empty());
        for (const Fax& fax : listing.faxes) {
            ++listed;
            EXPECT_EQ(clean_fax_id(fax.listed_id), fax.id);
            EXPECT_THROW(bench.service.fetch("u", fax, [](std::string_view) {}, {}), Fault);
            bench.service.acknowledge("u", fax, {});
        }
    }
    EXPECT_GE(listed, lists / 2);
    for (const Seen& seen : bench.efax.server().diary()) {
        EXPECT_TRUE(only_known_headers(seen));
        EXPECT_TRUE(seen.target == "/tokens" || seen.target.starts_with("/faxes/received?") ||
                    std::regex_match(seen.target, fax_path))
            << seen.target;
    }
}

TEST(HostileIds, get_no_request_to_eFax_however_they_came_in) {
    Hostile hostile(2);
    efax::testing::Bench bench([](const Seen&) { return efax::testing::json_answer("{}", 404); });
    int clean = 0;
    for (int i = 0; i < dose(10'000); ++i) {
        Fax fax;
        fax.listed_id = fax.id = hostile.word();
        if (clean_fax_id(fax.id)) {
            ++clean;
            continue;
        }
        const std::string& id = fax.id;
        EXPECT_THROW(bench.service.fetch("u", fax, [](std::string_view) {}, {}), Fault);
        EXPECT_THROW(bench.service.acknowledge("u", fax, {}), Fault);
        EXPECT_THROW(bench.service.remove("u", fax, {}), Fault);
        EXPECT_THROW(bench.service.status("u", id, {}), Fault);
        EXPECT_THROW(bench.service.cancel("u", id, {}), Fault);
    }
    EXPECT_LT(clean, dose(10'000) / 5);
    EXPECT_EQ(bench.efax.server().diary().size(), 0u);
}

TEST(HostileIds, of_users_stay_one_header) {
    Hostile hostile(3);
    std::string user;
    int asked = 0;
    efax::testing::Bench bench([&](const Seen& seen) {
        ++asked;
        EXPECT_EQ(seen.header("user-id"), user);
        EXPECT_TRUE(only_known_headers(seen));
        return efax::testing::json_answer(efax::testing::page(0, 0));
    });
    for (int i = 0; i < dose(1000); ++i) {
        user = hostile.word();
        try {
            bench.service.check_user(user, {});
        } catch (const Fault& fault) {
            EXPECT_EQ(fault.reason, "efax.user_refused");
        }
    }
    EXPECT_GT(asked, 10);
}

TEST(HostileIds, of_sent_faxes_are_not_believed) {
    Hostile hostile(4);
    std::string id;
    efax::testing::Bench bench([&](const Seen&) {
        return efax::testing::json_answer(
            R"([{"fax_id":")" + id + R"(","destination_fax_number":"13035550123"}])", 201);
    });
    for (int i = 0; i < dose(300); ++i) {
        id = hostile.in_json(hostile.word());
        efax::testing::FakeDocument document(10);
        try {
            const auto taken = bench.service.submit(efax::testing::submission_of({&document}), {});
            EXPECT_TRUE(clean_fax_id(taken)) << taken;
        } catch (const Fault& fault) {
            EXPECT_EQ(fault.kind, Fault::Kind::unknown);
            EXPECT_TRUE(clean_lines(fault.what()));
        }
    }
}

// ---- ledger and spool

TEST(HostileIds, name_no_file_outside_the_folder) {
    Hostile hostile(5);
    const fakes::TempDir folder(fakes::TempDir::Where::quick);
    const auto spool_folder = folder.path() / "state" / "spool";
    std::filesystem::create_directories(spool_folder.parent_path());
    spool::FileSpool spool(spool_folder);
    for (int i = 0; i < dose(2000); ++i) {
        const FaxKey key{hostile.word(), hostile.word()};
        const auto writer = spool.write(key);
        writer->append("x");
        const Document document = writer->finish();
        EXPECT_TRUE(spool.open(key, document));
        if (i % 2 == 0)
            spool.remove(key);
    }
    const std::regex hex("[0-9a-f]{64}");
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path()))
        if (file.is_regular_file()) {
            EXPECT_EQ(file.path().parent_path(), spool_folder);
            EXPECT_TRUE(std::regex_match(file.path().filename().string(), hex)) << file.path();
        }
}

TEST(HostileIds, are_only_values_to_the_ledger) {
    Hostile hostile(6);
    const fakes::TempDir folder(fakes::TempDir::Where::quick);
    std::filesystem::create_directory(folder.path() / "state");
    {
        ledger::SqliteLedger ledger(folder.path() / "state");
        std::vector<Entry> entries;
        std::set<std::string> ids;
        for (int i = 0; i < dose(5000); ++i) {
            Entry entry = ledger::claimed(0);
            entry.key.fax_id = entry.fax.id = entry.fax.listed_id = hostile.word();
            entry.fax.from_number = hostile.word();
            if (ids.insert(entry.key.fax_id).second)
                entries.push_back(entry);
        }
        EXPECT_EQ(ledger.claim(entries).size(), entries.size());
        for (const Entry& entry : entries)
            EXPECT_EQ(ledger.find(entry.key), entry);
    }
    for (const auto& file : std::filesystem::directory_iterator(folder.path()))
        EXPECT_EQ(file.path().filename(), "state");
}

// ---- FHIR

struct FhirVerbs {
    std::unique_ptr<fhir::Server> server;
    std::set<std::string> reasons;

    template <class Verb>
    void attempt(Verb verb) {
        try {
            verb();
        } catch (const Fault& fault) {
            EXPECT_TRUE(clean_lines(fault.what()));
        } catch (const Refusal& refusal) {
            EXPECT_TRUE(clean_lines(refusal.what()));
        }
    }

    void all(const std::string& word) {
        attempt([&] { server->find(word, false, {}); });
        attempt([&] { server->exists(word, {}); });
        attempt([&] { server->exists("Organization/" + word, {}); });
        attempt([&] { server->users_of({OwnerKind::organization, word}, {}); });
        attempt([&] { server->remove_binary(word, {}); });
        attempt([&] { server->check_caller("Bearer x", "Communication/" + word, {}); });
        attempt([&] { server->check_caller("Bearer " + word, "", {}); });
        attempt([&] {
            OutboundCommunication fax;
            fax.id = "~" + word;
            fax.body = "{}";
            server->file(fax, {});
        });
        attempt([&] {
            server->fetch({"Communication.payload[0]", "application/pdf", word, ""}, [](std::string_view) {},
                          {});
        });
        attempt([&] {
            server->fetch({"Communication.payload[0]", "application/pdf", "Binary/" + word, ""},
                          [](std::string_view) {}, {});
        });
    }
};

TEST(HostileIds, make_no_other_request_of_the_FHIR_server) {
    Hostile hostile(7);
    LoopbackServer web([](const Seen&) { return fhir::json_answer(404); });
    fakes::FakeClock clock;
    fhir::ServerOptions options;
    options.project = "clinic";
    options.remote.base_url = web.url() + "/fhir";
    FhirVerbs verbs{std::make_unique<fhir::Server>(options, clock), {}};
    for (int i = 0; i < dose(1500); ++i)
        verbs.all(hostile.word());
    const auto diary = web.diary();
    EXPECT_GT(diary.size(), 1000u);
    for (const Seen& seen : diary) {
        EXPECT_TRUE(only_known_headers(seen));
        EXPECT_TRUE(sound_target(seen)) << seen.target;
        EXPECT_TRUE(seen.target.starts_with("/fhir/") || seen.header("authorization").empty()) << seen.target;
    }
}

TEST(HostileIds, that_the_FHIR_server_gives_are_not_used) {
    Hostile hostile(8);
    std::string bundle;
    bool fresh = true; // whatever comes after the first page is a link that was followed
    LoopbackServer web([&](const Seen& seen) {
        if (seen.method != "GET")
            return fhir::json_answer(201, "", {{"Location", "Communication/x"}});
        return std::exchange(fresh, false) ? fhir::json_answer(200, bundle) : fhir::json_answer(404);
    });
    fakes::FakeClock clock;
    fhir::ServerOptions options;
    options.project = "clinic";
    options.remote.base_url = web.url() + "/fhir";
    fhir::Server server(options, clock);
    FhirVerbs verbs{nullptr, {}};
    for (int i = 0; i < dose(1000); ++i) {
        const auto word = [&] { return hostile.in_json(hostile.word()); };
        const std::string system = R"("identifier":[{"system":"https://efax.com","value":")";
        bundle = fhir::bundle(
            {R"({"resourceType":"Communication","id":")" + word() + R"(",)" + system +
                 R"(fax-12345"}],"meta":{"versionId":")" + word() + R"("}})",
             R"({"resourceType":"Organization","id":")" + word() + R"(",)" + system + word() + R"("}]})"},
            hostile.below(4) == 0 ? web.url() + "/fhir" + word() : word());
        fresh = true;
        verbs.attempt([&] {
            for (const Match& match : server.find("fax-12345", false, {})) {
                EXPECT_TRUE(std::regex_match(match.id, std::regex("[A-Za-z0-9.-]{1,64}"))) << match.id;
            }
        });
        fresh = true;
        verbs.attempt([&] {
            for (const auto& user : server.owners(OwnerKind::organization, {}))
                EXPECT_TRUE(std::regex_match(user.owner.id, std::regex("[A-Za-z0-9.-]{1,64}")))
                    << user.owner.id;
        });
    }
    for (const Seen& seen : web.diary()) {
        EXPECT_TRUE(only_known_headers(seen));
        EXPECT_TRUE(printable(seen)) << seen.target; // a next link may lie anywhere on the server's origin
    }
}

TEST(HostileIds, in_versions_and_places_stay_in_their_header) {
    Hostile hostile(9);
    std::string version;
    std::string location;
    LoopbackServer web([&](const Seen& seen) {
        if (seen.method == "POST")
            return fhir::json_answer(201, "", {{"Location", location}});
        return fhir::json_answer(200, fhir::fax_with({{"meta", R"({"versionId":")" + version + "\"}"}}));
    });
    fakes::FakeClock clock;
    fhir::ServerOptions options;
    options.project = "clinic";
    options.remote.base_url = web.url() + "/fhir";
    fhir::Server server(options, clock);
    FhirVerbs verbs{nullptr, {}};
    for (int i = 0; i < dose(500); ++i) {
        version = hostile.in_json(hostile.word());
        location = http::encode(hostile.word()).substr(0, 1000);
        if (hostile.below(2) == 0)
            location = web.url() + "/fhir/Communication/" + location;
        verbs.attempt([&] {
            const auto known = server.standing("c-1", {});
            CommunicationChange change;
            change.status = "completed";
            server.change("c-1", known.value(), change, {});
        });
        verbs.attempt([&] {
            const auto match = server.create(fhir::a_fax(), Unless::identifier_exists, {});
            EXPECT_TRUE(std::regex_match(match.id, std::regex("[A-Za-z0-9.-]{1,64}"))) << match.id;
        });
    }
    for (const Seen& seen : web.diary()) {
        EXPECT_TRUE(only_known_headers(seen));
        EXPECT_TRUE(sound_target(seen)) << seen.target;
    }
}

} // namespace
} // namespace efaxd::security
