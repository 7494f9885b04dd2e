#include "fhir/communication_writer.hpp"

namespace efaxd::fhir {

namespace {

bool succeeded(int status) { return status >= 200 && status < 300; }

constexpr std::uint64_t ignored_bytes = 128u << 20; // of an answer that repeats the resource

} // namespace

Written CommunicationWriter::write(const std::string& id, const CommunicationStanding& known,
                                   const std::vector<Edit>& edits, const std::stop_token& stop) {
    if (edits.empty())
        return Written::unchanged;
    if (!whole_only_) {
        const auto patch = json_patch(known.body, edits, known.version.empty());
        const auto reply =
            send(id, known.version, {http::Method::patch, "application/json-patch+json", patch}, stop);
        if (succeeded(reply.status))
            patched_ = true;
        if (!cannot_patch(reply, id, stop))
            return judge(reply);
    }
    if (known.version.empty()) // what somebody else wrote meanwhile would be lost
        throw Fault(Fault::Kind::passing, "fhir.no_version",
                    "the FHIR server tells no versions and takes no patches, so that nothing can be changed "
                    "safely");
    const auto reply = send(id, known.version,
                            {http::Method::put, "application/fhir+json", edited(known.body, edits)}, stop);
    if (succeeded(reply.status))
        whole_only_ = true;
    return judge(reply);
}

http::Reply CommunicationWriter::send(const std::string& id, const std::string& version, const Form& form,
                                      const std::stop_token& stop) {
    return session_.call(
        Call::puts,
        [&] {
            auto request = session_.request(form.method, "Communication/" + id);
            request.headers.push_back({"Content-Type", form.content_type});
            request.headers.push_back({"Prefer", "return=minimal"});
            if (!version.empty())
                request.headers.push_back({"If-Match", "W/\"" + version + "\""});
            request.body = form.body;
            request.limits.reply_bytes = ignored_bytes;
            return request;
        },
        stop, [](const http::Reply&, std::string_view) {});
}

bool CommunicationWriter::cannot_patch(const http::Reply& reply, const std::string& id,
                                       const std::stop_token& stop) {
    switch (reply.status) {
    case 405:
    case 415:
    case 501:
        return true;
    case 400:
    case 422:
        return !patched_;
    case 404: { // gone, or no such route
        if (patched_)
            return false;
        const auto there = reader_.get_fresh("Communication/" + id, ignored_bytes, stop,
                                             [](const http::Reply&, std::string_view) {});
        return there.status == 200;
    }
    default:
        return false;
    }
}

Written CommunicationWriter::judge(const http::Reply& reply) const {
    if (succeeded(reply.status))
        return Written::done;
    if (reply.status == 409 || reply.status == 412)
        return Written::stale;
    if (reply.status == 404 || reply.status == 410)
        return Written::gone;
    throw refusal(reply, Call::puts, clock_.now());
}

} // namespace efaxd::fhir
