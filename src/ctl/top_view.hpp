// What `top` shows. Pure: the model in, lines out.
#pragma once

#include "ctl/top_model.hpp"
#include "terminal/frame.hpp"

#include <cstddef>

namespace efaxd::ctl {

/// How many mailboxes fit, for moving by pages.
std::size_t top_page(const TopModel& model, const terminal::Size& size);

/// At most as many lines as the terminal has; the part of the list around the selected mailbox.
terminal::Frame top_frame(const TopModel& model, const terminal::Size& size, bool unicode, Instant now);

} // namespace efaxd::ctl
