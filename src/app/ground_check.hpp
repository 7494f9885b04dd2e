// Our own side of the connectivity test: the state directory and the converter.
#pragma once

#include "app/finding.hpp"
#include "config/config.hpp"
#include "efaxd/ports/converter.hpp"

#include <stop_token>

namespace efaxd::app {

/// Has a picture of one dot made a PDF. Throws Stopped.
Finding check_converter(Converter& converter, const std::stop_token& stop);

/// Whether it is there, ours alone, may be written, and has room for bytes and files.
Finding check_state_dir(const config::Config& config);

} // namespace efaxd::app
