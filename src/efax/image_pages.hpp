// A fax page by page, for one whose image eFax cannot hand out in one piece (efax-api 4.8).
#pragma once

#include "efax/efax_service.hpp"
#include "efax/session.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::efax {

/// Asks for few pages at a time, and for fewer where so many are too large for eFax or for us. Keeps one
/// batch in memory. Used once, by one thread.
class ImagePages {
  public:
    /// All must outlive it.
    ImagePages(Session& session, const ServiceOptions& options, const std::string& user_id, const Fax& fax)
        : session_(session), options_(options), user_id_(user_id), fax_(fax) {}

    /// Reads all pages and hands on one PDF of them. False if eFax gives out no pages of this fax. Throws
    /// Fault: `efax.bad_document` (passing) if they are not sound or fewer than listed, `efax.too_large`
    /// (lasting); and what converter and sink throw.
    bool read_into(Converter& converter, const DocumentSink& sink, const std::stop_token& stop);

  private:
    enum class Batch { read, end, refused };

    Batch next_batch(Conversion& conversion, const std::stop_token& stop);
    std::optional<http::Reply> ask(const std::stop_token& stop);
    int wanted() const;
    bool smaller();
    int take(std::string body, Conversion& conversion);
    void take_page(const json::Value& page, Conversion& conversion);
    void check_place(const json::Value& page, int place);
    void check_number() const;

    Session& session_;
    const ServiceOptions& options_;
    const std::string& user_id_;
    const Fax& fax_;
    int pages_ = 0; ///< read so far
    int batch_ = 5;
    std::optional<std::int64_t> first_number_; ///< eFax counts from 0, or perhaps from 1
    std::uint64_t size_ = 0;
};

} // namespace efaxd::efax
