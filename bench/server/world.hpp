// What the bench server answers: just enough of eFax and of a FHIR server for a fax to be brought in, made
// beforehand as far as it can be. It checks nothing but the sizes of documents.
#pragma once

#include "server/loop.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::bench {

/// Three kinds of mailboxes, by user ID:
///   main       holds the faxes that were offered, the newest first, until they are acknowledged
///   idle-N     always lists the same faxes, all of them downloaded
///   known-N    lists the same faxes, scattered over `rows` numbers, but never quite with the same words
/// The faxes of the last two are numbered as bench/ledger.py numbers its rows.
class World {
  public:
    World();

    void document(std::size_t bytes); ///< size of every document
    void offer(std::size_t faxes);    ///< so many in `main`, those of before included
    void items(std::size_t number);   ///< on an idle page
    void rows(std::uint64_t number) { rows_ = number; }
    void mark();                                                    ///< the moments below are taken anew
    bool settled() const { return acknowledged_ == faxes_.size(); } ///< all offered ones are

    Answer answer(const Request& request);

    /// JSON: requests of each kind since the start, and moments of the steady clock in seconds.
    std::string statistics() const;

  private:
    enum Kind { token, list, image, acknowledge, search, binary, create, metadata, unknown };

    Kind kind_of(const Request& request) const;
    Answer reply(Kind kind, const Request& request);
    std::string main_page(const Request& request) const;
    std::string idle_page(const Request& request) const;
    std::string known_page(const Request& request);
    void note(Kind kind, const Request& request);
    std::string_view date();

    std::string image_; ///< base64, and what closes the JSON around it
    std::size_t document_bytes_ = 0;
    std::vector<bool> faxes_; ///< acknowledged?
    std::size_t acknowledged_ = 0;
    std::size_t items_ = 23;
    std::uint64_t rows_ = 1000;
    std::string completed_; ///< timestamp of every fax
    std::string date_;
    std::int64_t dated_ = 0;

    std::array<std::uint64_t, unknown + 1> count_{};
    std::uint64_t wrong_sizes_ = 0;
    std::optional<double> first_list_;
    std::optional<double> first_image_;
    std::optional<double> last_acknowledged_;
};

} // namespace efaxd::bench
