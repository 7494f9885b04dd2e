// Whatever a client may send to the door for the FHIR operations.
#include "fuzz/fuzz.hpp"

#include "app/signature.hpp"
#include "serve/bearer.hpp"
#include "serve/fhir_answers.hpp"
#include "serve/rehearsal.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

/// Takes a body without keeping it, as the one for eFax's notifications does.
struct Counting : serve::BodyTaker {
    void take(std::string_view piece) override { bytes += piece.size(); }
    std::size_t bytes = 0;
};

std::vector<serve::Route> routes() {
    std::vector<serve::Route> table;
    const auto add = [&](const char* method, const char* pattern) -> serve::Route& {
        table.push_back({method, pattern, ""});
        return table.back();
    };
    for (const std::string base : {"/fhir/R4", "/{project}/fhir/R4"}) {
        add("POST", (base + "/Communication/$send-efax").c_str());
        add("POST", (base + "/Organization/{id}/$receive-efax").c_str());
        add("GET", (base + "/metadata").c_str());
    }
    auto& notification = add("POST", "/efax/webhook");
    notification.headers = {"x-hmac-signature"};
    notification.most_body = 1u << 20;
    notification.taker = [] { return std::make_shared<Counting>(); };
    return table;
}

std::size_t body_size(const serve::Question& question) {
    const auto taken = std::dynamic_pointer_cast<Counting>(question.taken);
    return taken ? taken->bytes : question.body.size();
}

bool same(const serve::Question& one, const serve::Question& other) {
    return one.method == other.method && one.path == other.path && one.captures == other.captures &&
           one.query == other.query && one.body == other.body && one.authorization == other.authorization &&
           one.content_type == other.content_type && one.headers == other.headers &&
           body_size(one) == body_size(other);
}

void try_input(const std::string& body) {
    try {
        const std::string input = serve::read_input(body, "Communication");
        const auto document = json::Document::parse(input);
        must(document.root().is_object(), "an operation's input is an object");
        must(input == "{}" || document.root()["resourceType"].text() == "Communication",
             "an operation's input is of its type");
    } catch (const Refusal& refusal) {
        must(refusal.status == 400, "a bad body is a bad request");
    }
}

void try_question(const serve::Question& question) {
    for (const auto& [name, value] : question.captures)
        must(!value.empty(), "a captured segment is not empty");
    must(fuzz::is_one_line(question.path), "a path has no control characters");
    const std::string token = serve::bearer_of(question.authorization);
    must(fuzz::is_printable_ascii(token) && token.find(' ') == token.npos, "a token is one word");

    constexpr std::string_view hmac = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    constexpr std::string_view hmac_base64 = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";
    for (const auto& [name, value] : question.headers) {
        const bool equal = std::ranges::equal(value, hmac, [](char given, char own) {
            return given == own || (given >= 'A' && given <= 'F' && given - 'A' + 'a' == own);
        });
        must(app::signature_fits(value, hmac) == (equal || value == hmac_base64), "only the signature fits");
    }
    try_input(question.body);
}

void try_connection(std::string_view bytes) {
    static const serve::Rehearsal door(routes());
    const auto whole = door.run(bytes, bytes.size());
    const auto pieces = door.run(bytes, 1 + bytes.size() % 61);
    must(std::ranges::equal(whole.asked, pieces.asked, same), "the same is asked however the bytes arrive");
    // Beast looks into an unfinished header once only: then a bad one may be refused at once, or when it
    // ends.
    const auto [early, late] = std::ranges::mismatch(whole.refused, pieces.refused);
    must(whole.refused.end() - early <= 1 && pieces.refused.end() - late <= 1,
         "the same is refused however the bytes arrive");
    for (const int status : whole.refused)
        must(status >= 400 && status != 500, "no request makes the door fail");
    for (const auto& question : whole.asked)
        try_question(question);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto input = fuzz::text_of(bytes, size);
    try_connection(input);
    return 0;
}
