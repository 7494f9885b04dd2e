#include "pictures/pdf_writer.hpp"

#include "pictures/page_size.hpp"

#include <cstdio>

namespace efaxd::pictures {
namespace {

constexpr int catalog = 1;
constexpr int page_tree = 2;
constexpr int objects_a_page = 3;

int first_object_of(int page) { return 3 + page * objects_a_page; }

std::string decimal(double value) {
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%.3f", value);
    return {text, static_cast<std::size_t>(length)};
}

std::string reference(int object) { return std::to_string(object) + " 0 R"; }

std::string colours(const Image& image) {
    switch (image.components) {
    case 1:
        return "/DeviceGray";
    case 3:
        return "/DeviceRGB";
    default:
        return "/DeviceCMYK";
    }
}

std::string coding(const Image& image) {
    const std::string columns = "/Columns " + std::to_string(image.width);
    switch (image.coding) {
    case Coding::fax:
        return "/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 " + columns + " /Rows " +
               std::to_string(image.height) + " >>";
    case Coding::deflate:
        return "/BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor 2 /Colors " +
               std::to_string(image.components) + " " + columns + " >>";
    default:
        return "/BitsPerComponent 8 /Filter /DCTDecode";
    }
}

std::string backwards(int components) {
    std::string pairs;
    for (int component = 0; component < components; ++component)
        pairs += component == 0 ? "1 0" : " 1 0";
    return " /Decode [" + pairs + "]";
}

std::string image_dictionary(const Image& image) {
    return "<< /Type /XObject /Subtype /Image /Width " + std::to_string(image.width) + " /Height " +
           std::to_string(image.height) + " /ColorSpace " + colours(image) + " " + coding(image) +
           (image.inverted ? backwards(image.components) : "") + " /Length " +
           std::to_string(image.bytes.size()) + " >>\nstream\n";
}

std::string drawing(const PageSize& page, int orientation) {
    std::string text = "q";
    for (const double number : placement(page, orientation))
        text += " " + decimal(number);
    return text + " cm /I Do Q";
}

} // namespace

PdfWriter::PdfWriter(const Sink& sink) : sink_(sink), places_(page_tree) {
    // Four bytes beyond ASCII tell whoever carries the file that it is not text.
    write("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n");
}

void PdfWriter::write(std::string_view bytes) {
    sink_(bytes);
    written_ += bytes.size();
}

void PdfWriter::begin_object(int number) {
    const auto index = static_cast<std::size_t>(number) - 1;
    if (index >= places_.size())
        places_.resize(index + 1);
    places_[index] = written_;
    write(std::to_string(number) + " 0 obj\n");
}

void PdfWriter::add(const Image& image) {
    if (pages_ == most_pages)
        throw Unconvertible();
    const int page = first_object_of(pages_++);
    const int contents = page + 1;
    const int picture = page + 2;
    const PageSize size = page_size(image);

    begin_object(page);
    write("<< /Type /Page /Parent " + reference(page_tree) + " /MediaBox [0 0 " + decimal(size.width) + " " +
          decimal(size.height) + "] /Contents " + reference(contents) +
          " /Resources << /ProcSet [/PDF /ImageB /ImageC] /XObject << /I " + reference(picture) +
          " >> >> >>\nendobj\n");

    const std::string text = drawing(size, image.orientation);
    begin_object(contents);
    write("<< /Length " + std::to_string(text.size()) + " >>\nstream\n" + text + "\nendstream\nendobj\n");

    begin_object(picture);
    write(image_dictionary(image));
    write(image.bytes);
    write("\nendstream\nendobj\n");
}

void PdfWriter::finish() {
    if (pages_ == 0)
        throw Unconvertible();

    begin_object(catalog);
    write("<< /Type /Catalog /Pages " + reference(page_tree) + " >>\nendobj\n");

    begin_object(page_tree);
    std::string kids;
    for (int page = 0; page < pages_; ++page)
        kids += (page == 0 ? "" : " ") + reference(first_object_of(page));
    write("<< /Type /Pages /Count " + std::to_string(pages_) + " /Kids [" + kids + "] >>\nendobj\n");

    const std::uint64_t table = written_;
    const std::string entries = std::to_string(places_.size() + 1);
    std::string text = "xref\n0 " + entries + "\n0000000000 65535 f \n";
    for (const std::uint64_t place : places_) {
        const std::string digits = std::to_string(place);
        text += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
    }
    write(text + "trailer\n<< /Size " + entries + " /Root " + reference(catalog) + " >>\nstartxref\n" +
          std::to_string(table) + "\n%%EOF\n");
}

} // namespace efaxd::pictures
