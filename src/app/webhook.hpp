// eFax's notifications: a hint to look now, and nothing else.
#pragma once

#include "serve/door.hpp"

#include <vector>

namespace efaxd::app {

class Daemon;

/// Adds `POST /efax/webhook` for the only project, and `/{project}/efax/webhook` for each: taken where the
/// project has a `webhook_secret`. The body is hashed as it comes and never kept or read: it may embed a
/// document, may be repeated or forged, and proves nothing. One that is signed starts polls earlier, at most
/// every five seconds; a pause that eFax asked for is not cut short.
void add_webhook_routes(Daemon& daemon, std::vector<serve::Route>& routes);

} // namespace efaxd::app
