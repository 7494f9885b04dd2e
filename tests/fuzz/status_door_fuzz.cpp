// Whatever a client may send to the status socket, up to what its question names.
#include "fuzz/fuzz.hpp"

#include "app/queries.hpp"
#include "serve/rehearsal.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

std::vector<serve::Route> routes() {
    std::vector<serve::Route> table;
    for (const char* const path : {"/status", "/mailboxes", "/faxes", "/faxes/{id}", "/transmissions",
                                   "/transmissions/{id}", "/metrics", "/livez", "/readyz"})
        table.push_back({"GET", path, ""});
    for (const char* const path :
         {"/poll", "/mailboxes/{id}/pause", "/mailboxes/{id}/resume", "/faxes/{id}/retry", "/faxes/{id}/hold",
          "/transmissions/{id}/cancel", "/transmissions/{id}/confirm", "/reload", "/check"})
        table.push_back({"POST", path, "", true});
    return table;
}

void try_name(const std::string& name) {
    must(!name.empty() && fuzz::is_one_line(name), "a captured segment is a name");
    if (const auto fax = app::fax_key_in(name)) {
        must(clean_fax_id(fax->fax_id) == fax->fax_id, "a fax has a usable id");
        must(app::fax_key_in(fax->project + ":" + fax->fax_id) == fax, "a fax keeps its name");
    }
    if (const auto transmission = app::transmission_key_in(name))
        must(transmission->recipient >= 0 &&
                 app::transmission_key_in(transmission->project + ":" + transmission->communication + ":" +
                                          std::to_string(transmission->recipient)) == transmission,
             "a transmission keeps its name");
}

void try_question(const serve::Question& question) {
    must(fuzz::is_one_line(question.path), "a path has no control characters");
    for (const auto& [name, value] : question.captures)
        try_name(value);
    if (const auto query = app::fax_query_in(question))
        must(query->limit >= 1 && query->limit <= 1000, "a page has an end");
    if (const auto query = app::outbox_query_in(question))
        must(query->limit >= 1 && query->limit <= 1000, "a page has an end");
}

bool same(const serve::Question& one, const serve::Question& other) {
    return one.method == other.method && one.path == other.path && one.captures == other.captures &&
           one.query == other.query && one.body == other.body;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const serve::Rehearsal door(routes());
    const auto input = fuzz::text_of(bytes, size);
    const auto whole = door.run(input, size);
    const auto pieces = door.run(input, 1 + size % 61);
    must(std::ranges::equal(whole.asked, pieces.asked, same), "the same is asked however the bytes arrive");
    for (const int status : whole.refused)
        must(status >= 400 && status != 500, "no request makes the door fail");
    for (const auto& question : whole.asked)
        try_question(question);
    return 0;
}
