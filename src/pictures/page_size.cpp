#include "pictures/page_size.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace efaxd::pictures {
namespace {

constexpr double points_per_inch = 72;
constexpr double letter_width = 612;
constexpr double least_side = 3; // PDF 1.4, appendix C
constexpr double most_side = 14'400;

bool usable(double density) { return std::isfinite(density) && density > 0; }

bool allowed(const PageSize& page) {
    return std::min(page.width, page.height) >= least_side && std::max(page.width, page.height) <= most_side;
}

PageSize as_wide_as_letter(PageSize page) {
    const double scale = std::min(letter_width / page.width, most_side / page.height);
    return {std::max(page.width * scale, least_side), std::max(page.height * scale, least_side)};
}

} // namespace

PageSize page_size(const Image& image) {
    const Density& density = image.density;
    const bool known = usable(density.x) && usable(density.y);
    const double x = known ? density.x : 1;
    const double y = known ? density.y : 1;
    PageSize page{image.width * points_per_inch / x, image.height * points_per_inch / y};
    if (image.orientation >= 5)
        std::swap(page.width, page.height);
    if (known && density.per_inch && allowed(page))
        return page;
    return as_wide_as_letter(page);
}

std::array<double, 6> placement(const PageSize& page, int orientation) {
    const double w = page.width;
    const double h = page.height;
    switch (orientation) { // where the first stored row and column are seen
    case 2:                // top, right
        return {-w, 0, 0, h, w, 0};
    case 3: // bottom, right
        return {-w, 0, 0, -h, w, h};
    case 4: // bottom, left
        return {w, 0, 0, -h, 0, h};
    case 5: // left, top
        return {0, -h, -w, 0, w, h};
    case 6: // right, top
        return {0, -h, w, 0, 0, h};
    case 7: // right, bottom
        return {0, h, w, 0, 0, 0};
    case 8: // left, bottom
        return {0, h, -w, 0, w, 0};
    default: // top, left
        return {w, 0, 0, h, 0, 0};
    }
}

} // namespace efaxd::pictures
