// What can be asked at the status socket: the one table of routes.
#pragma once

#include "app/daemon.hpp"
#include "serve/door.hpp"

#include <string>
#include <vector>

namespace efaxd::app {

/// The handlers live on the loop. Whatever reads the ledger or the network is done at the desk and answered
/// from there.
class Routes {
  public:
    explicit Routes(Daemon& daemon) : daemon_(&daemon) {}

    std::vector<serve::Route> table() const;

    /// root, our own user, and the members of group `efaxd-admin`.
    static bool may_change(const serve::Question& question);

  private:
    Daemon* daemon_;
};

} // namespace efaxd::app
