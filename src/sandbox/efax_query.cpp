#include "sandbox/efax_query.hpp"

#include "efaxd/core/timestamp.hpp"

#include <algorithm>

namespace efaxd::sandbox {

namespace {

/// Reads what both lists know.
template <class Query>
class QueryReader {
  public:
    QueryReader(const HttpRequest& request, const EfaxStyle& style, std::string& complaint)
        : request_(request), style_(style), complaint_(complaint) {}

    /// `other` is asked for each parameter that only one of the lists has; false: it is unknown there too.
    template <class Other>
    Query read(Other&& other) {
        query_.order = style_.order;
        for (const auto& [name, value] : request_.query)
            if (!parameter(name, value) && !other(query_, name, value) && style_.refuse_unknown_parameters)
                complain(name);
        if (style_.ignore_filters) {
            query_.from.reset();
            query_.until.reset();
        }
        paging();
        return query_;
    }

    void complain(std::string_view name) {
        if (complaint_.empty())
            complaint_ = "bad value for " + std::string{name};
    }

    std::optional<bool> flag(const std::string& name, const std::string& value) {
        const std::string word = lower(value);
        if (word != "true" && word != "false") {
            complain(name);
            return std::nullopt;
        }
        return word == "true";
    }

  private:
    bool parameter(const std::string& name, const std::string& value) {
        if (name == "min_completed_timestamp")
            query_.from = moment(name, value);
        else if (name == "max_completed_timestamp")
            query_.until = moment(name, value);
        else if (name == "search_text")
            query_.search_text = value;
        else if (name == "originating_fax_number")
            query_.from_number = digits_of(value);
        else if (name == "destination_fax_number")
            query_.to_number = digits_of(value);
        else if (name == "min_pages")
            query_.least_pages = number(name, value);
        else if (name == "max_pages")
            query_.most_pages = number(name, value);
        else
            return false;
        return true;
    }

    void paging() {
        query_.offset = style_.ignore_offset ? 0 : count("pagination-offset", 0);
        query_.limit = count("pagination-limit", static_cast<std::uint64_t>(style_.default_limit));
        if (query_.limit > 100 && style_.limit == LimitStyle::refuse)
            complain("pagination-limit");
        if (style_.limit == LimitStyle::clamp)
            query_.limit = std::min<std::uint64_t>(query_.limit, 100);
        if (style_.limit == LimitStyle::ignore)
            query_.limit = 100;
        if (style_.limit == LimitStyle::few)
            query_.limit = std::min<std::uint64_t>(query_.limit, 20);
        if (style_.limit == LimitStyle::all)
            query_.limit = UINT64_MAX;
    }

    std::optional<Instant> moment(const std::string& name, const std::string& value) {
        const auto time = read_timestamp(value);
        if (!time) {
            complain(name);
            return std::nullopt;
        }
        return time->instant;
    }

    std::optional<std::int64_t> number(const std::string& name, const std::string& value) {
        const auto parsed = whole_number(value);
        if (!parsed)
            complain(name);
        return parsed;
    }

    std::uint64_t count(std::string_view name, std::uint64_t otherwise) {
        const auto text = request_.header(name);
        if (text.empty())
            return otherwise;
        const auto parsed = whole_number(text);
        if (!parsed || *parsed < 0)
            complain(name);
        return static_cast<std::uint64_t>(std::max<std::int64_t>(parsed.value_or(0), 0));
    }

    const HttpRequest& request_;
    const EfaxStyle& style_;
    std::string& complaint_;
    Query query_;
};

} // namespace

ListQuery read_list_query(const HttpRequest& request, const EfaxStyle& style, std::string& complaint) {
    QueryReader<ListQuery> reader(request, style, complaint);
    ListQuery query = reader.read([&](ListQuery& into, const std::string& name, const std::string& value) {
        if (name != "image_downloaded")
            return false;
        into.downloaded = reader.flag(name, value);
        return true;
    });
    if (style.ignore_filters)
        query.downloaded.reset();
    return query;
}

SentQuery read_sent_query(const HttpRequest& request, const EfaxStyle& style, std::string& complaint) {
    QueryReader<SentQuery> reader(request, style, complaint);
    bool with_status = false;
    const auto status = [&](SentQuery& into, const std::string& name, const std::string& value) {
        with_status = true;
        into.state = send_state_of(value, style.status_filter);
        if (!into.state)
            reader.complain(name);
    };
    const auto other = [&](SentQuery& into, const std::string& name, const std::string& value) {
        if (name == "transmission_status")
            status(into, name, value);
        else if (name == "fax_status")
            into.stored = value == "STORED";
        else if (name == "transaction_id")
            into.transaction_id = value;
        else if (name == "error_code")
            into.error_code = value;
        else if (name == "image_downloaded") // means nothing for a sent fax
            reader.flag(name, value);
        else
            return false;
        return true;
    };
    SentQuery query = reader.read(other);
    if (style.status_required && !with_status)
        reader.complain("transmission_status");
    return query;
}

} // namespace efaxd::sandbox
