// What can be asked about transmissions at the status socket, and decided.
#pragma once

#include "serve/door.hpp"

#include <vector>

namespace efaxd::app {

class Daemon;

/// `GET /transmissions`, `/transmissions/{id}` and `POST
/// /transmissions/{id}/cancel|confirm|resend|hold|retry`; a transmission is named
/// PROJECT:COMMUNICATION:RECIPIENT, the position of the recipient from 0. Friend of the daemon by way of
/// Routes.
void add_transmission_routes(Daemon& daemon, std::vector<serve::Route>& routes);

} // namespace efaxd::app
