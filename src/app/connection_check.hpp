// The first step to a server: its name, the way to it, and TLS.
#pragma once

#include "app/finding.hpp"
#include "config/config.hpp"
#include "efaxd/core/instant.hpp"

#include <stop_token>

namespace efaxd::app {

/// Connects as an exchange would and asks nothing. Warns of a certificate that ends within two weeks. Names
/// neither project nor side. Blocks up to the connection's time limit; throws Stopped.
Finding check_connection(const config::Endpoint& endpoint, Instant now, const std::stop_token& stop);

} // namespace efaxd::app
