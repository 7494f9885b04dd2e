#include "http/error.hpp"

namespace efaxd::http {

std::string_view words_of(Cause cause) {
    switch (cause) {
    case Cause::no_such_name:
        return "its host name was not found";
    case Cause::no_such_proxy:
        return "the proxy's host name was not found";
    case Cause::refused:
        return "nobody listens at that port";
    case Cause::no_answer:
        return "no answer in time";
    case Cause::no_way:
        return "there is no way from this machine to its address";
    case Cause::by_proxy:
        return "the proxy did not connect us";
    case Cause::no_ca_file:
        return "the file of trusted certificates cannot be read";
    case Cause::expired:
        return "its certificate has expired";
    case Cause::not_yet_valid:
        return "its certificate is not valid yet";
    case Cause::wrong_name:
        return "its certificate is for another name";
    case Cause::unknown_issuer:
        return "its certificate comes from an authority that is not trusted here";
    case Cause::no_tls:
        return "no TLS could be agreed: none is spoken there, or only an old version, or its certificate is "
               "broken";
    case Cause::other:
        break;
    }
    return "the connection could not be made";
}

} // namespace efaxd::http
