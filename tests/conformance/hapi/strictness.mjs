// What HAPI refuses, and Medplum in part does not: cases for leniencies.
import { faxSystem } from '../client.mjs';

const communication = { resourceType: 'Communication', status: 'completed' };

export const refused = [
    ['an unknown search parameter', 'GET', 'Communication?fax=1', {}, undefined, 400],
    ['one in a conditional create', 'POST', 'Communication', { 'if-none-exist': 'fax=1' }, communication, 400],
    ['a conditional create that does not fit its condition', 'POST', 'Communication',
        { 'if-none-exist': `identifier=${faxSystem}|1` }, communication, 400],
    ['a status that FHIR does not have', 'POST', 'Communication', {}, { ...communication, status: 'received' }, 400],
    ['a recipient who is not there', 'POST', 'Communication', {},
        { ...communication, recipient: [{ reference: 'Organization/1000000' }] }, 400],
    ['a sender who is none', 'POST', 'Communication', {},
        { ...communication, sender: { reference: 'Location/1' } }, 422],
    ['an update under a number', 'PUT', 'Communication/1000000', {}, { ...communication, id: '1000000' }, 400],
    ['what is no JSON', 'POST', 'Communication', {}, '{"resourceType":', 400],
];

/** Writes that must not take: of another version than there is, or of no known kind. */
export function carelessWrites({ resourceType, id, meta }) {
    const patch = JSON.stringify([{ op: 'add', path: '/language', value: 'en' }]);
    const type = 'application/json-patch+json';
    return [
        ['a patch of an older version', { 'if-match': 'W/"99"' }, 409],
        ['a patch in plain text', { 'content-type': 'text/plain' }, 400],
        ['a patch of this version', { 'if-match': `W/"${meta.versionId}"` }, 200],
    ].map(([what, headers, status]) =>
        [what, 'PATCH', `${resourceType}/${id}`, { 'content-type': type, ...headers }, patch, status]);
}
