#include "config/auth.hpp"

#include "config/secret.hpp"

#include <algorithm>
#include <array>

namespace efaxd::config {

namespace {

constexpr std::array<std::string_view, 5> methods{"none", "basic", "bearer", "client_credentials",
                                                  "private_key_jwt"}; // in the order of AuthMethod

constexpr std::array<std::string_view, 9> all_keys{"username",  "password",      "token",
                                                   "client_id", "client_secret", "private_key",
                                                   "key_id",    "token_url",     "scope"};

std::vector<std::string_view> keys_of(AuthMethod method) {
    switch (method) {
    case AuthMethod::none:
        return {};
    case AuthMethod::basic:
        return {"username", "password"};
    case AuthMethod::bearer:
        return {"token"};
    case AuthMethod::client_credentials:
        return {"client_id", "client_secret", "token_url", "scope"};
    case AuthMethod::private_key_jwt:
        return {"client_id", "private_key", "key_id", "token_url", "scope"};
    }
    return {};
}

void refuse_strangers(Section& box, AuthMethod method) {
    const auto own = keys_of(method);
    for (const std::string_view key : all_keys)
        if (box.has(key) && std::find(own.begin(), own.end(), key) == own.end())
            box.wrong_key(key, "does not belong to method " +
                                   std::string(methods[static_cast<std::size_t>(method)]));
}

void read_client(Section& box, Auth& auth) {
    auth.client_id = box.text("client_id", form::text, Need::required);
    auth.token_url = box.text("token_url", form::url, Need::optional);
    auth.scope = box.text("scope", form::text, Need::optional);
}

} // namespace

void read_auth(Section box, Auth& auth) {
    const auto chosen = box.choice("method", methods, Need::required);
    if (!chosen) { // which keys belong here cannot be told
        for (const std::string_view key : all_keys)
            box.has(key);
        return box.finish();
    }
    auth.method = static_cast<AuthMethod>(*chosen);
    refuse_strangers(box, auth.method);
    switch (auth.method) {
    case AuthMethod::none:
        break;
    case AuthMethod::basic:
        auth.username = box.text("username", form::username, Need::required);
        auth.password = read_secret(box, "password", Need::required);
        break;
    case AuthMethod::bearer:
        auth.token = read_secret(box, "token", Need::required);
        break;
    case AuthMethod::client_credentials:
        read_client(box, auth);
        auth.client_secret = read_secret(box, "client_secret", Need::required);
        break;
    case AuthMethod::private_key_jwt:
        read_client(box, auth);
        auth.private_key = read_secret(box, "private_key", Need::required);
        auth.key_id = box.text("key_id", form::text, Need::optional);
        break;
    }
    box.finish();
}

} // namespace efaxd::config
