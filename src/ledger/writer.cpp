#include "ledger/writer.hpp"

#include "efaxd/core/fault.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::ledger {
namespace {

constexpr int long_log = 1000;     // pages; 4 MB, as SQLite's own habit is
constexpr int too_long_log = 4000; // readers kept it from being used anew: wait for them

} // namespace

Writer::Writer(std::unique_ptr<Database> database, Duration quiet, Duration longest, Change tidy)
    : database_(std::move(database)), quiet_(quiet), longest_(longest), tidy_(std::move(tidy)),
      thread_([this] { work(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    handed_in_.notify_one();
    thread_.join();
    if (failed_)
        database_->leave_log_alone();
}

void Writer::apply(const Change& change) {
    const auto job = std::make_shared<Job>(change);
    {
        const std::lock_guard lock(mutex_);
        if (!why_failed_.empty())
            throw GroundFault(why_failed_);
        waiting_.push_back(job);
    }
    handed_in_.notify_one();
    job->done.wait();
    if (job->error)
        std::rethrow_exception(std::exchange(job->error, nullptr));
}

void Writer::check() const {
    const std::lock_guard lock(mutex_);
    if (!why_failed_.empty())
        throw GroundFault(why_failed_);
}

/// Waits for changes; false if it is time to tidy instead.
bool Writer::rest(std::unique_lock<std::mutex>& lock) {
    const auto called = [this] { return stopping_ || !waiting_.empty(); };
    if (!untidy_since_) {
        handed_in_.wait(lock, called);
        return true;
    }
    const Steady now = std::chrono::steady_clock::now();
    const Steady latest = *untidy_since_ + longest_;
    return now < latest && handed_in_.wait_until(lock, std::min(now + quiet_, latest), called);
}

void Writer::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (!rest(lock)) {
            lock.unlock();
            tidy();
            lock.lock();
            continue;
        }
        if (waiting_.empty())
            break;
        const Group group = std::exchange(waiting_, {});
        lock.unlock();
        commit(group);
        for (const auto& job : group)
            job->done.give();
        take_care_of_log();
        lock.lock();
    }
    lock.unlock();
    if (untidy_since_)
        tidy();
}

// Every job gets an exception object of its own: several threads must not share one.
void Writer::commit(const Group& group) {
    const auto fail_all = [&](const auto& make_error) {
        for (const auto& job : group)
            if (!job->error)
                job->error = make_error();
    };
    try {
        check();
        Transaction transaction(*database_, true);
        for (const auto& job : group)
            run(*job);
        transaction.commit();
        if (!untidy_since_)
            untidy_since_ = std::chrono::steady_clock::now();
    } catch (const Fault& fault) {
        fail_all([&] { return std::make_exception_ptr(Fault(fault.kind, fault.reason, fault.detail)); });
    } catch (const std::exception& error) {
        const std::string why = error.what();
        condemn(why);
        fail_all([&] { return std::make_exception_ptr(GroundFault(why)); });
    }
}

void Writer::run(Job& job) {
    try {
        Query(*database_, "SAVEPOINT change").run();
        (*job.change)(*database_);
        Query(*database_, "RELEASE change").run();
        return;
    } catch (const GroundFault&) {
        throw;
    } catch (...) {
        // SQLite itself gave the whole transaction up: so must the group.
        if (!database_->in_transaction())
            throw;
        job.error = std::current_exception();
    }
    database_->run("ROLLBACK TO change; RELEASE change");
}

void Writer::take_care_of_log() {
    if (failed_ || database_->log_pages() < long_log)
        return;
    try {
        database_->checkpoint(database_->log_pages() >= too_long_log);
    } catch (const Fault&) { // disk full: the log keeps everything, and the next commit tries again
    } catch (const std::exception& error) {
        condemn(error.what());
    }
}

void Writer::tidy() {
    untidy_since_.reset();
    if (failed_)
        return;
    try {
        tidy_(*database_);
        database_->checkpoint(true);
    } catch (const Fault&) { // disk full: after the next change again
    } catch (const std::exception& error) {
        condemn(error.what());
    }
}

void Writer::condemn(const std::string& why) {
    failed_ = true;
    const std::lock_guard lock(mutex_);
    why_failed_ = why;
}

} // namespace efaxd::ledger
