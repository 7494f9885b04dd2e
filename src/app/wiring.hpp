// From configuration to working adapters: where the wires of a project are joined.
#pragma once

#include "config/config.hpp"
#include "efax/efax_service.hpp"
#include "efaxd/ports/clock.hpp"
#include "fhir/server.hpp"

#include <functional>
#include <memory>
#include <string>

namespace efaxd::app {

/// Reads the secret now. Throws system::SecretError.
std::string read_secret(const config::SecretSource& source);

/// The shared number's user ID; empty if the project has none.
std::string read_user_id(const config::Project& project);

/// Reads every secret of the project once, so that a missing one is met at the start and not at night.
void try_secrets(const config::Project& project);

/// The secret of eFax's notifications; empty if they are not taken.
std::string read_webhook_secret(const config::Project& project);

/// The converter outlives the service.
std::shared_ptr<efax::EfaxService> make_efax(const config::Project& project, Converter& converter,
                                             Clock& clock);
/// `user_id`: of senders who have none of their own.
std::shared_ptr<fhir::Server> make_fhir(const config::Project& project, const std::string& user_id,
                                        Clock& clock);

} // namespace efaxd::app
