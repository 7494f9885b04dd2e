// Conversion as tests like it.
#pragma once

#include "pictures/convert.hpp"
#include "pictures/pdf_reader.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::pictures {

inline std::string pdf_of(const std::vector<std::string>& pictures) {
    const std::vector<std::string_view> views(pictures.begin(), pictures.end());
    std::string pdf;
    convert(views, [&](std::string_view bytes) { pdf += bytes; });
    return pdf;
}

inline std::vector<PdfPage> pages_of(const std::string& picture) { return read_pdf(pdf_of({picture})); }

inline PdfPage page_of(const std::string& picture) {
    const auto pages = pages_of(picture);
    return pages.size() == 1 ? pages[0] : throw std::runtime_error("not one page");
}

} // namespace efaxd::pictures
