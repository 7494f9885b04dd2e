// Makes "PDFs" that quote their pictures.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/converter.hpp"

#include <string>

namespace efaxd::fakes {

class FakeConverter : public Converter {
  public:
    std::unique_ptr<Conversion> begin(std::stop_token) override {
        ++begun;
        return std::make_unique<Making>(damaged);
    }

    int begun = 0;
    bool damaged = false;

  private:
    class Making : public Conversion {
      public:
        explicit Making(bool damaged) : damaged_(damaged) {}
        void next() override { pictures_ += "picture:"; }
        void feed(std::string_view bytes) override { pictures_ += bytes; }
        void finish(const DocumentSink& sink) override {
            if (damaged_)
                throw Fault(Fault::Kind::lasting, "document.unconvertible");
            sink("%PDF-1.4\n" + pictures_ + "\n%%EOF\n");
        }

      private:
        bool damaged_;
        std::string pictures_;
    };
};

} // namespace efaxd::fakes
