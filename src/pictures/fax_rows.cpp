#include "pictures/fax_rows.hpp"

#include <cstdint>

namespace efaxd::pictures {
namespace {

using FillRow = void (*)(unsigned char*, std::uint32_t*, std::uint32_t*, std::uint32_t);

// libtiff gives the function that fills rows no place for data of its own.
thread_local FillRow real_fill = nullptr;
thread_local bool short_row = false;

void fill_row(unsigned char* row, std::uint32_t* runs, std::uint32_t* end, std::uint32_t width) {
    std::uint64_t pixels = 0;
    for (const std::uint32_t* run = runs; run != end; ++run)
        pixels += *run;
    if (pixels < width)
        short_row = true;
    real_fill(row, runs, end, width);
}

bool is_fax(TIFF* tiff) {
    std::uint16_t compression = COMPRESSION_NONE;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
    return compression == COMPRESSION_CCITTRLE || compression == COMPRESSION_CCITTFAX3 ||
           compression == COMPRESSION_CCITTFAX4 || compression == COMPRESSION_CCITTRLEW;
}

} // namespace

FaxRows::FaxRows(TIFF* tiff) {
    short_row = false;
    if (is_fax(tiff) && TIFFGetField(tiff, TIFFTAG_FAXFILLFUNC, &real_fill) == 1)
        TIFFSetField(tiff, TIFFTAG_FAXFILLFUNC, &fill_row);
}

FaxRows::~FaxRows() { short_row = false; }

bool FaxRows::fell_short() const { return short_row; }

} // namespace efaxd::pictures
