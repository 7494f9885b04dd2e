// A PDF that is nothing but images, one to a page.
#pragma once

#include "pictures/image.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::pictures {

using Sink = std::function<void(std::string_view)>;

/// Writes each page as it is added and keeps none. The same images make the same bytes: no dates, no ids.
///
/// A page is as large as its image's density says. Where that is unknown, or would make a page that PDF does
/// not allow (3 … 14400 points a side), the image is as wide as Letter paper.
class PdfWriter {
  public:
    explicit PdfWriter(const Sink& sink);

    /// Throws Unconvertible after `most_pages`.
    void add(const Image& image);
    /// Once, at the end. Throws Unconvertible if there is no page.
    void finish();

  private:
    void write(std::string_view bytes);
    void begin_object(int number);

    const Sink& sink_;
    std::uint64_t written_ = 0;
    std::vector<std::uint64_t> places_; ///< of each object, in bytes from the start; object 1 is the first
    int pages_ = 0;
};

} // namespace efaxd::pictures
