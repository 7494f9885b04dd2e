// Where a secret is to be found.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

#include <optional>
#include <string_view>

namespace efaxd::config {

/// `{credential: NAME}`, `{file: PATH}` or `{env: NAME}` under the key, and exactly one of them.
std::optional<SecretSource> read_secret(Section& box, std::string_view key, Need need);

/// The secrets of a project, by the integration's own names.
void read_secrets(Section box, Secrets& secrets);

} // namespace efaxd::config
