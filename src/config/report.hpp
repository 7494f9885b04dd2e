// Everything that is wrong with one file, collected while it is read.
#pragma once

#include "config/config.hpp"
#include "config/load.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace efaxd::config {

/// Where something stands in the file, from 1; columns count bytes.
struct Place {
    int line = 1;
    int column = 1;
};

/// Keeps the first thousand problems and counts the rest, so that a hostile file cannot fill the memory.
class Report {
  public:
    explicit Report(std::string file) : file_(std::move(file)) {}

    void add(Place place, std::string key, std::string what);

    /// What a key is set to; `line` is 0 for a default.
    void note(std::string key, std::string value, int line);
    std::vector<Setting> take_settings() { return std::move(settings_); }

    std::size_t count() const { return problems_.size() + left_out_; }

    /// In the order of the file; a last one tells how many were left out.
    std::vector<Problem> sorted() &&;

  private:
    std::string file_;
    std::vector<Problem> problems_;
    std::size_t left_out_ = 0;
    std::vector<Setting> settings_;
};

} // namespace efaxd::config
