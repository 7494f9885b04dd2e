// Small pictures that any decoder reads.
#pragma once

#include <string>
#include <string_view>

namespace efaxd::sandbox {

/// A fax as TIFF (little-endian): each page 1728 by 2200 dots at 204 by 196 to the inch, one strip in Group 4
/// (ITU-T T.6), white with as many black bars as its number says, 40 at the most.
std::string barred_tiff(int pages, int first_page);

/// Directories of a little-endian TIFF, as far as their chain leads; 0 if it is none.
int count_tiff_pages(std::string_view tiff);

/// 816 by 1056 grey dots; the text is in a comment only.
std::string grey_jpeg(std::string_view text);
std::string grey_png(std::string_view text);

} // namespace efaxd::sandbox
