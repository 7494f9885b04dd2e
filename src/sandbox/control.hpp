// The control API: everything a test can do to the sandbox, as HTTP and JSON.
#pragma once

#include "sandbox/http_server.hpp"
#include "sandbox/options.hpp"

#include <string_view>

namespace efaxd::sandbox {

class Sandbox;

/// Unknown path 404, other method 405, a call that makes no sense 400 with `{"error": …}`.
class Control : public HttpService {
  public:
    explicit Control(Sandbox& sandbox) : sandbox_(sandbox) {}

    HttpResponse answer(const HttpRequest& request) override;

    /// One line a route: method, path, what it does.
    static std::string_view help();

  private:
    Sandbox& sandbox_;
};

} // namespace efaxd::sandbox
