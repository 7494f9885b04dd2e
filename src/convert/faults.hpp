// What the converter's ends mean.
#pragma once

#include "efaxd/core/fault.hpp"

#include <string>

namespace efaxd::convert {

/// `document.unconvertible`: lasting.
Fault unconvertible(const std::string& detail);
/// `document.converter_failed`: passing.
Fault converter_failed(const std::string& detail);

/// `status` as waitpid tells it. Throws unless the process says that it converted.
void expect_converted(int status);

} // namespace efaxd::convert
