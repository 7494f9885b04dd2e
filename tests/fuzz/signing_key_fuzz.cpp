// The private key of SMART Backend Services. After an odd first byte the input is a key's DER, which is put
// into PEM here; after an even one it is the text itself.
#include "fuzz/fuzz.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    if (size == 0)
        return 0;
    std::string pem(fuzz::text_of(bytes + 1, size - 1));
    if (bytes[0] % 2 == 1)
        pem = "-----BEGIN PRIVATE KEY-----\n" + base64(pem) + "\n-----END PRIVATE KEY-----\n";
    try {
        const crypto::SigningKey key(pem);
        fuzz::must(key.algorithm() == crypto::JwtAlgorithm::rs384 ||
                       key.algorithm() == crypto::JwtAlgorithm::es384,
                   "a key is of a kind that we sign with");
    } catch (const crypto::Error& error) {
        fuzz::must(fuzz::is_printable_ascii(error.what()), "an error is a sentence of ours");
    }
    return 0;
}
