// The resources of the simulated FHIR server, all their lives long.
#pragma once

#include "efaxd/core/instant.hpp"
#include "sandbox/clock.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/options.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace efaxd::sandbox {

/// What a search can find a resource by: a token's system and code, a reference, a text or a date.
struct Mark {
    std::string parameter;
    std::string system;
    std::string value;
};

/// The marks of a resource, by the R4 search parameters that we know.
std::vector<Mark> marks_of(json::Value resource);

struct Resource {
    std::string type;
    std::string id;
    std::int64_t version = 1;
    Instant updated{};
    bool deleted = false;
    std::uint64_t number = 0;          ///< in order of creation
    std::string text;                  ///< as JSON, with id and meta; for a Binary without its data
    std::string created;               ///< the first version's text
    std::int64_t http_updates = 0;     ///< PUTs and patches by clients; what staff do is not counted
    std::int64_t needless_updates = 0; ///< those of them that changed nothing
    std::vector<Mark> marks;
    Instant searchable{};                  ///< found by searches from then on
    std::shared_ptr<const Digest> content; ///< of a Binary
    std::string content_type;
};

/// The criteria of a search; other members of the query (`_count` …) are not in it.
struct Criterion {
    std::string parameter;
    std::string modifier; ///< `not`, `missing` or empty
    std::string value;    ///< as decoded; `,` separates alternatives, `\` escapes
};

/// Does it meet all of them? (`_id`, `_lastUpdated` too.)
bool meets(const Resource& resource, const std::vector<Criterion>& criteria);

/// Safe from any thread; hands out copies. Keeps 256 MiB of Binaries' bytes at the most.
class FhirStore {
  public:
    FhirStore(std::uint64_t seed, const SimulatedClock& clock);
    void reset();

    struct Written {
        Resource resource;
        bool created = true;
        std::size_t matches = 0; ///< of a conditional create; more than one: nothing was done
    };

    /// Creates, unless one resource meets the criteria: then gives that. The check and the creation are one
    /// step. The id is made up unless given.
    Written create(json::Value resource, const std::vector<Criterion>* unless, Duration search_delay,
                   const std::string& id = {});
    /// A new version, or the first of a given id. Nothing if `version` is given and is not the present one.
    std::optional<Written> update(json::Value resource, const std::string& id,
                                  std::optional<std::int64_t> version, Duration search_delay, bool by_client);
    Written put_binary(Digest content, const std::string& content_type, const std::string& id);
    /// False if there is none, or none any more.
    bool remove(const std::string& type, const std::string& id);

    std::optional<Resource> read(const std::string& type, const std::string& id) const; ///< deleted ones too
    bool exists(const std::string& type, const std::string& id) const;
    /// Live resources that meet the criteria, in order of creation; found after their delay only.
    std::vector<Resource> search(const std::string& type, const std::vector<Criterion>& criteria) const;
    /// Everything of a type that ever was.
    std::vector<Resource> all(const std::string& type) const;
    std::size_t size(const std::string& type) const; ///< live ones

  private:
    Resource& write(json::Value resource, const std::string& type, const std::string& id,
                    Duration search_delay);
    std::string next_id(const std::string& type);
    Resource* find(const std::string& type, const std::string& id);
    const Resource* find(const std::string& type, const std::string& id) const;
    std::vector<const Resource*> matching(const std::string& type, const std::vector<Criterion>& criteria,
                                          bool delayed) const;

    struct Shelf {
        std::vector<Resource> resources;
        std::unordered_map<std::string, std::size_t> by_id;
        std::unordered_multimap<std::string, std::size_t> by_identifier; ///< `system|value`
        std::size_t deleted = 0;
    };

    const std::uint64_t seed_;
    const SimulatedClock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, Shelf> shelves_;
    std::uint64_t made_ = 0;
    std::uint64_t kept_ = 0; ///< bytes of Binaries in memory
};

} // namespace efaxd::sandbox
