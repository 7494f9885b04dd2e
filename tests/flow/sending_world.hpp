// A whole world for sending: real ledger and spool, servers in memory, a clock that is told.
#pragma once

#include "fakes/fake_clock.hpp"
#include "fakes/fake_converter.hpp"
#include "fakes/fake_outbound_fhir.hpp"
#include "fakes/fake_sender.hpp"
#include "fakes/power_of_sending.hpp"
#include "fakes/temp_dir.hpp"
#include "flow/decisions.hpp"
#include "flow/sending.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "spool/file_spool.hpp"

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace efaxd::flow {

class SendingWorld {
  public:
    static constexpr auto project = "clinic";

    SendingWorld() {
        settings.live = true;
        settings.installation = "installation-1";
        begin();
    }

    /// A new process on the same disk.
    void begin() {
        spool_.reset();
        ledger_.reset();
        ledger_ = std::make_unique<ledger::SqliteLedger>(dir_.path());
        spool_ = std::make_unique<spool::FileSpool>(dir_.path() / "spool");
    }

    /// A new process on a ledger that knows nothing of the life before.
    void lose_the_ledger() {
        spool_.reset();
        ledger_.reset();
        for (const auto& file : std::filesystem::directory_iterator(dir_.path()))
            std::filesystem::remove_all(file);
        begin();
    }

    /// Accepts these Communications, as a caller would ask, and carries all that is due, until the power is
    /// cut at the given moment. True if it was.
    bool live_until(int last_moment, const std::vector<std::string>& called) {
        fakes::Power power(last_moment);
        fakes::PoweredSender powered_sender(sender, power);
        fakes::PoweredOutboundFhir powered_fhir(fhir, power);
        fakes::PoweredOutbox outbox(ledger_->outbox(), power);
        fakes::PoweredSpool spool(*spool_, power);
        try {
            Sending sending = sending_on(powered_sender, powered_fhir, outbox, spool);
            for (const std::string& id : called)
                call(sending, powered_fhir, id);
            for (const OutboundKey& key : outbox.due(clock.now(), 1000).communications)
                sending.carry(key, {});
        } catch (const fakes::PowerCut&) {
            return true;
        }
        return false;
    }

    /// `called` is what a caller repeats in its despair.
    void live(const std::vector<std::string>& called = {}) {
        live_until(std::numeric_limits<int>::max(), called);
    }

    /// Lives on until nothing is due within days.
    void live_to_the_end() {
        for (int step = 0; step < 3000; ++step) {
            live();
            const auto next = ledger_->outbox().due(clock.now(), 1000).next;
            if (!next)
                return;
            clock.advance(std::max(Duration{1}, *next - clock.now()));
        }
    }

    std::vector<Transmission> accept(const std::string& id) {
        return sending().accept(project, fhir.read(id, {}), {});
    }
    std::vector<Transmission> carry(const std::string& id, std::stop_token stop = {}) {
        return sending().carry({project, id}, std::move(stop));
    }
    std::vector<Transmission> send(const std::string& id) {
        accept(id);
        return carry(id);
    }
    Transmission row(const std::string& id, std::size_t recipient = 0) {
        return outbox().find({project, id}).at(recipient);
    }
    /// A person decides.
    Decision decide(const std::string& id, const std::function<Decision(Transmission&)>& what) {
        Transmission changed = row(id);
        const Decision decision = what(changed);
        if (decision.done)
            outbox().save(changed);
        return decision;
    }

    Outbox& outbox() { return ledger_->outbox(); }
    Sending sending() { return sending_on(sender, fhir, ledger_->outbox(), *spool_); }

    std::filesystem::path spool_folder() const { return dir_.path() / "spool"; }
    std::size_t documents_in_spool() const {
        std::size_t files = 0;
        for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(spool_folder()))
            ++files;
        return files;
    }

    fakes::FakeClock clock;
    fakes::FakeSender sender;
    fakes::FakeOutboundFhir fhir;
    fakes::FakeConverter converter;
    SendingSettings settings;

  private:
    Sending sending_on(FaxSender& faxes, OutboundFhir& server, Outbox& outbox, Spool& spool) {
        return {{faxes, server, outbox, spool, converter, clock}, settings, digest};
    }

    static void call(Sending& sending, OutboundFhir& server, const std::string& id) {
        try {
            sending.accept(project, server.read(id, {}), {});
        } catch (const Refusal&) { // it has ended
        }
    }

    static std::string digest(std::string_view text) {
        std::string hex;
        std::uint64_t hash = 14695981039346656037u;
        while (hex.size() < 64) {
            for (const char c : text)
                hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
            for (int digit = 0; digit < 16; ++digit)
                hex += "0123456789abcdef"[(hash >> (4 * digit)) & 15];
        }
        return hex;
    }

    fakes::TempDir dir_{fakes::TempDir::Where::quick};
    std::unique_ptr<ledger::SqliteLedger> ledger_;
    std::unique_ptr<spool::FileSpool> spool_;
};

} // namespace efaxd::flow
