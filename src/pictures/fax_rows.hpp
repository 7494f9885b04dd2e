// Fax rows that stop short.
#pragma once

#include "pictures/tiff_memory.hpp"

namespace efaxd::pictures {

/// While it lives, watches libtiff decode the fax rows of the current directory; does nothing for other
/// codings. libtiff's Group 4 decoder takes data that ends too early for white paper and says nothing: only
/// the rows' runs tell. One at a time in a thread.
class FaxRows {
  public:
    explicit FaxRows(TIFF* tiff);
    ~FaxRows();
    FaxRows(const FaxRows&) = delete;
    FaxRows& operator=(const FaxRows&) = delete;

    /// A row's runs did not fill it.
    bool fell_short() const;
};

} // namespace efaxd::pictures
