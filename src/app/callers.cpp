#include "app/callers.hpp"

#include "app/wiring.hpp"
#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"
#include "serve/bearer.hpp"
#include "system/secrets.hpp"

#include <optional>

namespace efaxd::app {

namespace {

constexpr std::chrono::seconds believed{60};
constexpr std::chrono::seconds refused{5};
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
    return config_.ask_fhir ? ask_fhir(project, authorization, reference, std::move(stop))
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
                                   const std::string& reference, std::stop_token stop) {
    const std::string key =
        crypto::hmac_sha256_hex(salt_, project.name() + '\0' + reference + '\0' + authorization);
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(key);
        if (found != known_.end() && clock_.steady() < found->second.until)
            return found->second.verdict;
    }
    const auto verdict = verdict_of(project.fhir().check_caller(authorization, reference, std::move(stop)));
    remember(key, verdict);
    return verdict;
}

void Callers::remember(const std::string& key, Verdict verdict) {
    const Steady now = clock_.steady();
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known)
        std::erase_if(known_, [&](const auto& known) { return known.second.until <= now; });
    if (known_.size() >= most_known)
        known_.clear();
    known_[key] = {verdict, now + (verdict == Verdict::granted ? believed : refused)};
}

} // namespace efaxd::app
