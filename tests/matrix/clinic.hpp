// The sandbox's clinic in one of its manners, and all of efaxd but its loop in this process: real ledger,
// spool, converter and connections, and a clock that is moved from round to round.
#pragma once

#include "app/once.hpp"
#include "efaxd/ports/clock.hpp"
#include "fakes/temp_dir.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "sandbox/sandbox.hpp"
#include "spool/file_spool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::matrix {

using namespace std::chrono_literals;

inline const std::string front_desk = "10000001-20000001";
inline const std::string north_clinic = "10000001-20000002";
inline const std::string dr_example = "10000001-20000003";

/// Real time, moved at will.
class MovedClock : public Clock {
  public:
    Instant now() const override {
        return std::chrono::floor<Duration>(std::chrono::system_clock::now()) + Duration{offset_.load()};
    }
    Steady steady() const override { return std::chrono::steady_clock::now() + Duration{offset_.load()}; }
    std::uint64_t dice() override { return dice_ = dice_ * 6364136223846793005u + 1442695040888963407u; }
    void advance(Duration duration) { offset_ += duration.count(); }

  private:
    std::atomic<Duration::rep> offset_{0};
    std::atomic<std::uint64_t> dice_{1};
};

class Clinic {
  public:
    /// Nothing is put up yet, and efaxd is not at work.
    explicit Clinic(std::string_view preset);
    ~Clinic();
    Clinic(const Clinic&) = delete;
    Clinic& operator=(const Clinic&) = delete;

    const std::string preset;
    sandbox::Sandbox sandbox;
    config::Config config; ///< as delivered, but for addresses and secrets; read by `begin`

    /// A file for the configuration to name.
    config::SecretSource secret(const std::string& name, const std::string& value) const;

    /// Begins a new life on the ledger and spool of the last one.
    void begin();
    app::Project& project() { return *projects_.begin()->second; }

    /// Polls every mailbox and carries every due fax, as `efaxd --once` does.
    app::OnceReport round(std::stop_token stop = {});
    /// Time goes by for both sides.
    void wait(Duration duration);

    /// Small faxes for one user id; their ids.
    std::vector<std::string> put(const std::string& user_id, int count = 1);
    /// Seven faxes: three, two and two.
    void put_some();
    /// A round every five minutes until each fax that is owed arrived once with its bytes and none waits.
    ::testing::AssertionResult all_arrive(int most_rounds = 14);
    /// That they have, whatever else is under way.
    ::testing::AssertionResult all_arrived() const;

    std::uint64_t mark() const; ///< number of the last request so far
    std::size_t asked(const std::string& endpoint, std::uint64_t after = 0,
                      const std::string& subject = {}) const;
    /// Requests to the eFax side.
    std::size_t asked_efax(std::uint64_t after = 0) const;
    /// Requests by which something changes, an image read included.
    std::size_t changes(std::uint64_t after = 0) const;

    void fault(const std::string& endpoint, sandbox::FaultKind kind, std::int64_t count = 1,
               const std::string& contains = {});
    /// Each fault of the sandbox has struck, or its number of times is used up.
    ::testing::AssertionResult all_struck() const;
    template <class Change>
    void restyle(Change change) {
        auto style = sandbox.efax().style();
        change(style);
        sandbox.efax().set_style(style);
    }

    Entry row(const std::string& fax_id) const;
    std::vector<Entry> rows() const;
    /// A person has looked at a held fax: it is tried again.
    void release(const std::string& fax_id);
    /// Was an event of this code told of?
    bool said(const std::string& code);
    ledger::SqliteLedger& ledger() { return *ledger_; }
    std::filesystem::path spool_dir() const { return dir_.path() / "spool"; }
    MovedClock clock;

  private:
    app::Ground ground();

    fakes::TempDir dir_{fakes::TempDir::Where::quick};
    std::string log_;
    std::unique_ptr<ledger::SqliteLedger> ledger_;
    std::unique_ptr<spool::FileSpool> spool_;
    std::unique_ptr<Converter> converter_;
    app::Projects projects_;
};

} // namespace efaxd::matrix
