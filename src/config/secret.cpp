#include "config/secret.hpp"

#include <array>

namespace efaxd::config {

namespace {

struct Way {
    std::string_view key;
    SecretSource::From from;
    const Form& form;
};
constexpr std::array ways{Way{"credential", SecretSource::From::credential, form::credential},
                          Way{"file", SecretSource::From::file, form::path},
                          Way{"env", SecretSource::From::env, form::variable}};

} // namespace

std::optional<SecretSource> read_secret(Section& box, std::string_view key, Need need) {
    const Node* node = box.find(key, need);
    if (!node)
        return std::nullopt;
    if (node->kind != Node::Kind::mapping) {
        box.wrong(*node, key,
                  "a secret never stands in this file: name its place, such as {credential: eFaxApiKey}, "
                  "{file: /etc/efaxd/secret} or {env: EFAX_API_KEY}");
        return std::nullopt;
    }
    Section source(*node, box.path_of(key), box.report(), Section::Kind::confidential);
    std::optional<SecretSource> found;
    int given = 0;
    for (const Way& way : ways) {
        if (!source.has(way.key))
            continue;
        ++given;
        found = SecretSource{way.from, source.text(way.key, way.form, Need::optional)};
    }
    const auto before = source.report().count();
    source.finish();
    const bool only_known = source.report().count() == before;
    if (given > 1 || (given == 0 && only_known && source.whole()))
        box.wrong(*node, key, "expected exactly one of credential, file and env");
    return found;
}

void read_secrets(Section box, Secrets& secrets) {
    secrets.app_id = read_secret(box, "eFaxAppId", Need::required).value_or(SecretSource{});
    secrets.api_key = read_secret(box, "eFaxApiKey", Need::required).value_or(SecretSource{});
    secrets.user_id = read_secret(box, "eFaxUserId", Need::optional);
    box.finish();
}

} // namespace efaxd::config
