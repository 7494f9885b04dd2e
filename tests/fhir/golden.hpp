// Golden wire files: indented for the reader, compared as compact JSON, order of members included.
#pragma once

#include "json/value.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace efaxd::fhir {

inline std::string golden(const std::string& name) {
    std::ifstream file(std::string(EFAXD_SOURCE_DIR) + "/tests/golden/fhir/" + name);
    if (!file)
        throw std::runtime_error("no golden file " + name);
    std::ostringstream text;
    text << file.rdbuf();
    return json::Document::parse(text.str()).root().raw();
}

} // namespace efaxd::fhir
