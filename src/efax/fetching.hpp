// The document of a received fax, however eFax is willing to give it.
#pragma once

#include "efax/efax_service.hpp"
#include "efax/image_failures.hpp"
#include "efax/session.hpp"

#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::efax {

/// Promises what FaxService::fetch does. Safe from any thread.
class Fetching {
  public:
    /// Both must outlive it.
    Fetching(const ServiceOptions& options, Session& session) : options_(options), session_(session) {}

    void fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
               const std::stop_token& stop);

  private:
    http::Reply read_image(const std::string& user_id, const Fax& fax, std::string_view format,
                           const DocumentSink& sink, const std::stop_token& stop);
    bool tiff_may_help(const Fax& fax, const http::Reply& reply);

    const ServiceOptions& options_;
    Session& session_;
    ImageFailures failures_;
};

} // namespace efaxd::efax
