// A fax that eFax gives out page by page. The first byte says how many pages it has, as far as is listed;
// then come the replies, in the order in which they are asked for.
#include "fuzz/efax_attempt.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/scripted_client.hpp"

#include "efax/image_pages.hpp"
#include "fakes/fake_clock.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

constexpr std::uint64_t most = 4096;

/// Counts what it is given.
class Counting : public Converter {
  public:
    int pictures = 0;
    std::uint64_t bytes = 0;

    std::unique_ptr<Conversion> begin(std::stop_token) override { return std::make_unique<Making>(*this); }

  private:
    struct Making : Conversion {
        explicit Making(Counting& owner_) : owner(owner_) {}
        void next() override { ++owner.pictures; }
        void feed(std::string_view piece) override {
            must(owner.pictures > 0, "bytes belong to a picture");
            owner.bytes += piece.size();
            must(owner.bytes <= most, "a document is bounded");
        }
        void finish(const DocumentSink& sink) override { sink("%PDF-"); }
        Counting& owner;
    };
};

const efax::ServiceOptions& options() {
    static const efax::ServiceOptions those = [] {
        efax::ServiceOptions made;
        made.project = "clinic";
        made.remote.base_url = "https://fhir.example.org/efax";
        made.document_bytes = most;
        return made;
    }();
    return those;
}

/// Signed in once and for all.
efax::Session& session() {
    static fakes::FakeClock clock;
    static efax::Session the_session(
        options(),
        [] {
            return efax::Credentials{"app", "key"};
        },
        clock);
    fuzz::token_place() = "https://fhir.example.org/efax/";
    if (!the_session.state().has_token) {
        fuzz::replies() = {R"({"access_token":"word","expires_in":86400})"};
        the_session.sign_in({});
    }
    return the_session;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0)
        return 0;
    efax::Session& efax = session();
    fuzz::replies() = fuzz::parts_of(fuzz::text_of(bytes + 1, size - 1));
    Fax fax;
    fax.id = fax.listed_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";
    fax.pages = bytes[0] % 8;
    const std::string user_id = "shared-user";
    Counting converter;
    std::string pdf;
    const auto done = fuzz::attempt([&] {
        efax::ImagePages pages(efax, options(), user_id, fax);
        return pages.read_into(converter, [&](std::string_view piece) { pdf += piece; }, {});
    });
    const bool whole = done && *done;
    must(whole == !pdf.empty(), "a PDF is made of a whole fax only");
    must(!whole || (converter.pictures > 0 && converter.pictures >= fax.pages), "no page is missing");
    return 0;
}
