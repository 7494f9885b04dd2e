// Faxes as the simulated eFax writes them, in every style seen or feared.
#pragma once

#include "sandbox/efax_store.hpp"

#include <string>
#include <string_view>

namespace efaxd::sandbox {

std::string efax_timestamp(Instant instant, TimestampStyle style);

/// Members that may be missing, in the style wanted.
class ItemFields {
  public:
    ItemFields(json::Writer& writer, const EfaxStyle& style) : writer_(writer), style_(style) {}

    const EfaxStyle& style() const { return style_; }
    void courtesy(std::string_view name, std::string_view value);
    void number(std::string_view name, std::int64_t value);

  private:
    json::Writer& writer_;
    const EfaxStyle& style_;
};

/// One object of a list; the metadata call's has its direction too.
void write_item(json::Writer& writer, const FaxRecord& fax, const EfaxStyle& style, bool with_direction);

/// `errors` with one entry, or the gateway's `message`.
HttpResponse efax_error(int status, ErrorStyle style, std::string_view words = {});

} // namespace efaxd::sandbox
