// Asks the FHIR server for what Medplum's refuses: a lenient one would prove little.
import { faxSystem } from './client.mjs';

const json = 'application/fhir+json';
const form = 'application/x-www-form-urlencoded';
const communication = { resourceType: 'Communication', status: 'completed' };
const absent = '00000000-0000-4000-8000-000000000000';

// What is asked, method, path under the base, headers, body, and the status that is due.
const cases = [
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
export async function carelessWrites({ base, authorization }, { resourceType, id, meta }, stranger) {
    const patch = [{ op: 'add', path: '/language', value: 'en' }];
    const type = 'application/json-patch+json';
    const cases = [
        ['a patch of an older version', { 'if-match': 'W/"older"' }, 412],
        ['a patch in plain text', { 'content-type': 'text/plain' }, 400],
        ['a patch by a stranger', { authorization: stranger }, 403],
        ['a patch of this version', { 'if-match': `W/"${meta.versionId}"` }, 200],
    ];
    const complaints = [];
    for (const [what, headers, status] of cases) {
        const all = { authorization, accept: json, 'content-type': type, ...headers };
        const body = JSON.stringify(patch);
        const reply = await fetch(`${base}/${resourceType}/${id}`, { method: 'PATCH', headers: all, body });
        await reply.text();
        if (reply.status !== status) complaints.push(`${what}: ${reply.status} instead of ${status}`);
    }
    return complaints;
}

/** What was not answered as it should be. */
export async function leniencies({ base, authorization }) {
    const complaints = [];
    for (const [what, method, path, headers, body, status] of cases) {
        const text = typeof body === 'object' ? JSON.stringify(body) : body;
        const all = { authorization, accept: json, 'content-type': json, ...headers };
        const reply = await fetch(`${base}/${path}`, { method, headers: all, body: text });
        await reply.text();
        if (reply.status !== status) complaints.push(`${what}: ${reply.status} instead of ${status}`);
    }
    return complaints;
}
