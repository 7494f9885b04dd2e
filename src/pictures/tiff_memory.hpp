// libtiff on memory instead of files, and silent.
#pragma once

#include <tiffio.h>

#include <memory>
#include <string>
#include <string_view>

namespace efaxd::pictures {

struct CloseTiff {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, CloseTiff>;

/// A file to be read.
struct MemoryView {
    std::string_view bytes;
    toff_t place = 0;
};

/// A TIFF to be read. What libtiff has to say is never printed: it may quote the picture.
class TiffReader {
  public:
    /// `bytes` must outlive this. Throws Unconvertible if libtiff cannot open it.
    explicit TiffReader(std::string_view bytes);
    TiffReader(const TiffReader&) = delete;
    TiffReader& operator=(const TiffReader&) = delete;

    TIFF* get() const { return tiff_.get(); }

    /// libtiff reports much damage in words only and goes on with made-up pixels. True if it had something to
    /// say since `forget_complaints`, or had at any time to leave out what lies beyond the end of the file.
    bool complained() const { return complained_ || cut_; }
    void forget_complaints() { complained_ = false; }

  private:
    static int hear_error(TIFF*, void* self, const char* module, const char* format, va_list);
    static int hear_warning(TIFF*, void* self, const char* module, const char* format, va_list);

    MemoryView view_;
    bool complained_ = false;
    bool cut_ = false;
    Tiff tiff_;
};

/// A TIFF to be written into `file`, which must outlive it.
Tiff create_tiff(std::string& file);

} // namespace efaxd::pictures
