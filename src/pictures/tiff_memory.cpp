#include "pictures/tiff_memory.hpp"

#include "pictures/image.hpp"

#include <cstdio>
#include <new>

namespace efaxd::pictures {
namespace {

constexpr tmsize_t most_memory_at_once = tmsize_t{512} << 20;

struct FreeOptions {
    void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};
using Options = std::unique_ptr<TIFFOpenOptions, FreeOptions>;

Options silent_options(TIFFErrorHandlerExtR on_error, TIFFErrorHandlerExtR on_warning, void* listener) {
    Options options(TIFFOpenOptionsAlloc());
    if (!options)
        throw std::bad_alloc();
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), most_memory_at_once);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, listener);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, listener);
    return options;
}

int hear_nothing(TIFF*, void*, const char*, const char*, va_list) { return 1; }

tmsize_t copy_from(std::string_view file, toff_t& place, void* buffer, tmsize_t most) {
    if (place >= file.size() || most < 0)
        return 0;
    const std::size_t count = file.copy(static_cast<char*>(buffer), static_cast<std::size_t>(most), place);
    place += count;
    return static_cast<tmsize_t>(count);
}

toff_t moved(toff_t place, toff_t size, toff_t offset, int whence) {
    return offset + (whence == SEEK_CUR ? place : whence == SEEK_END ? size : 0);
}

/// A file to be written.
struct Cursor {
    std::string* file;
    toff_t place = 0;
};

Cursor& cursor(thandle_t handle) { return *static_cast<Cursor*>(handle); }

tmsize_t read_back(thandle_t handle, void* buffer, tmsize_t most) {
    return copy_from(*cursor(handle).file, cursor(handle).place, buffer, most);
}

tmsize_t write_on(thandle_t handle, void* bytes, tmsize_t count) {
    Cursor& at = cursor(handle);
    const auto length = static_cast<std::size_t>(count);
    try { // libtiff is C: nothing may be thrown through it
        if (at.file->size() < at.place + length)
            at.file->resize(at.place + length);
    } catch (const std::exception&) {
        return -1;
    }
    at.file->replace(at.place, length, static_cast<const char*>(bytes), length);
    at.place += length;
    return count;
}

toff_t move_to(thandle_t handle, toff_t offset, int whence) {
    Cursor& at = cursor(handle);
    return at.place = moved(at.place, at.file->size(), offset, whence);
}

int close_cursor(thandle_t handle) {
    delete static_cast<Cursor*>(handle);
    return 0;
}

toff_t size_of(thandle_t handle) { return cursor(handle).file->size(); }

int map_nothing(thandle_t, void**, toff_t*) { return 0; }
void unmap_nothing(thandle_t, void*, toff_t) {}

MemoryView& view(thandle_t handle) { return *static_cast<MemoryView*>(handle); }

tmsize_t read_view(thandle_t handle, void* buffer, tmsize_t most) {
    return copy_from(view(handle).bytes, view(handle).place, buffer, most);
}

tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return -1; }

toff_t move_in_view(thandle_t handle, toff_t offset, int whence) {
    MemoryView& at = view(handle);
    return at.place = moved(at.place, at.bytes.size(), offset, whence);
}

int close_nothing(thandle_t) { return 0; }
toff_t size_of_view(thandle_t handle) { return view(handle).bytes.size(); }

int map_view(thandle_t handle, void** base, toff_t* size) {
    *base = const_cast<char*>(view(handle).bytes.data()); // libtiff only reads what it maps
    *size = view(handle).bytes.size();
    return 1;
}

/// What is said of pictures that are whole: an old form of LZW, an old form of JPEG.
bool harmless(const char* module) {
    const std::string_view name = module ? module : "";
    return name == "LZWPreDecode" || name.starts_with("OJPEG");
}

} // namespace

int TiffReader::hear_error(TIFF*, void* self, const char*, const char*, va_list) {
    static_cast<TiffReader*>(self)->complained_ = true;
    return 1;
}

int TiffReader::hear_warning(TIFF*, void* self, const char* module, const char* format, va_list) {
    auto& reader = *static_cast<TiffReader*>(self);
    if (!harmless(module))
        reader.complained_ = true;
    if (std::string_view(format).starts_with("IO error")) // a tag's value, such as the density
        reader.cut_ = true;
    return 1;
}

TiffReader::TiffReader(std::string_view bytes) : view_{bytes} {
    const Options options = silent_options(hear_error, hear_warning, this);
    tiff_.reset(TIFFClientOpenExt("picture", "r", &view_, read_view, write_nothing, move_in_view,
                                  close_nothing, size_of_view, map_view, unmap_nothing, options.get()));
    if (!tiff_)
        throw Unconvertible();
}

Tiff create_tiff(std::string& file) {
    const Options options = silent_options(hear_nothing, hear_nothing, nullptr);
    auto at = std::make_unique<Cursor>(Cursor{&file});
    Tiff tiff(TIFFClientOpenExt("page", "w", at.get(), read_back, write_on, move_to, close_cursor, size_of,
                                map_nothing, unmap_nothing, options.get()));
    if (!tiff)
        throw std::bad_alloc();
    static_cast<void>(at.release()); // closing it deletes it
    return tiff;
}

} // namespace efaxd::pictures
