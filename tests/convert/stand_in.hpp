// Programs in the place of efaxd-convert, that behave as a test wants.
#pragma once

#include "convert/converter.hpp"
#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace efaxd::convert {

inline std::filesystem::path built_converter() {
    return std::filesystem::path(EFAXD_BINARY_DIR) / "bin" / "efaxd-convert";
}

/// A shell script.
class StandIn {
  public:
    explicit StandIn(const std::string& commands) : program_(folder_.path() / "stand-in") {
        std::ofstream(program_) << "#!/bin/sh\n" << commands << "\n";
        std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
    }

    ConverterOptions options() const {
        ConverterOptions options;
        options.program = program_;
        return options;
    }

  private:
    fakes::TempDir folder_;
    std::filesystem::path program_;
};

/// The reason of the Fault, with its kind before it.
template <typename Deed>
std::string fault_of(const Deed& deed) {
    try {
        deed();
        return "none";
    } catch (const Fault& fault) {
        return (fault.kind == Fault::Kind::lasting ? "lasting " : "passing ") + fault.reason;
    }
}

inline const std::string unconvertible_reason = "lasting document.unconvertible";
inline const std::string failed_reason = "passing document.converter_failed";

} // namespace efaxd::convert
