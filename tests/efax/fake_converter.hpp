// A converter whose PDFs tell which pictures went in.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/converter.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace efaxd::efax::testing {

/// Its PDF is `%PDF-`, then each picture in brackets, then `%%EOF`. A picture with the word `damaged` is
/// unconvertible.
class FakeConverter : public Converter {
  public:
    std::unique_ptr<Conversion> begin(std::stop_token) override {
        ++conversions;
        return std::make_unique<Making>(*this);
    }

    static std::string pdf_of(const std::string& pictures) { return "%PDF-" + pictures + "%%EOF"; }

    int conversions = 0;
    std::size_t largest_piece = 0;

  private:
    class Making : public Conversion {
      public:
        explicit Making(FakeConverter& converter) : converter_(converter) {}

        void next() override {
            end_picture();
            begun_ = true;
            pictures_ += "[";
        }
        void feed(std::string_view bytes) override {
            if (!begun_)
                throw std::logic_error("bytes of no picture");
            converter_.largest_piece = std::max(converter_.largest_piece, bytes.size());
            pictures_ += bytes;
        }
        void finish(const DocumentSink& sink) override {
            end_picture();
            if (pictures_.find("damaged") != pictures_.npos)
                throw Fault(Fault::Kind::lasting, "document.unconvertible", "Damaged.");
            sink(pdf_of(pictures_));
        }

      private:
        void end_picture() {
            if (begun_)
                pictures_ += "]";
        }

        FakeConverter& converter_;
        bool begun_ = false;
        std::string pictures_;
    };
};

} // namespace efaxd::efax::testing
