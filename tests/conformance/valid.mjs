// What Medplum's validator has against a resource, warnings included.
import { core } from './medplum/library.mjs';

export function valid(resource) {
    const name = `${resource?.resourceType}/${resource?.id}`;
    try {
        return core
            .validateResource(resource)
            .map(({ severity, details, expression }) => `${name}: ${severity} ${details?.text} ${expression}`);
    } catch (error) {
        return [`${name}: ${error.message}`];
    }
}
