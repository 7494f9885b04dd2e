// Faxes brought in with bare libcurl: one multi handle, one easy handle for each fax under way.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::bench {

struct Addresses {
    std::string efax;
    std::string fhir;
    std::string ca_file;
};

class Courier;

/// Throws std::runtime_error when a request fails.
class Couriers {
  public:
    Couriers(Addresses addresses, std::size_t in_flight);
    ~Couriers();
    Couriers(const Couriers&) = delete;
    Couriers& operator=(const Couriers&) = delete;

    /// Lists all pages, then brings every fax in; returns how many.
    std::size_t bring_in_all();

  private:
    void list();
    void run();

    Addresses addresses_;
    void* multi_;
    std::vector<std::string> waiting_;
    std::vector<std::unique_ptr<Courier>> couriers_;
};

} // namespace efaxd::bench
