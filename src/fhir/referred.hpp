// The resources that a Communication refers to.
#pragma once

#include "fhir/own_path.hpp"
#include "fhir/reader.hpp"

#include <optional>
#include <string>

namespace efaxd::fhir {

/// One resource, wherever it was found.
class Found {
  public:
    explicit Found(json::Document own) : own_(std::move(own)), root_(own_->root()) {}
    explicit Found(json::Value contained) : root_(contained) {}

    json::Value operator*() const { return root_; }
    std::string_view type() const { return root_["resourceType"].text_or(""); }

  private:
    std::optional<json::Document> own_;
    json::Value root_;
};

/// Follows references of one resource, which must outlive it. Used by one thread.
class Referred {
  public:
    Referred(Reader& reader, json::Value home, std::stop_token stop)
        : reader_(reader), home_(home), stop_(std::move(stop)) {}

    /// Where a Reference points.
    Target target(json::Value reference) const;

    /// The resource there; nothing if it is gone, or lies on another server or nowhere. Throws as Reader
    /// does.
    std::optional<Found> at(const Target& target);
    std::optional<Found> follow(json::Value reference) { return at(target(reference)); }

    const std::string& base_url() const { return reader_.base_url(); }

  private:
    Reader& reader_;
    json::Value home_;
    std::stop_token stop_;
};

} // namespace efaxd::fhir
