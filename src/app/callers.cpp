#include "app/callers.hpp"

#include "app/wiring.hpp"
#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/refusal.hpp"
#include "efaxd/log.hpp"
#include "serve/bearer.hpp"
#include "system/secrets.hpp"

#include <optional>

namespace efaxd::app {

namespace {

constexpr std::chrono::seconds believed{60};
constexpr std::chrono::seconds refused{5};
constexpr std::chrono::minutes guard_believed{10};
constexpr std::size_t most_known = 10'000;

Callers::Verdict verdict_of(CallerRight right) {
    switch (right) {
    case CallerRight::granted:
        return Callers::Verdict::granted;
    case CallerRight::forbidden:
        return Callers::Verdict::forbidden;
    case CallerRight::not_found:
        return Callers::Verdict::not_found;
    case CallerRight::unknown:
        break;
    }
    return Callers::Verdict::unknown;
}

} // namespace

Callers::Callers(config::Operations config, Clock& clock)
    : config_(std::move(config)), clock_(clock), salt_(crypto::random_bytes(32)) {}

Callers::Verdict Callers::check(Project& project, const std::string& authorization,
                                const std::string& reference, std::stop_token stop) {
    if (authorization.empty())
        return Verdict::unknown;
    return config_.ask_fhir ? ask_fhir(project, authorization, reference, stop)
                            : check_token(project, authorization);
}

/// Every token is read and compared, whichever fits: the time it takes tells nothing.
Callers::Verdict Callers::check_token(const Project& project, const std::string& authorization) const {
    const std::string given = crypto::hmac_sha256_hex(salt_, serve::bearer_of(authorization));
    auto verdict = Verdict::unknown;
    for (const config::CallerToken& caller : config_.tokens) {
        std::string token;
        try {
            token = read_secret(caller.token);
        } catch (const system::SecretError& error) {
            throw Fault(Fault::Kind::passing, "secret.unreadable", error.what());
        }
        const bool fits = !token.empty() && crypto::equal(given, crypto::hmac_sha256_hex(salt_, token));
        system::wipe(token);
        if (fits && caller.project == project.name())
            verdict = Verdict::granted;
        else if (fits && verdict == Verdict::unknown)
            verdict = Verdict::forbidden;
    }
    return verdict;
}

Callers::Verdict Callers::ask_fhir(Project& project, const std::string& authorization,
                                   const std::string& reference, const std::stop_token& stop) {
    const std::string key =
        crypto::hmac_sha256_hex(salt_, project.name() + '\0' + reference + '\0' + authorization);
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(key);
        if (found != known_.end() && clock_.steady() < found->second.until)
            return found->second.verdict;
    }
    auto verdict = verdict_of(project.fhir().check_caller(authorization, reference, stop));
    if (verdict == Verdict::granted && !is_guarded(project, stop))
        verdict = Verdict::unknown;
    remember(key, verdict, verdict == Verdict::granted ? believed : refused);
    return verdict;
}

/// A FHIR server that takes credentials nobody can have takes any.
bool Callers::is_guarded(Project& project, const std::stop_token& stop) {
    const std::string key = "guarded " + project.name();
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(key);
        if (found != known_.end() && clock_.steady() < found->second.until)
            return found->second.verdict == Verdict::granted;
    }
    const std::string nobodys = "Bearer " + crypto::random_uuid() + crypto::random_uuid();
    const bool guarded = project.fhir().check_caller(nobodys, {}, stop) != CallerRight::granted;
    if (!guarded)
        log::write(log::operations_unguarded, {log::project(project.name())});
    remember(key, guarded ? Verdict::granted : Verdict::unknown, guarded ? guard_believed : believed);
    return guarded;
}

void Callers::check_sending(Project& project, const std::string& authorization,
                            const OutboundCommunication& communication, const std::stop_token& stop) {
    if (!config_.ask_fhir)
        return;
    const auto right_to = [&](const std::string& reference) {
        return reference.empty() ? Verdict::granted : ask_fhir(project, authorization, reference, stop);
    };
    for (const OutboundDocument& document : communication.documents) {
        const auto verdict = right_to(document.reference);
        if (verdict == Verdict::not_found)
            throw Refusal(422, "not-found", document.element, "send.document_gone",
                          "The document is not on the server, or not for you to read.");
        if (verdict != Verdict::granted)
            throw Refusal(422, "forbidden", document.element, "send.document_not_yours",
                          "You may not read this document, so you may not send it.");
    }
    const bool contained = communication.sender.starts_with('#');
    if (!contained && right_to(communication.sender) == Verdict::forbidden)
        throw Refusal(422, "forbidden", "Communication.sender", "send.sender_not_yours",
                      "You may not read the sender, so you may not send in that name.");
}

void Callers::remember(const std::string& key, Verdict verdict, Duration how_long) {
    const Steady now = clock_.steady();
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known)
        std::erase_if(known_, [&](const auto& known) { return known.second.until <= now; });
    if (known_.size() >= most_known)
        known_.clear();
    known_[key] = {verdict, now + how_long};
}

} // namespace efaxd::app
