#include "pictures/pdf_reader.hpp"

#include "pictures/tiff_memory.hpp"

#include <regex>
#include <stdexcept>

namespace efaxd::pictures {
namespace {

std::string first(const std::string& text, const std::string& pattern) {
    std::smatch found;
    if (!std::regex_search(text, found, std::regex(pattern)))
        throw std::runtime_error("not found: " + pattern);
    return found[1];
}

class Objects {
  public:
    explicit Objects(const std::string& pdf) : pdf_(pdf) {
        if (!pdf.starts_with("%PDF-1.4\n") || !pdf.ends_with("%%EOF\n"))
            throw std::runtime_error("no PDF");
        const std::string tail = pdf.substr(pdf.rfind("trailer"));
        const std::size_t table = std::stoul(first(tail, "startxref\n([0-9]+)\n"));
        const std::string head = pdf.substr(table, 40);
        const std::size_t count = std::stoul(first(head, "^xref\n0 ([0-9]+)\n"));
        if (first(tail, "/Size ([0-9]+)") != std::to_string(count))
            throw std::runtime_error("another size in the trailer");
        const std::size_t entries = pdf.find('\n', table + 5) + 1;
        for (std::size_t index = 0; index < count; ++index)
            places_.push_back(std::stoul(pdf.substr(entries + index * 20, 10)));
        root = std::stoul(first(tail, "/Root ([0-9]+) 0 R"));
    }

    /// What stands between `N 0 obj` and the stream or the end.
    std::string dictionary(std::size_t number) const {
        const std::string head = std::to_string(number) + " 0 obj\n";
        const std::size_t place = places_.at(number);
        if (pdf_.compare(place, head.size(), head) != 0)
            throw std::runtime_error("object not in its place");
        const std::size_t start = place + head.size();
        return pdf_.substr(start, std::min(pdf_.find("stream\n", start), pdf_.find("endobj", start)) - start);
    }

    std::string stream(std::size_t number) const {
        const std::string entries = dictionary(number);
        const std::size_t start = pdf_.find("stream\n", places_.at(number)) + 7;
        const std::size_t length = std::stoul(first(entries, "/Length ([0-9]+)"));
        if (pdf_.compare(start + length, 18, "\nendstream\nendobj\n") != 0)
            throw std::runtime_error("stream of another length");
        return pdf_.substr(start, length);
    }

    std::size_t root = 0;

  private:
    const std::string& pdf_;
    std::vector<std::size_t> places_;
};

std::size_t reference(const std::string& dictionary, const std::string& key) {
    return std::stoul(first(dictionary, "/" + key + " ([0-9]+) 0 R"));
}

PdfPage read_page(const Objects& objects, std::size_t number) {
    const std::string page = objects.dictionary(number);
    PdfPage result;
    result.width = std::stod(first(page, R"(/MediaBox \[0 0 ([0-9.]+) [0-9.]+\])"));
    result.height = std::stod(first(page, R"(/MediaBox \[0 0 [0-9.]+ ([0-9.]+)\])"));
    result.drawing = objects.stream(reference(page, "Contents"));
    result.dictionary = objects.dictionary(reference(page, "I"));
    result.data = objects.stream(reference(page, "I"));
    return result;
}

} // namespace

int PdfPage::number(const std::string& key) const {
    return std::stoi(first(dictionary, "/" + key + " ([0-9-]+)"));
}

std::string PdfPage::filter() const { return first(dictionary, "/Filter /(\\w+)"); }

std::vector<std::uint8_t> PdfPage::pixels() const {
    const bool fax = filter() == "CCITTFaxDecode";
    const int components = fax ? 1 : number("Colors");
    const auto columns = static_cast<std::uint32_t>(number("Columns"));
    const auto rows = static_cast<std::uint32_t>(number("Height"));
    std::string file;
    {
        std::string strip = data;
        const Tiff tiff = create_tiff(file);
        TIFFSetField(tiff.get(), TIFFTAG_IMAGEWIDTH, columns);
        TIFFSetField(tiff.get(), TIFFTAG_IMAGELENGTH, rows);
        TIFFSetField(tiff.get(), TIFFTAG_ROWSPERSTRIP, rows);
        TIFFSetField(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, components);
        TIFFSetField(tiff.get(), TIFFTAG_BITSPERSAMPLE, fax ? 1 : 8);
        TIFFSetField(tiff.get(), TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
        TIFFSetField(tiff.get(), TIFFTAG_COMPRESSION,
                     fax ? COMPRESSION_CCITTFAX4 : COMPRESSION_ADOBE_DEFLATE);
        TIFFSetField(tiff.get(), TIFFTAG_PHOTOMETRIC, fax ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_RGB);
        if (!fax)
            TIFFSetField(tiff.get(), TIFFTAG_PREDICTOR, number("Predictor"));
        TIFFWriteRawStrip(tiff.get(), 0, strip.data(), static_cast<tmsize_t>(strip.size()));
    }
    TiffReader reader(file);
    std::vector<std::uint8_t> stored(static_cast<std::size_t>(TIFFStripSize(reader.get())));
    reader.forget_complaints();
    if (TIFFReadEncodedStrip(reader.get(), 0, stored.data(), static_cast<tmsize_t>(stored.size())) < 0 ||
        reader.complained())
        throw std::runtime_error("the image cannot be decoded");
    if (!fax)
        return stored;
    std::vector<std::uint8_t> bits;
    const std::size_t stride = (columns + 7) / 8;
    for (std::uint32_t y = 0; y < rows; ++y)
        for (std::uint32_t x = 0; x < columns; ++x)
            bits.push_back(stored[y * stride + x / 8] >> (7 - x % 8) & 1);
    return bits;
}

std::vector<PdfPage> read_pdf(const std::string& pdf) {
    const Objects objects(pdf);
    const std::string tree = objects.dictionary(reference(objects.dictionary(objects.root), "Pages"));
    const std::string kids = first(tree, R"(/Kids \[([^\]]*)\])");
    static const std::regex one("([0-9]+) 0 R");
    std::vector<PdfPage> pages;
    for (std::sregex_iterator kid(kids.begin(), kids.end(), one), end; kid != end; ++kid)
        pages.push_back(read_page(objects, std::stoul((*kid)[1])));
    if (first(tree, "/Count ([0-9]+)") != std::to_string(pages.size()))
        throw std::runtime_error("another count of pages");
    return pages;
}

} // namespace efaxd::pictures
