// What eFax, or whatever stands in its place, may answer. The input is one reply, or the pages of a list.
#include "fuzz/fuzz.hpp"

#include "efax/document_reader.hpp"
#include "efax/listing.hpp"
#include "efax/sent_list.hpp"
#include "efax/submission.hpp"
#include "efax/transmission_status.hpp"
#include "efax/wire.hpp"
#include "efaxd/core/fault.hpp"
#include "fakes/fake_clock.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

constexpr const char* number = "+13035550123";
constexpr const char* fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";
constexpr const char* reference = "efaxd-0123456789abcdef";

/// What reading gives; nothing if the reply is refused, which it may be by a Fault only.
template <class Read>
auto attempt(Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Fault& fault) {
        must(fault.reason.starts_with("efax.") && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
        return std::nullopt;
    }
}

void check(const Fax& fax) {
    must(clean_fax_id(fax.listed_id) == fax.id, "a listed fax has a usable id");
    must(efax::fax_path(fax).find_first_of("?#% ") == std::string::npos, "a fax's path is plain");
    must(fax.pages >= 0, "no fax has fewer than no pages");
}

void check(const SendStatus& status) {
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    must(status.code.size() <= 16 && std::ranges::all_of(status.code, allowed), "a result code is short");
    must(status.pages >= 0 && status.tries >= 0, "no count is negative");
}

void try_list_page(std::string_view body) {
    const auto page = attempt([&] { return efax::read_list_page(body); });
    if (!page)
        return;
    must(page->faxes.size() + static_cast<std::size_t>(page->unreadable) == page->items,
         "every listed item counts");
    for (const Fax& fax : page->faxes)
        check(fax);
}

void try_token(std::string_view body) {
    const auto token = attempt([&] { return efax::read_token(body); });
    if (!token)
        return;
    must(!token->value.empty() && fuzz::is_printable_ascii(token->value), "a token fits into a header");
    must(token->lifetime > std::chrono::minutes{5} && token->lifetime <= std::chrono::hours{24},
         "a token lives for a while");
}

void try_answers_to_sending(std::string_view body) {
    if (const auto page = attempt([&] { return efax::read_sent_page(body); }))
        for (const auto& item : page->items)
            check(item.status);
    if (const auto status = attempt([&] { return efax::read_status(body, fax_id); }))
        check(*status);
    if (const auto submitted = attempt([&] { return efax::read_submitted(body, number); }))
        must(clean_fax_id(submitted->fax_id).has_value(), "a submitted fax has a usable id");
}

/// Gives the parts, in their order, as the pages of one list.
auto pages_of(const std::vector<std::string_view>& parts, std::size_t& asked) {
    return [&parts, &asked](std::size_t) -> std::optional<std::string> {
        must(++asked <= 10'000, "reading a list ends");
        return asked <= parts.size() ? std::optional<std::string>(parts[asked - 1]) : std::nullopt;
    };
}

void try_lists(const std::vector<std::string_view>& parts) {
    std::size_t asked = 0;
    const efax::ReadPage read_page = pages_of(parts, asked);
    if (const auto read = attempt([&] { return efax::read_listing(read_page, {}); })) {
        std::set<std::string> seen;
        for (const Fax& fax : read->listing.faxes)
            must(seen.insert(fax.id).second, "a fax is listed once");
        if (const Pages pages = read->listing.pages; !pages.empty()) {
            asked = 0;
            const auto again = attempt([&] { return efax::read_listing(read_page, pages); });
            must(again && again->listing.unchanged, "the same list is unchanged");
        }
    }
    asked = 0;
    const auto next = pages_of(parts, asked);
    fakes::FakeClock clock;
    efax::SentList list(clock);
    const auto found = attempt([&] {
        return list.find(reference, clock.now(),
                         [&](const std::string&, std::size_t offset) { return next(offset); });
    });
    if (found && *found)
        must(clean_fax_id((*found)->fax_id).has_value(), "a fax that is found has a usable id");
}

std::optional<std::string> document_in(std::string_view body, std::size_t piece, const char* type) {
    Fax fax;
    fax.id = fax.listed_id = fax_id;
    http::Reply head;
    head.status = 200;
    head.headers = {{"content-type", type}};
    std::string document;
    const DocumentSink sink = [&](std::string_view bytes) { document += bytes; };
    return attempt([&] {
        efax::DocumentReader reader(fax, sink, 4096);
        fuzz::in_pieces(body, piece, [&](std::string_view one) { reader.feed(head, one); });
        reader.finish();
        must(document.size() <= 4096, "a document is bounded");
        return document;
    });
}

void try_document(std::string_view body) {
    for (const std::size_t piece : {1u, 5u})
        must(document_in(body, piece, "application/json") ==
                 document_in(body, body.size() + 1, "application/json"),
             "a document is the same however it arrives");
    document_in(body, 1000, "application/pdf");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    try_list_page(parts.front());
    try_token(parts.front());
    try_answers_to_sending(parts.front());
    try_document(parts.front());
    try_lists(parts);
    return 0;
}
