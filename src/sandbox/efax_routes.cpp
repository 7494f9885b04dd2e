#include "sandbox/efax_call.hpp"

#include <algorithm>
#include <vector>

namespace efaxd::sandbox {

namespace {

struct Route {
    std::string_view endpoint;
    std::string_view method;
    std::vector<std::string_view> path; ///< `*` is a fax id
};

const std::vector<Route>& routes() {
    static const std::vector<Route> table{
        {"efax.tokens", "POST", {"tokens"}},
        {"efax.health", "GET", {"health"}},
        {"efax.list", "GET", {"faxes", "received"}},
        {"efax.sent", "GET", {"faxes", "sent"}},
        {"efax.bulk", "POST", {"faxes", "metadata"}},
        {"efax.send", "POST", {"faxes"}},
        {"efax.metadata", "GET", {"faxes", "*", "metadata"}},
        {"efax.patch", "PATCH", {"faxes", "*", "metadata"}},
        {"efax.image", "GET", {"faxes", "*", "image"}},
        {"efax.pages", "GET", {"faxes", "*", "image", "pages"}},
        {"efax.details", "GET", {"faxes", "*", "transmission-details"}},
        {"efax.details", "GET", {"faxes", "*", "transmission-detail"}},
        {"efax.cancel", "POST", {"faxes", "*", "cancel"}},
        {"efax.delete", "DELETE", {"faxes", "*"}},
    };
    return table;
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
    return std::equal(
        pattern.begin(), pattern.end(), path.begin(), path.end(),
        [](std::string_view want, const std::string& have) { return want == "*" || want == have; });
}

} // namespace

EfaxRoute efax_route(const HttpRequest& request, std::string_view prefix) {
    std::string_view path = request.path;
    if (path.starts_with(prefix))
        path.remove_prefix(prefix.size());
    else if (path != "/tokens")
        return {};
    const auto parts = split(path.substr(std::min<std::size_t>(1, path.size())), '/');
    EfaxRoute found;
    for (const Route& route : routes()) {
        if (!fits(route.path, parts))
            continue;
        if (route.method == request.method) {
            found.endpoint = route.endpoint;
            found.fax_id = route.path.size() > 1 && route.path[1] == "*" ? parts[1] : "";
            return found;
        }
        found.status = 405;
    }
    return found;
}

HttpResponse json_response(std::string body, int status) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = std::move(body);
    return response;
}

} // namespace efaxd::sandbox
