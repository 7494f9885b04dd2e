// eFax's short answers: to the sign-in, to a submission, and to the question how a fax stands.
#include "fuzz/efax_attempt.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sent_status.hpp"

#include "efax/submission.hpp"
#include "efax/transmission_status.hpp"
#include "efax/wire.hpp"

namespace {

using namespace efaxd;
using fuzz::must;

constexpr const char* number = "+13035550123";
constexpr const char* fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";

void try_token(std::string_view body) {
    const auto token = fuzz::attempt([&] { return efax::read_token(body); });
    if (!token)
        return;
    must(!token->value.empty() && fuzz::is_printable_ascii(token->value), "a token fits into a header");
    must(token->lifetime > std::chrono::minutes{5} && token->lifetime <= std::chrono::hours{24},
         "a token lives for a while");
}

void try_submitted(std::string_view body) {
    if (const auto submitted = fuzz::attempt([&] { return efax::read_submitted(body, number); }))
        must(clean_fax_id(submitted->fax_id).has_value(), "a submitted fax has a usable id");
}

void try_status(std::string_view body) {
    if (const auto status = fuzz::attempt([&] { return efax::read_status(body, fax_id); }))
        fuzz::check(*status);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto body = fuzz::text_of(bytes, size);
    try_token(body);
    try_submitted(body);
    try_status(body);
    return 0;
}
