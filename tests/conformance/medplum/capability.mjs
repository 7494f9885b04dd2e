// What Medplum's server says of itself, as far as a client of faxes can ask.
import { core } from './library.mjs';

const extension = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';
const interactions = ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'create', 'search-type'];

function resource(type) {
    const parameters = Object.values(core.getSearchParameters(type) ?? {});
    return {
        type,
        profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
        interaction: interactions.map((code) => ({ code })),
        versioning: 'versioned',
        readHistory: true,
        updateCreate: false,
        conditionalCreate: true,
        conditionalUpdate: true,
        conditionalDelete: 'single',
        searchParam: parameters.map(({ code, type: kind }) => ({ name: code, type: kind })),
    };
}

export function capabilityStatement(base, tokenUrl) {
    return {
        resourceType: 'CapabilityStatement',
        status: 'active',
        date: '2026-01-01T00:00:00Z',
        kind: 'instance',
        software: { name: 'medplum', version: core.MEDPLUM_VERSION },
        implementation: { description: 'medplum', url: base },
        fhirVersion: '4.0.1',
        format: ['json'],
        rest: [
            {
                mode: 'server',
                security: {
                    extension: [{ url: extension, extension: [{ url: 'token', valueUri: tokenUrl }] }],
                },
                resource: ['Binary', 'Communication', 'Organization', 'Practitioner'].map(resource),
            },
        ],
    };
}

export function smartConfiguration(tokenUrl) {
    return {
        token_endpoint: tokenUrl,
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
        capabilities: ['client-confidential-symmetric'],
    };
}
