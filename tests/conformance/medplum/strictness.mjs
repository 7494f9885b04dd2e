// What Medplum's server refuses: cases for leniencies.
import { faxSystem } from '../client.mjs';

const json = 'application/fhir+json';
const form = 'application/x-www-form-urlencoded';
const communication = { resourceType: 'Communication', status: 'completed' };
const absent = '00000000-0000-4000-8000-000000000000';

export const refused = [
    ['no credentials', 'GET', 'Communication', { authorization: '' }, undefined, 401],
    ['a token nobody issued', 'GET', 'Communication', { authorization: 'Bearer x' }, undefined, 401],
    ['a token request in JSON', 'POST', '../../oauth2/token', { 'content-type': json }, '{}', 400],
    ['a wrong secret', 'POST', '../../oauth2/token', { 'content-type': form },
        'grant_type=client_credentials&client_id=a&client_secret=b', 400],
    ['an unknown search parameter', 'GET', 'Communication?fax=1', {}, undefined, 400],
    ['one in a conditional create', 'POST', 'Communication', { 'if-none-exist': 'fax=1' }, communication, 400],
    ['a query with its type in front', 'POST', 'Communication',
        { 'if-none-exist': `Communication?identifier=${faxSystem}|1` }, communication, 400],
    ['a Communication without a status', 'POST', 'Communication', {}, { resourceType: 'Communication' }, 400],
    ['an identifier that is no list', 'POST', 'Communication', {},
        { ...communication, identifier: { system: faxSystem, value: '1' } }, 400],
    ['a time without its zone and seconds', 'POST', 'Communication', {},
        { ...communication, sent: '2026-01-15T09:15' }, 400],
    ['an update that creates', 'PUT', `Communication/${absent}`, {}, { ...communication, id: absent }, 404],
    ['a Binary under an id of ours', 'PUT', `Binary/${absent}`, {},
        { resourceType: 'Binary', id: absent, contentType: 'application/pdf' }, 404],
    ['too large a document in JSON', 'POST', 'Binary', {},
        { resourceType: 'Binary', contentType: 'application/pdf', data: 'A'.repeat(1_500_000) }, 400],
];

/** Writes that must not take: of another version than there is, by whom it does not concern, or of no known kind. */
export function carelessWrites({ resourceType, id, meta }, stranger) {
    const patch = JSON.stringify([{ op: 'add', path: '/language', value: 'en' }]);
    const type = 'application/json-patch+json';
    return [
        ['a patch of an older version', { 'if-match': 'W/"older"' }, 412],
        ['a patch in plain text', { 'content-type': 'text/plain' }, 400],
        ['a patch by a stranger', { authorization: stranger }, 403],
        ['a patch of this version', { 'if-match': `W/"${meta.versionId}"` }, 200],
    ].map(([what, headers, status]) =>
        [what, 'PATCH', `${resourceType}/${id}`, { 'content-type': type, ...headers }, patch, status]);
}
