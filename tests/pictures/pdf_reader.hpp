// Reads back what the PDF writer wrote; knows its manner and no other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace efaxd::pictures {

struct PdfPage {
    double width = 0;
    double height = 0;
    std::string drawing;    ///< the content stream
    std::string dictionary; ///< of the image
    std::string data;       ///< of the image, still compressed

    int number(const std::string& key) const; ///< of the image's dictionary
    std::string filter() const;
    /// One byte a component, as the compressed data says it; for fax 1 is black.
    std::vector<std::uint8_t> pixels() const;
};

/// Finds every object through the cross-reference table, as a viewer does. Throws std::runtime_error if
/// anything is not in its place.
std::vector<PdfPage> read_pdf(const std::string& pdf);

} // namespace efaxd::pictures
