// Values as a person reads them on a terminal.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd::ctl {

/// One line that cannot steer a terminal: control characters (C0, C1), marks that change the direction of
/// writing and broken UTF-8 are taken out; line ends and tabs become spaces.
std::string plain(std::string_view text);

/// The same with its line ends kept.
std::string plain_lines(std::string_view text);

/// Its words in lines of at most `width` columns, each indented and ended; a longer word has a line of its
/// own.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Characters, each taken as one column wide.
std::size_t width_of(std::string_view text);

/// `12 s`, `2 min`, `5 h`, `3 days`; rounded down, negative counts as zero.
std::string span(Duration duration);

/// The same, rounded up: what something surely lies within. `minute`, `5 min`, `2 h`, `3 days`.
std::string within(Duration duration);

/// `2 min ago`, `just now`, `in 3 min`.
std::string relative(Instant instant, Instant now);

/// `812 B`, `48 kB`, `3.1 MB`, `12.0 GB`.
std::string byte_size(std::int64_t bytes);

/// `1 fax`, `2 faxes`.
std::string counted(std::int64_t count, std::string_view one, std::string_view many);

} // namespace efaxd::ctl
