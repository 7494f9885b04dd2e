// The converter as a process of its own, efaxd-convert, which may do next to nothing.
#pragma once

#include "efaxd/ports/converter.hpp"

#include <cstdint>
#include <filesystem>

namespace efaxd::convert {

struct ConverterOptions {
    std::filesystem::path program;           ///< efaxd-convert
    std::uint64_t input_bytes = 128u << 20;  ///< of all pictures together; more is `document.unconvertible`
    std::uint64_t output_bytes = 512u << 20; ///< of the PDF; more is `document.unconvertible`
    Duration patience{std::chrono::minutes{2}}; ///< how long the process may keep us waiting, all in all
};

/// Where efaxd-convert lies: beside this very program, as it was built, or in ../libexec/efaxd, as it is
/// installed. It need not exist.
std::filesystem::path converter_program();

/// Starts one efaxd-convert for each conversion: pictures come from strangers, and the code that opens them
/// is large. The process gets no environment and no files but a socket, and confines itself before it reads
/// the first byte (see pictures/confinement.hpp). It is ended when the conversion is over or dropped.
///
/// A process that is ended for what it did (a forbidden system call, a fault of memory, too much time) met a
/// hostile picture: `document.unconvertible`. One that cannot be started, is slow or is ended by somebody
/// else: `document.converter_failed`. Part of the PDF may have reached the sink before either.
class ProcessConverter : public Converter {
  public:
    explicit ProcessConverter(ConverterOptions options);

    std::unique_ptr<Conversion> begin(std::stop_token stop) override;

  private:
    ConverterOptions options_;
};

} // namespace efaxd::convert
