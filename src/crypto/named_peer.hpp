// TLS certificates that name nobody.
#pragma once

namespace efaxd::crypto {

/// Makes an OpenSSL context (`SSL_CTX*`) refuse, beside all that it refuses anyway, a peer whose certificate
/// has no alternative name of a host or an address: its common name is no name of a host (RFC 9525 4.1), but
/// libcurl would still take it for one.
void refuse_unnamed_peers(void* ssl_context);

} // namespace efaxd::crypto
