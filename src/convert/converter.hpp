// The converter as a process of its own, efaxd-convert, which may do next to nothing.
#pragma once

#include "efaxd/ports/converter.hpp"

#include <cstdint>
#include <filesystem>

namespace efaxd::convert {

struct ConverterOptions {
    std::filesystem::path program; ///< efaxd-convert
    std::uint64_t input_bytes = 128u << 20;
    std::uint64_t output_bytes = 512u << 20;
    Duration patience{std::chrono::minutes{2}}; ///< for the whole conversion
};

/// Starts one efaxd-convert for each conversion: pictures come from strangers, and the code that opens them
/// is large. The process gets no environment and no files but its pipes, and confines itself before it reads
/// the first byte (see convert/main.cpp). It is ended when the conversion is over or dropped.
class ProcessConverter : public Converter {
  public:
    explicit ProcessConverter(ConverterOptions options);

    std::unique_ptr<Conversion> begin(std::stop_token stop) override;

  private:
    ConverterOptions options_;
};

} // namespace efaxd::convert
