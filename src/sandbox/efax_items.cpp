#include "sandbox/efax_items.hpp"

#include "efaxd/core/timestamp.hpp"
#include "sandbox/faults.hpp"

namespace efaxd::sandbox {

namespace {

/// Without its `Z`.
std::string bare_timestamp(Instant instant) {
    std::string text = precise_timestamp(instant);
    text.pop_back();
    return text;
}

} // namespace

std::string efax_timestamp(Instant instant, TimestampStyle style) {
    switch (style) {
    case TimestampStyle::colon:
        return bare_timestamp(instant).substr(0, 19) + "+00:00";
    case TimestampStyle::zulu:
        return bare_timestamp(instant) + "Z";
    case TimestampStyle::micros:
        return bare_timestamp(instant) + "456+00:00";
    case TimestampStyle::none:
        return bare_timestamp(instant);
    case TimestampStyle::local:
        return bare_timestamp(instant - std::chrono::hours{5}) + "-0500";
    case TimestampStyle::offset:
        break;
    }
    return bare_timestamp(instant) + "+0000";
}

void ItemFields::courtesy(std::string_view name, std::string_view value) {
    if (style_.fields == FieldStyle::null)
        writer_.key(name).null();
    else if (style_.fields != FieldStyle::absent)
        writer_.member(name, value);
}

void ItemFields::number(std::string_view name, std::int64_t value) {
    if (style_.fields == FieldStyle::present || style_.fields == FieldStyle::extra)
        writer_.member(name, value);
    else
        courtesy(name, std::to_string(value));
}

namespace {

class ItemWriter : private ItemFields {
  public:
    ItemWriter(json::Writer& writer, const EfaxStyle& style)
        : ItemFields(writer, style), writer_(writer), style_(style) {}

    void write(const FaxRecord& fax, bool with_direction) {
        writer_.begin_object().member("fax_id", fax.id);
        number("size", static_cast<std::int64_t>(fax.plan.size));
        number("duration", 20 + 21 * fax.plan.pages);
        const bool otherwise = with_direction && style_.other_metadata;
        number("pages", otherwise ? fax.listed_pages + 7 : fax.listed_pages);
        writer_.member("image_downloaded", fax.downloaded);
        if (style_.fax_status || !fax.stored)
            courtesy("fax_status", fax.stored ? "STORED" : "NOT_STORED");
        writer_.member("completed_timestamp",
                       efax_timestamp(otherwise ? fax.completed - std::chrono::hours{31} : fax.completed,
                                      style_.timestamps));
        caller(otherwise ? "18005550000" : fax.from_number);
        courtesy("destination_fax_number",
                 style_.numbers == NumberStyle::plus ? "+" + fax.to_number : fax.to_number);
        courtesy("originating_fax_tsid", fax.tsid);
        if (with_direction)
            writer_.member("direction", "INBOUND");
        if (style_.fields == FieldStyle::extra)
            extras(fax);
        writer_.end_object();
    }

  private:
    void caller(const std::string& digits) {
        constexpr std::string_view name = "originating_fax_number";
        switch (style_.numbers) {
        case NumberStyle::digits:
            return courtesy(name, digits);
        case NumberStyle::plus:
            return courtesy(name, "+" + digits);
        case NumberStyle::unavailable:
            return courtesy(name, "unavailable");
        case NumberStyle::empty:
            return courtesy(name, "");
        case NumberStyle::null:
            writer_.key(name).null();
            return;
        case NumberStyle::garbage:
            return courtesy(name, "#12*\t?\x01 caller");
        }
    }

    void extras(const FaxRecord& fax) {
        writer_.member("resource_url", style_.elsewhere + "/faxes/" + fax.id);
        writer_.member("destination_fax_csid", "CLINIC").key("transmission_data").begin_array();
        writer_.begin_object().member("error_code", "SFAX").end_object().end_array();
        writer_.key("something_new").begin_object().member("depth", 1).end_object();
    }

    json::Writer& writer_;
    const EfaxStyle& style_;
};

} // namespace

void write_item(json::Writer& writer, const FaxRecord& fax, const EfaxStyle& style, bool with_direction) {
    ItemWriter(writer, style).write(fax, with_direction);
}

HttpResponse efax_error(int status, ErrorStyle style, std::string_view words) {
    return error_response(status, style == ErrorStyle::efax ? BodyStyle::efax : BodyStyle::gateway, words);
}

} // namespace efaxd::sandbox
