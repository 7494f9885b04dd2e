// The header lines of a request, as curl takes them.
#pragma once

#include "http/message.hpp"

#include <curl/curl.h>

#include <string>
#include <vector>

namespace efaxd::http {

/// Kept for as long as the transfer lasts. Nothing goes out that the caller did not ask for: neither `Expect`
/// nor a `Content-Type` of curl's own.
class HeaderLines {
  public:
    /// Throws Error `refused` for a name or value that would break its line.
    explicit HeaderLines(const std::vector<Header>& headers);
    ~HeaderLines();
    HeaderLines(const HeaderLines&) = delete;
    HeaderLines& operator=(const HeaderLines&) = delete;

    curl_slist* get() const { return list_; }

  private:
    void add(const std::string& line);

    curl_slist* list_ = nullptr;
};

} // namespace efaxd::http
