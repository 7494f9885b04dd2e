#include "fhir/document_source.hpp"

#include "fhir/arriving_document.hpp"
#include "fhir/own_path.hpp"

namespace efaxd::fhir {

namespace {

constexpr std::uint64_t reply_bytes = 192u << 20; // of 128 MiB in base64
constexpr Duration whole_document = std::chrono::minutes{30};
constexpr int stranger_requests = 4; // at once

bool succeeded(int status) { return status >= 200 && status < 300; }

std::string accept_for(const OutboundDocument& document) {
    if (document.content_type.empty())
        return "application/pdf, image/*;q=0.9, */*;q=0.1";
    return document.content_type + ", */*;q=0.1";
}

http::Request document_request(std::string url, const std::string& accept) {
    http::Request request;
    request.url = std::move(url);
    request.headers = {{"Accept", accept}};
    request.limits.reply_bytes = reply_bytes;
    request.limits.total = whole_document;
    request.bulky = true;
    return request;
}

http::RemoteOptions stranger_options(const ServerOptions& options) {
    http::RemoteOptions remote; // the FHIR server's ca_file vouches for that server only
    remote.proxy = options.remote.proxy;
    remote.in_flight = stranger_requests;
    return remote;
}

Refusal gone(const OutboundDocument& document) {
    return {422, "not-found", document.element, "send.document_gone",
            "The document is no longer where it is said to be; attach it again"};
}

} // namespace

DocumentSource::DocumentSource(Session& session, const ServerOptions& options, const DocumentPlaces& places,
                               Clock& clock)
    : session_(session), places_(places), clock_(clock), elsewhere_(stranger_options(options), clock) {}

void DocumentSource::fetch(const OutboundDocument& document, const DocumentSink& sink,
                           const std::stop_token& stop) {
    const auto place = places_.of(document);
    if (place.kind == DocumentPlace::Kind::ours) {
        fetch_ours(document, place.path, sink, stop);
    } else if (place.kind != DocumentPlace::Kind::inside) {
        fetch_stranger(document, place, sink, stop);
    } else {
        ArrivingDocument arriving(document.element, sink);
        arriving.decode(document.data);
        if (!arriving.finish())
            throw arriving.bad();
    }
}

void DocumentSource::fetch_ours(const OutboundDocument& document, const std::string& path,
                                const DocumentSink& sink, const std::stop_token& stop) {
    ArrivingDocument arriving(document.element, sink);
    const http::Sink feed = [&](const http::Reply& head, std::string_view piece) {
        arriving.feed(head, piece);
    };
    auto reply = ask_ours(path, accept_for(document), feed, stop);
    if (reply.status == 400 || reply.status == 406 || reply.status == 415) // no raw documents here
        reply = ask_ours(path, "application/fhir+json", feed, stop);
    if (reply.status == 404 || reply.status == 410)
        throw gone(document);
    if (!succeeded(reply.status))
        throw refusal(reply, Call::asks, clock_.now());
    if (arriving.finish())
        return;

    // HAPI may keep documents apart and shows a large one as a Binary without data, whatever is asked for. It
    // wants the path of the Binary, not of its data.
    const auto target = target_of(path, session_.base_url());
    if (target.type != "Binary")
        throw arriving.bad();
    ArrivingDocument second(document.element, sink);
    reply = ask_ours(
        target.path() + "/$binary-access-read?path=Binary", accept_for(document),
        [&](const http::Reply& head, std::string_view piece) { second.feed(head, piece); }, stop);
    if (reply.status == 400 || reply.status == 404 || reply.status == 410 || reply.status == 501)
        throw second.bad();
    if (!succeeded(reply.status))
        throw refusal(reply, Call::asks, clock_.now());
    if (!second.finish())
        throw second.bad();
}

http::Reply DocumentSource::ask_ours(const std::string& path, const std::string& accept,
                                     const http::Sink& sink, const std::stop_token& stop) {
    return session_.call(
        Call::asks, [&] { return document_request(session_.base_url() + "/" + path, accept); }, stop, sink);
}

void DocumentSource::fetch_stranger(const OutboundDocument& document, const DocumentPlace& place,
                                    const DocumentSink& sink, const std::stop_token& stop) {
    ArrivingDocument arriving(document.element, sink);
    const auto reply = ask_stranger(
        document_request(place.url, accept_for(document)), place,
        [&](const http::Reply&, std::string_view piece) {
            arriving.feed({}, piece); // nothing but bytes is stored there
        },
        stop);
    if (reply.status == 404 || reply.status == 410)
        throw gone(document);
    if (reply.status >= 400 && reply.status < 404) // a link that has expired; reading again gives a new one
        throw Fault(Fault::Kind::passing, "fhir.document_refused",
                    "the place where the document lies answered " + std::to_string(reply.status));
    if (!succeeded(reply.status))
        throw Fault(Fault::Kind::passing, "fhir.document_unavailable",
                    "the place where the document lies answered " + std::to_string(reply.status),
                    http::retry_after(reply, clock_.now()));
    if (!arriving.finish())
        throw arriving.bad();
}

http::Reply DocumentSource::ask_stranger(const http::Request& request, const DocumentPlace& place,
                                         const http::Sink& sink, const std::stop_token& stop) {
    if (place.kind == DocumentPlace::Kind::beside)
        return session_.ask_as({}, request, stop, sink);
    try {
        return elsewhere_.exchange(request, stop, sink);
    } catch (const http::Error&) {
        throw Fault(Fault::Kind::passing, "fhir.document_unavailable",
                    "the place where the document lies gave no whole answer");
    }
}

} // namespace efaxd::fhir
