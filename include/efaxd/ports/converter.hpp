// Pictures (TIFF, JPEG, PNG) become one PDF.
#pragma once

#include "efaxd/ports/fax_service.hpp"

#include <memory>
#include <stop_token>
#include <string_view>

namespace efaxd {

/// One PDF in the making: one or more pictures, each with any number of pages, in this order. Used by one
/// thread. Every verb may throw Stopped, and Fault: `document.unconvertible` (lasting: the picture is
/// damaged, or beyond the limits), `document.converter_failed` (passing: our own doing).
class Conversion {
  public:
    virtual ~Conversion() = default;

    /// The next picture begins. Called before the first as well.
    virtual void next() = 0;
    /// More bytes of it.
    virtual void feed(std::string_view bytes) = 0;
    /// No more pictures: streams the PDF.
    virtual void finish(const DocumentSink& sink) = 0;
};

/// Safe from any thread.
class Converter {
  public:
    virtual ~Converter() = default;

    virtual std::unique_ptr<Conversion> begin(std::stop_token stop) = 0;
};

} // namespace efaxd
