// Golden files of this room: indented for people, and all else equal to the byte.
#pragma once

#include "json/value.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace efaxd::serve {

/// `name` below tests/golden, such as `status/faxes.json`.
inline std::string golden(const std::string& name) {
    std::ifstream file(std::string(EFAXD_SOURCE_DIR "/tests/golden/") + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void expect_golden(const std::string& written, const std::string& name) {
    const std::string wanted = golden(name);
    ASSERT_FALSE(wanted.empty()) << name << " is:\n" << written;
    EXPECT_EQ(written, json::Document::parse(wanted).root().raw()) << name << " is:\n" << written;
}

} // namespace efaxd::serve
