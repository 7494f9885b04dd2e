#include "crypto/named_peer.hpp"

#include <memory>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace efaxd::crypto {

namespace {

bool names_a_host(X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const int kind = sk_GENERAL_NAME_value(names.get(), i)->type;
        if (kind == GEN_DNS || kind == GEN_IPADD)
            return true;
    }
    return false;
}

int verify(int fine, X509_STORE_CTX* store) {
    constexpr int leaf = 0;
    if (!fine || X509_STORE_CTX_get_error_depth(store) != leaf)
        return fine;
    X509* const certificate = X509_STORE_CTX_get_current_cert(store);
    if (certificate && names_a_host(certificate))
        return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
    return 0;
}

} // namespace

void refuse_unnamed_peers(void* ssl_context) {
    SSL_CTX_set_verify(static_cast<SSL_CTX*>(ssl_context), SSL_VERIFY_PEER, &verify);
}

} // namespace efaxd::crypto
