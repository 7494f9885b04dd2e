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
    explicit Found(json::Document own) : own_(std::move(own)), root_(own_->root()), home_(root_) {}
    /// One contained in `home`, which must outlive it.
    Found(json::Value contained, json::Value home) : root_(contained), home_(home) {}

    json::Value operator*() const { return root_; }
    std::string_view type() const { return root_["resourceType"].text_or(""); }
    /// Where a `#id` in it is to be looked for: contained resources contain none themselves.
    json::Value home() const { return home_; }

  private:
    std::optional<json::Document> own_;
    json::Value root_;
    json::Value home_;
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
    std::optional<Found> at(const Target& target) { return at(target, home_); }
    /// The same for a reference within a resource that was found; the holder must outlive what it leads to.
    std::optional<Found> at(const Target& target, const Found& holder) { return at(target, holder.home()); }

    const std::string& base_url() const { return reader_.base_url(); }

  private:
    std::optional<Found> at(const Target& target, json::Value home);

    Reader& reader_;
    json::Value home_;
    std::stop_token stop_;
};

} // namespace efaxd::fhir
