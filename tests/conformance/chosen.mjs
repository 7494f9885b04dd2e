// The FHIR server that the stories are told with: `medplum` or `hapi`.
export const chosen = process.env.EFAXD_CONFORMANCE_SERVER ?? 'medplum';
export const { Server } = await import(`./${chosen}/server.mjs`);
