// The FHIR server a project writes to. One per project; safe from any thread.
#pragma once

#include "efaxd/core/communication.hpp"
#include "efaxd/core/owner.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

class SpoolReader;

enum class Direction { missing, inbound, outbound };

/// A Communication found on the server.
struct Match {
    std::string id;
    Direction direction = Direction::missing;
    std::vector<std::string> attachments; ///< their URLs as the server gives them; empty if it gave none

    bool operator==(const Match&) const = default;
};

/// What a conditional create asks about.
enum class Unless {
    identifier_exists,         ///< `identifier=https://efax.com|ID`
    inbound_identifier_exists, ///< the same and `category=…|inbound`: an outbound fax carries the id already
};

/// Every verb may throw Fault and Stopped. A refusal of the resource itself (400, 413, 422) is a lasting
/// Fault `fhir.refused`; a refusal of us (401, 403) a passing one, since an administrator can mend it for all
/// faxes at once.
class FhirServer {
  public:
    virtual ~FhirServer() = default;

    /// The Communications with this fax id in every status, oldest first; with `inbound_only`, searched by
    /// direction too. Past any search cache.
    virtual std::vector<Match> find(const std::string& fax_id, bool inbound_only, std::stop_token stop) = 0;

    /// May a Binary be put under an id of our choice? Asked of the server once, and remembered; false as well
    /// once it has refused one.
    virtual bool takes_client_ids(std::stop_token stop) = 0;

    /// Uploads a document and returns the Binary's id. With a `wanted_id` it is put under that id, so that
    /// repeating it makes no second one; with an empty one the server chooses.
    virtual std::string upload(SpoolReader& document, std::string_view media_type,
                               const std::string& wanted_id, std::stop_token stop) = 0;

    /// Creates the Communication unless there is one; returns that one or the new one. With several there
    /// already: a lasting Fault `fhir.several_matches`.
    virtual Match create(const InboundCommunication& communication, Unless unless, std::stop_token stop) = 0;

    /// Deletes a Binary that is not needed; one that is gone counts as done.
    virtual void remove_binary(const std::string& id, std::stop_token stop) = 0;

    /// Does the server still have this resource, e.g. `Organization/1`?
    virtual bool exists(const std::string& reference, std::stop_token stop) = 0;

    /// Every active Organization or Practitioner with a current identifier of the eFax system, an entry for
    /// each such identifier. An error is never an empty list.
    virtual std::vector<OwnedUser> owners(OwnerKind kind, std::stop_token stop) = 0;

    /// The eFax user IDs on one owner; none if the owner is gone or inactive.
    virtual std::vector<OwnedUser> users_of(const Owner& owner, std::stop_token stop) = 0;
};

} // namespace efaxd
