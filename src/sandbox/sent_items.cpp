#include "sandbox/sent_items.hpp"

#include "sandbox/efax_items.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::sandbox {

namespace {

class SentWriter {
  public:
    SentWriter(json::Writer& writer, const EfaxStyle& style) : writer_(writer), fields_(writer, style) {}

    void item(const SentRecord& fax, bool with_direction) {
        writer_.begin_object().member("fax_id", fax.id);
        std::uint64_t size = 0;
        for (const SentDocument& document : fax.documents)
            size += document.size;
        fields_.number("size", static_cast<std::int64_t>(size));
        fields_.number("duration", duration(fax));
        fields_.number("pages", fax.pages());
        writer_.member("image_downloaded", false);
        fields_.courtesy("fax_status", "STORED");
        completed(fax);
        numbers(fax);
        fields_.courtesy("originating_fax_tsid", "");
        fields_.courtesy("destination_fax_csid", "REMOTE");
        if (with_direction)
            writer_.member("direction", "OUTBOUND");
        part("routing_data", [&] { routing(fax); });
        part("transmission_data", [&] {
            write_transmission(writer_, fax, fields_.style());
            writer_.key("billable_retries").null();
        });
        part("client_tracking_data", [&] { client(fax.client); });
        writer_.end_object();
    }

    void details(const SentRecord& fax) {
        writer_.begin_object().member("fax_id", fax.id).member("direction", "OUTBOUND");
        numbers(fax);
        writer_.key("transmission_data").begin_object();
        write_transmission(writer_, fax, fields_.style());
        if (fax.progress.end)
            completed(fax);
        fields_.number("total_pages_sent", fax.pages_sent());
        fields_.number("total_duration", duration(fax));
        writer_.end_object();
        attempts(fax);
        writer_.end_object();
    }

  private:
    static std::int64_t duration(const SentRecord& fax) {
        return fax.pages_sent() == 0 ? 0 : 10 + 21 * fax.pages_sent();
    }

    void completed(const SentRecord& fax) {
        const auto moment = fax.progress.end                  ? fax.progress.end
                            : fields_.style().open_timestamps ? std::optional{fax.accepted}
                                                              : std::nullopt;
        if (moment)
            writer_.member("completed_timestamp", efax_timestamp(*moment, fields_.style().timestamps));
        else
            writer_.key("completed_timestamp").null();
    }

    void numbers(const SentRecord& fax) {
        const std::string plus = fields_.style().numbers == NumberStyle::plus ? "+" : "";
        fields_.courtesy("originating_fax_number", plus + fax.from_number);
        fields_.courtesy("destination_fax_number", plus + fax.to.number);
    }

    /// One of the three parts, in the style wanted.
    template <class Members>
    void part(std::string_view name, Members&& members) {
        const PartStyle style = fields_.style().sent_parts;
        if (style == PartStyle::absent)
            return;
        writer_.key(name);
        if (style == PartStyle::array)
            writer_.begin_array();
        writer_.begin_object();
        members();
        writer_.end_object();
        if (style == PartStyle::array)
            writer_.end_array();
    }

    void routing(const SentRecord& fax) {
        writer_.member("from_name", fax.cover.from_name).member("to_name", fax.to.name);
        writer_.member("to_company", fax.to.company).member("subject", fax.cover.subject);
        writer_.key("cover_page_tags").null();
    }

    void client(const ClientData& data) {
        writer_.member("client_code", data.code).member("client_id", data.id);
        writer_.member("client_matter", data.matter).member("client_name", data.name);
        writer_.member("client_reference_id", data.reference).member("billing_code", data.billing);
    }

    void attempts(const SentRecord& fax) {
        writer_.key("attempts").begin_array();
        for (int number = 1; number <= fax.progress.attempts; ++number) {
            const bool last = number == fax.progress.attempts;
            const SendState state = last ? fax.progress.state : SendState::error;
            writer_.begin_object().member("attempt_number", number);
            writer_.member("attempt_status", name_of(state, fields_.style().statuses));
            writer_.member("duration", last ? duration(fax) : 0).end_object();
        }
        writer_.end_array();
    }

    json::Writer& writer_;
    ItemFields fields_;
};

} // namespace

void write_transmission(json::Writer& writer, const SentRecord& fax, const EfaxStyle& style) {
    const bool good = fax.progress.state == SendState::complete;
    writer.member("transmission_status", name_of(fax.progress.state, style.statuses));
    writer.member("error_code", good && fax.code().empty() ? style.success_code : fax.code());
    writer.member("error_message", good ? "" : message_of(fax.code()));
}

void write_sent_item(json::Writer& writer, const SentRecord& fax, const EfaxStyle& style,
                     bool with_direction) {
    SentWriter(writer, style).item(fax, with_direction);
}

void write_details(json::Writer& writer, const SentRecord& fax, const EfaxStyle& style) {
    SentWriter(writer, style).details(fax);
}

} // namespace efaxd::sandbox
