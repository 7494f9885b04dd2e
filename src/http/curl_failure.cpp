#include "http/curl_failure.hpp"

#include <cerrno>
#include <new>

namespace efaxd::http {

namespace {

using Kind = Error::Kind;

bool is_tls_error(CURLcode code) {
    switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return true;
    default:
        return false;
    }
}

Kind kind_of(CURLcode code, bool sent) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return Kind::resolve;
    case CURLE_URL_MALFORMAT:
        return Kind::refused;
    case CURLE_OPERATION_TIMEDOUT:
        return sent ? Kind::timed_out : Kind::connect;
    case CURLE_OUT_OF_MEMORY: // also libcurl's answer to a single header line over 100 kB
        if (!sent)
            throw std::bad_alloc();
        return Kind::too_large;
    default:
        if (is_tls_error(code))
            return Kind::tls;
        return sent ? Kind::broken : Kind::connect;
    }
}

long number(CURL* easy, CURLINFO which) {
    long value = 0;
    curl_easy_getinfo(easy, which, &value);
    return value;
}

/// OpenSSL's verdicts on a certificate, as X509_verify_cert_error_string(3) numbers them.
Cause cause_of_verdict(long verdict) {
    switch (verdict) {
    case 0: // the chain is sound, so it was libcurl's look at the names
    case 1: // libcurl's own value for a chain that it has not asked about yet: names come first
    case 62:
        return Cause::wrong_name;
    case 9:
        return Cause::not_yet_valid;
    case 10:
        return Cause::expired;
    case 2:
    case 18:
    case 19:
    case 20:
    case 21:
        return Cause::unknown_issuer;
    default:
        return Cause::other;
    }
}

Cause cause_of_connect(long error_number) {
    switch (error_number) {
    case ECONNREFUSED:
        return Cause::refused;
    case ETIMEDOUT:
        return Cause::no_answer;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EACCES:
    case EPERM:
        return Cause::no_way;
    default:
        return Cause::other;
    }
}

Cause cause_of(CURL* easy, CURLcode code) {
    if (number(easy, CURLINFO_HTTP_CONNECTCODE) >= 300)
        return Cause::by_proxy;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return Cause::no_such_name;
    case CURLE_COULDNT_RESOLVE_PROXY:
        return Cause::no_such_proxy;
    case CURLE_COULDNT_CONNECT:
        return cause_of_connect(number(easy, CURLINFO_OS_ERRNO));
    case CURLE_OPERATION_TIMEDOUT:
        return Cause::no_answer;
    case CURLE_PROXY:
        return Cause::by_proxy;
    case CURLE_PEER_FAILED_VERIFICATION:
        return cause_of_verdict(number(easy, CURLINFO_SSL_VERIFYRESULT));
    case CURLE_SSL_CACERT_BADFILE:
        return Cause::no_ca_file;
    case CURLE_SSL_CONNECT_ERROR:
        return Cause::no_tls;
    default:
        return Cause::other;
    }
}

} // namespace

Error failure_of(CURL* easy, CURLcode code, bool sent) {
    return {kind_of(code, sent), sent, curl_easy_strerror(code), cause_of(easy, code)};
}

} // namespace efaxd::http
