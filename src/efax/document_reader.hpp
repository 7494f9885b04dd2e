// Turns the reply to an image request into the document's bytes, as they come.
#pragma once

#include "efaxd/core/base64.hpp"
#include "efaxd/core/document.hpp"
#include "efaxd/core/fax.hpp"
#include "efaxd/ports/fax_service.hpp"
#include "http/message.hpp"
#include "json/long_string.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd::efax {

/// Reads base64 within JSON, as eFax answers, or the bare document if the Content-Type says so. Keeps only a
/// piece at a time. Throws Fault: `efax.bad_document`, or `efax.too_large` (lasting) once the document is
/// over `most` bytes; and what the sink throws.
class DocumentReader {
  public:
    DocumentReader(const Fax& fax, const DocumentSink& sink, std::uint64_t most);
    DocumentReader(const DocumentReader&) = delete;
    DocumentReader& operator=(const DocumentReader&) = delete;

    void feed(const http::Reply& head, std::string_view piece);
    /// Was it all there, and of this fax?
    void finish();

  private:
    enum class Form { undecided, json, bare };

    void decode(std::string_view text);
    void hand_on(std::string_view bytes);
    void check_skeleton();

    const Fax& fax_;
    const DocumentSink& sink_;
    const std::uint64_t most_;
    Form form_ = Form::undecided;
    json::LongString reply_;
    Base64Decoder decoder_;
    DocumentInspector inspector_; ///< of a bare document, which says nothing else about itself
    std::string decoded_;
    std::uint64_t size_ = 0;
};

} // namespace efaxd::efax
