// Judges what was sent: whether anything went twice or to a stranger, and what the Communications say of it.
#pragma once

#include "sandbox/fhir_store.hpp"
#include "sandbox/sent_store.hpp"
#include "json/writer.hpp"

#include <string>
#include <vector>

namespace efaxd::sandbox {

struct SendReport {
    struct Twice {
        std::string reason; ///< `reference` or `documents`
        std::vector<std::string> fax_ids;
    };
    struct Wrong {
        std::string fax_id;
        std::string communication; ///< its id
        std::string reason;
    };
    struct Line {
        std::string fax_id;
        std::string reference;
        std::string number; ///< masked
        std::string status; ///< spaced words
        std::string code;
        int pages = 0;
        std::vector<std::string> documents; ///< SHA-256
        std::string communication;          ///< that has its id, if any
    };

    std::size_t accepted = 0; ///< faxes that eFax took, one for each number
    std::size_t completed = 0;
    std::size_t failed = 0;
    std::size_t canceled = 0;
    std::size_t open = 0;
    std::vector<Line> faxes;
    std::vector<Twice> sent_twice;
    std::vector<std::string> unfiled; ///< faxes whose id no Communication has
    std::vector<std::string> untold;  ///< ended, and the Communication does not say so (yet)
    std::vector<Wrong> wrong;
    std::size_t needless_writes = 0; ///< writes of outbound Communications by clients that changed nothing

    /// Nothing went twice, to a stranger or untold.
    bool clean() const { return sent_twice.empty() && unfiled.empty() && untold.empty() && wrong.empty(); }
    /// `3 faxes sent: 2 completed, 1 failed, 0 open, 0 twice`, and what else there is to say.
    std::string line() const;
    void write(json::Writer& writer) const;
};

/// Twice is: the same App ID, number and reference accepted more than once; or the same number and documents,
/// more than once among those that did not fail. Numbers that SentStore::expect_again named are let off both.
/// A fax's id must stand in exactly one outbound Communication; its number must be one of that
/// Communication's recipients', its PDF documents the ones of its payload (as many pages where the payload is
/// a picture), and its end must fit the status: `completed` if each number was reached, `stopped` if one was
/// not. Deleted Communications count too.
SendReport judge_sending(const SentStore& sent, const FhirStore& fhir);

} // namespace efaxd::sandbox
