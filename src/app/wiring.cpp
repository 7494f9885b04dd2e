#include "app/wiring.hpp"

#include "efaxd/core/fault.hpp"
#include "system/secrets.hpp"

namespace efaxd::app {

namespace {

system::SecretFrom from_of(config::SecretSource::From from) {
    switch (from) {
    case config::SecretSource::From::credential:
        return system::SecretFrom::credential;
    case config::SecretSource::From::env:
        return system::SecretFrom::env;
    case config::SecretSource::From::file:
        break;
    }
    return system::SecretFrom::file;
}

/// For adapters, which know our secrets' errors only as Faults. Their text names the source and never the
/// value.
std::string read_for_adapter(const config::SecretSource& source) {
    try {
        return read_secret(source);
    } catch (const system::SecretError& error) {
        throw Fault(Fault::Kind::passing, "secret.unreadable", error.what());
    }
}

fhir::ReadSecret reader_of(const std::optional<config::SecretSource>& source) {
    return [source] { return source ? read_for_adapter(*source) : std::string{}; };
}

http::RemoteOptions remote_of(const config::Endpoint& endpoint, const std::string& project,
                              std::string_view side) {
    http::RemoteOptions remote;
    remote.side = {project, side};
    remote.base_url = endpoint.base_url;
    remote.ca_file = endpoint.ca_file;
    remote.proxy = endpoint.proxy;
    remote.in_flight = endpoint.in_flight;
    remote.spacing = endpoint.spacing;
    return remote;
}

fhir::Auth auth_of(const config::Auth& auth) {
    switch (auth.method) {
    case config::AuthMethod::basic:
        return fhir::BasicAuth{auth.username, reader_of(auth.password)};
    case config::AuthMethod::bearer:
        return fhir::BearerAuth{reader_of(auth.token)};
    case config::AuthMethod::client_credentials:
        return fhir::ClientCredentials{auth.client_id, reader_of(auth.client_secret), auth.token_url,
                                       auth.scope};
    case config::AuthMethod::private_key_jwt:
        return fhir::PrivateKeyJwt{auth.client_id, reader_of(auth.private_key), auth.key_id, auth.token_url,
                                   auth.scope};
    case config::AuthMethod::none:
        break;
    }
    return fhir::NoAuth{};
}

fhir::BinaryMode mode_of(config::BinaryMode mode) {
    switch (mode) {
    case config::BinaryMode::raw:
        return fhir::BinaryMode::raw;
    case config::BinaryMode::json:
        return fhir::BinaryMode::json;
    case config::BinaryMode::automatic:
        break;
    }
    return fhir::BinaryMode::automatic;
}

} // namespace

std::string read_secret(const config::SecretSource& source) {
    return system::read_secret(from_of(source.from), source.name);
}

std::string read_user_id(const config::Project& project) {
    return project.secrets.user_id ? read_secret(*project.secrets.user_id) : std::string{};
}

std::string read_webhook_secret(const config::Project& project) {
    return project.webhook_secret ? read_secret(*project.webhook_secret) : std::string{};
}

void try_secrets(const config::Project& project) {
    const auto& auth = project.fhir.auth;
    for (const auto& source : {std::optional(project.secrets.app_id), std::optional(project.secrets.api_key),
                               project.secrets.user_id, auth.password, auth.token, auth.client_secret,
                               auth.private_key, project.webhook_secret}) {
        if (!source)
            continue;
        auto secret = read_secret(*source);
        system::wipe(secret);
    }
}

std::shared_ptr<efax::EfaxService> make_efax(const config::Project& project, Converter& converter,
                                             Clock& clock) {
    efax::ServiceOptions options;
    options.project = project.name;
    options.remote = remote_of(project.efax, project.name, "efax");
    options.retry = project.retry;
    options.converter = &converter;
    auto credentials = [secrets = project.secrets] {
        return efax::Credentials{read_for_adapter(secrets.app_id), read_for_adapter(secrets.api_key)};
    };
    return std::make_shared<efax::EfaxService>(std::move(options), std::move(credentials), clock);
}

std::shared_ptr<fhir::Server> make_fhir(const config::Project& project, const std::string& user_id,
                                        Clock& clock) {
    fhir::ServerOptions options;
    options.project = project.name;
    options.remote = remote_of(project.fhir.endpoint, project.name, "fhir");
    options.auth = auth_of(project.fhir.auth);
    options.binary = mode_of(project.fhir.binary);
    options.user_id = user_id;
    options.country = project.send.country;
    options.document_hosts = project.send.document_hosts;
    options.retry = project.retry;
    return std::make_shared<fhir::Server>(std::move(options), clock);
}

} // namespace efaxd::app
