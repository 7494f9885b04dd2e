// One conversion by one process.
#pragma once

#include "convert/child.hpp"
#include "convert/converter.hpp"
#include "convert/patience.hpp"

#include <cstdint>
#include <string_view>

namespace efaxd::convert {

class ProcessConversion : public Conversion {
  public:
    /// Starts the process.
    ProcessConversion(const ConverterOptions& options, std::stop_token stop);

    void next() override;
    void feed(std::string_view bytes) override;
    void finish(const DocumentSink& sink) override;

  private:
    void send_number(std::uint32_t number);
    void send(std::string_view bytes);
    [[noreturn]] void ended_early();
    int wait_for_end();

    std::uint64_t input_left_;
    std::uint64_t output_left_;
    Patience patience_;
    Child child_;
};

} // namespace efaxd::convert
