// Documents that come as pictures are handed on as one PDF.
#pragma once

#include "efaxd/ports/converter.hpp"
#include "efaxd/ports/fax_service.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::efax {

/// Takes one document in pieces. What is no TIFF, JPEG or PNG by its first bytes goes to the sink as it
/// comes, as everything does without a converter; a picture goes to the sink as a PDF, once it is whole. Used
/// by one thread. Throws what converter and sink throw.
class PictureSink {
  public:
    PictureSink(Converter* converter, const DocumentSink& sink, std::stop_token stop);
    PictureSink(const PictureSink&) = delete;
    PictureSink& operator=(const PictureSink&) = delete;

    void feed(std::string_view bytes);
    /// That was all of it, and it is sound.
    void finish();

  private:
    void decide();

    Converter* const converter_;
    const DocumentSink& sink_;
    const std::stop_token stop_;
    bool decided_;
    std::string head_; ///< kept back until the kind is known
    std::unique_ptr<Conversion> conversion_;
};

} // namespace efaxd::efax
