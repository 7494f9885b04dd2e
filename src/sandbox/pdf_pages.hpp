// How many pages a PDF has, told from its bytes as they pass.
#pragma once

#include <string>
#include <string_view>

namespace efaxd::sandbox {

/// Counts `/Type /Page` (any white space, or none, between the two), not `/Pages`. Pages within compressed
/// object streams are not seen. Fed in pieces of any size.
class PdfPages {
  public:
    void feed(std::string_view piece);
    int count() const; ///< of all that was fed

  private:
    std::string tail_; ///< the end of what was fed, which may be the beginning of a match
    int count_ = 0;
};

int count_pdf_pages(std::string_view pdf);

} // namespace efaxd::sandbox
