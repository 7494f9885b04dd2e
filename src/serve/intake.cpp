#include "serve/intake.hpp"

#include "efaxd/log.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>

#include <exception>
#include <iterator>

namespace efaxd::serve {

namespace http = boost::beast::http;
using boost::beast::iequals;
using boost::system::error_code;

namespace {

/// Shorter than this, the rest of a chunked body cannot be whole, and Beast's parser must not be asked: fed
/// `0`, CR, LF and then one byte it fails an assertion of its own.
constexpr std::size_t least_chunked = 5;

std::string text_of(boost::beast::string_view view) { return {view.data(), view.size()}; }

/// All values of a header, in one.
template <class Fields>
std::string joined(const Fields& fields, std::string_view name) {
    std::string text;
    const auto [first, last] = fields.equal_range(boost::beast::string_view(name.data(), name.size()));
    for (auto field = first; field != last; ++field) {
        if (field != first)
            text += ", ";
        text += text_of(field->value());
    }
    return text;
}

} // namespace

Intake::Intake(std::shared_ptr<Desk> desk) : desk_(std::move(desk)), share_(*desk_) {
    parser_.header_limit(static_cast<std::uint32_t>(desk_->limits.header_bytes));
    parser_.body_limit(boost::none); // not known before the route is
    parser_.get().body().share = &share_;
}

Intake::Step Intake::refuse(int status, std::string_view code, std::string_view text) {
    refusal_ = desk_->failure(status, code, text);
    return Step::refused;
}

Intake::Step Intake::refuse(const error_code& error) {
    if (parser_.get().body().no_room)
        return no_room();
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return refuse(431, "header_too_large", "The request's header is too large.");
    if (error == http::error::body_limit)
        return refuse(413, "body_too_large", "The request's body is too large.");
    return refuse(400, "bad_request", "The request is no sound HTTP/1.1.");
}

Intake::Step Intake::no_room() {
    using namespace std::chrono_literals;
    ++desk_->turned_away;
    const auto now = std::chrono::steady_clock::now();
    if (desk_->told == std::chrono::steady_clock::time_point{} || now - desk_->told >= 1min) {
        log::write(log::operations_crowded, {log::count("requests", desk_->turned_away)});
        desk_->told = now;
        desk_->turned_away = 0;
    }
    return refuse(503, "crowded", "Too much is asked at once; try again in a moment.");
}

Intake::Step Intake::internal() {
    log::write(log::daemon_internal, {log::place(route_ ? route_->pattern : "")});
    return refuse(500, "internal", "The daemon could not take the request.");
}

Intake::Step Intake::feed(Buffer& buffer) {
    try {
        while (!parser_.is_done()) {
            if (buffer.size() < (opened_ && parser_.chunked() ? least_chunked : 1))
                return Step::more;
            error_code error;
            buffer.consume(parser_.put(buffer.cdata(), error));
            if (error == http::error::need_more) {
                if (buffer.size() >= buffer.max_size())
                    return refuse(http::error::buffer_overflow);
                return Step::more;
            }
            if (error)
                return refuse(error);
            if (opened_ || !parser_.is_header_done())
                continue;
            opened_ = true;
            if (open() == Step::refused)
                return Step::refused;
            if (expects_ && !parser_.is_done() && buffer.size() == 0)
                return Step::go_on;
        }
        return finish();
    } catch (const std::exception&) { // what takes the body failed, or memory ran out
        return internal();
    }
}

Intake::Step Intake::open() {
    const auto& request = parser_.get();
    keep_alive_ = request.keep_alive();
    head_ = request.method() == http::verb::head;
    question_.method = text_of(request.method_string());
    // Beast lets other codings pass, and takes the body for none then: what is a body here would be the next
    // request there.
    const std::string coding = joined(request, "transfer-encoding");
    if (!coding.empty() && !(parser_.chunked() && iequals(coding, "chunked"))) {
        keep_alive_ = false;
        return refuse(501, "unknown_coding", "The transfer coding of the request is not known here.");
    }
    if (find_route() == Step::refused)
        return Step::refused;
    if (!read_headers())
        return refuse(400, "bad_request", "The request has more than one Authorization header.");
    return prepare_body();
}

Intake::Step Intake::find_route() {
    auto target = read_target(text_of(parser_.get().target()));
    if (!target)
        return refuse(400, "bad_request", "The request's path or query cannot be read.");
    RouteTable::Found found = desk_->routes.find(question_.method, target->segments);
    if (!found.route && found.allowed.empty())
        return refuse(404, "not_found", "There is nothing at this path.");
    if (!found.route) {
        refuse(405, "method_not_allowed", "This path takes " + found.allowed + ".");
        refusal_.headers.emplace_back("Allow", found.allowed);
        return Step::refused;
    }
    route_ = found.route;
    question_.path = target->path();
    question_.captures = std::move(found.captures);
    question_.query = std::move(target->query);
    return Step::more;
}

/// Now, and not when the body has come: its trailer would be among them.
bool Intake::read_headers() {
    const auto& request = parser_.get();
    if (request.count(http::field::authorization) > 1)
        return false;
    question_.authorization = text_of(request[http::field::authorization]);
    question_.content_type = text_of(request[http::field::content_type]);
    for (const std::string& name : route_->headers)
        if (request.count(name) > 0)
            question_.headers[name] = joined(request, name);
    return true;
}

Intake::Step Intake::prepare_body() {
    if (parser_.is_done())
        return Step::more;
    const auto& request = parser_.get();
    const std::string coding = joined(request, "content-encoding");
    if (!coding.empty() && !iequals(coding, "identity"))
        return refuse(415, "unknown_coding", "The request's body is encoded; only plain ones are taken.");
    const std::uint64_t most = route_->most_body > 0 ? route_->most_body : desk_->limits.body_bytes;
    if (parser_.content_length().value_or(0) > most)
        return refuse(http::error::body_limit);
    parser_.body_limit(most);
    expects_ = request.version() >= 11 && iequals(request[http::field::expect], "100-continue");
    if (route_->taker)
        parser_.get().body().taker = route_->taker();
    return Step::more;
}

Intake::Step Intake::finish() {
    question_.body = std::move(parser_.get().body().kept);
    question_.taken = std::move(parser_.get().body().taker);
    // A taker is owed even where there was nothing to take.
    if (!question_.taken && route_->taker)
        question_.taken = route_->taker();
    return Step::whole;
}

} // namespace efaxd::serve
