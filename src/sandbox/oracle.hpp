// Compares what was put up at eFax with what arrived at the FHIR server.
#pragma once

#include "sandbox/efax_store.hpp"
#include "sandbox/fhir_store.hpp"
#include "sandbox/options.hpp"
#include "sandbox/send_oracle.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace efaxd::sandbox {

struct OracleReport {
    struct Wrong {
        std::string fax_id;        ///< as the Communication has it
        std::string communication; ///< its id
        std::string reason;
    };

    std::size_t faxes = 0; ///< ever put up, but for impossible ones
    std::size_t impossible =
        0; ///< not stored at eFax, or deleted there by somebody else before any client had them
    std::size_t communications = 0; ///< inbound ones with a fax id, ever created
    std::vector<std::string> missing;
    std::vector<std::string> twice;          ///< faxes with more than one Communication, deleted ones counted
    std::vector<Wrong> wrong;                ///< bytes, recipient, time or shape
    std::vector<std::string> spare_binaries; ///< live, and no Communication ever pointed at them
    std::vector<std::string> rewritten;      ///< inbound Communications that a client updated

    /// Nothing missing, double or wrong.
    bool clean() const { return missing.empty() && twice.empty() && wrong.empty(); }
    /// `42 faxes at eFax, 42 Communications, 0 missing, 0 double`, and what else there is to say.
    std::string line() const;
    /// With the report on sending as its member `sending`, if there is one.
    void write(json::Writer& writer, const SendReport* sending = nullptr) const;
};

/// Judges the Communications as they were when created: what staff do to them later is their right. A fax
/// that was handed out as TIFF or page by page may have become a PDF with as many pages; else bytes must be
/// equal. Safe from any thread; remembers the digests of documents.
class Oracle {
  public:
    Oracle(const EfaxStore& efax, const FhirStore& fhir) : efax_(efax), fhir_(fhir) {}

    OracleReport report() const;

  private:
    std::string complaint(const FaxRecord& fax, json::Value communication) const;
    std::string complaint_about_document(const FaxRecord& fax, json::Value attachment) const;
    std::string digest(const FaxRecord& fax, DocumentKind kind) const;

    const EfaxStore& efax_;
    const FhirStore& fhir_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::string> digests_;
};

} // namespace efaxd::sandbox
