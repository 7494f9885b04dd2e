// What is tidied up after an earlier life, before a new one begins.
#pragma once

#include "app/ground.hpp"
#include "app/reload.hpp"
#include "spool/file_spool.hpp"

namespace efaxd::app {

/// Spool files nobody needs are removed, and faxes whose Communication may have been asked for just before
/// the end rest for `settle`.
void make_ready(const Ground& ground, const Projects& projects, spool::FileSpool& spool);

} // namespace efaxd::app
