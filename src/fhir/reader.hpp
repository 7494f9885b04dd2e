// Reading from the FHIR server.
#pragma once

#include "efaxd/ports/clock.hpp"
#include "fhir/session.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::fhir {

enum class Onward { yes, no };

/// Safe from any thread. Every verb throws Fault and Stopped.
class Reader {
  public:
    Reader(Session& session, Clock& clock) : session_(session), clock_(clock) {}

    /// One GET of `[base]/path`; gives every reply that Session::call does, without the documents in it.
    http::Reply get(const std::string& path, const std::stop_token& stop);

    /// One GET past every cache; a body over `most` bytes throws a passing Fault `fhir.bad_reply`.
    http::Reply get_fresh(const std::string& path, std::uint64_t most, const std::stop_token& stop,
                          const http::Sink& sink = {});

    /// The resource `Type/id`, without documents unless it is there for them (DocumentReference, Media);
    /// nothing if it is gone (404, 410). Throws Refusal `send.document_too_large` too.
    std::optional<json::Document> resource(const std::string& type, const std::string& id,
                                           const std::stop_token& stop);

    /// Reads a search page by page, past every cache, until there is no more or `visit` has enough. It gets
    /// each Bundle, without the documents in its resources, and whether it is the last.
    void search(const std::string& path, const std::stop_token& stop,
                const std::function<Onward(json::Value bundle, bool last)>& visit);

    const std::string& base_url() const { return session_.base_url(); }

  private:
    Session& session_;
    Clock& clock_;
};

} // namespace efaxd::fhir
