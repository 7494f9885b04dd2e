// What cannot be done, and callers who may not.
import { readFileSync } from 'node:fs';

import { answers, compose, organization, outcomeOf, send, signedIn, upload, withToken } from '../app.mjs';
import { directionSystem } from '../client.mjs';
import { core } from '../medplum/library.mjs';
import { valid } from '../valid.mjs';
import {
    accepted, accounts, begin, between, efaxd, medplum, newFax, newFile, newNumber, nginx, nobody, sent, server, settings,
    tally,
} from './world.mjs';

export async function refusals() {
    const before = await accepted();
    const post = (path, body = {}) => outcomeOf(medplum.post(medplum.fhirUrl(...path), body));
    if (server.guarded) { // it is Medplum's server who says it; others have other words
        const missing = await post(['Communication', '$fax-send']);
        tally.check('an operation that is not there: the app sees that it is not set up',
            core.isNotFound(missing) || missing.message);
    }
    const there = `http://127.0.0.1:${between.port}/fhir/R4/Communication/$fax-send`;
    const direct = await fetch(there, { method: 'POST' });
    const unknown = await direct.json();
    tally.check('efaxd says so itself',
        direct.status === 404 && core.isNotFound(unknown) || JSON.stringify(unknown));
    tally.check('in a valid OperationOutcome', valid(unknown));

    const file = await newFile();
    const payload = [{ contentAttachment: await upload(medplum, file) }];
    const numbered = await organization(medplum, newNumber());
    const numberless = await organization(medplum);
    const sendable = await compose(medplum, payload, [numbered]);
    const huge = { contentType: 'application/pdf', data: 'A'.repeat(24_000_000) };
    const gone = { contentType: 'application/pdf', url: `Binary/${crypto.randomUUID()}` };
    const foreign = { contentType: 'application/pdf', url: 'http://127.0.0.1:1/secret.pdf' };
    const text = new File(['hello'], 'note.txt', { type: 'text/plain' });
    const posted = async (...composed) => [['Communication', '$send-efax'], await compose(medplum, ...composed)];
    const cases = {
        'a recipient without a number': await posted(payload, [numberless]),
        'no recipient': await posted(payload, []),
        'a local number': await posted(payload, [await organization(medplum, '0142000')]),
        'no document': await posted([{ contentString: 'hello' }], [numbered]),
        'a text file': await posted([{ contentAttachment: await upload(medplum, text) }], [numbered]),
        'a document that is gone': await posted([{ contentAttachment: gone }], [numbered]),
        'a document on a foreign host': await posted([{ contentAttachment: foreign }], [numbered]),
        'no fax': await posted(payload, [numbered], { medium: undefined }),
        'a received fax': await posted(payload, [numbered],
            { category: [{ coding: [{ system: directionSystem, code: 'inbound' }] }] }),
        'a Communication that is gone': [['Communication', '$send-efax'], { ...sendable, id: crypto.randomUUID() }],
        'more than a body may have': [['Communication', '$send-efax'],
            { ...sendable, id: undefined, payload: [{ contentAttachment: huge }] }],
        'another resource': [['Communication', '$send-efax'], numbered],
        'a practitioner without an eFax user id': [['Practitioner', nobody.id, '$receive-efax']],
        'a practitioner who is not there': [['Practitioner', crypto.randomUUID(), '$receive-efax']],
    };
    const complaints = [];
    for (const [what, [path, body]] of Object.entries(cases)) {
        const outcome = await post(path, body);
        const readable = outcome.issue?.[0]?.details?.text?.length > 20;
        if (!readable || core.isNotFound(outcome)) complaints.push(`${what}: ${JSON.stringify(outcome)}`);
    }
    tally.check('what cannot be done is refused readably, and never as "not set up"', complaints);

    const url = medplum.fhirUrl('Communication', '$send-efax').toString();
    const status = async (authorization, body = sendable) => {
        const headers = { 'content-type': 'application/fhir+json', ...(authorization && { authorization }) };
        const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        answers.push({ url, status: reply.status, body: await reply.json() });
        return reply.status;
    };
    tally.equal('a wrong token: 401', await status('Bearer wrong'), 401);
    tally.equal('no token: 401', await status(), 401);
    tally.equal('a wrong password: 401', await status('Basic ' + btoa('nurse-app:wrong')), 401);
    if (server.guarded) {
        const stranger = await signedIn(nginx.url, accounts.stranger);
        const strange = `Bearer ${stranger.getAccessToken()}`;
        tally.equal('one who may not read Communications: 403', await status(strange), 403);
        const unfiled = { ...sendable, id: undefined };
        tally.equal('nor have one sent that is not stored', await status(strange, unfiled), 403);
    }
    const wrong = new core.MedplumClient({ baseUrl: nginx.url, accessToken: 'wrong' });
    const refused = await outcomeOf(wrong.post(wrong.fhirUrl('Communication', '$send-efax'), sendable));
    tally.check('the client takes it as "sign in again"',
        /unauthori[sz]ed/i.test(refused.message) || refused.message);
    tally.equal('GET is no way to send', (await fetch(url)).status, 405);
    tally.equal('text is not taken', await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', authorization: `Bearer ${medplum.getAccessToken()}` },
        body: 'hello',
    }).then(({ status }) => status), 415);
    tally.equal('none of these was sent', await accepted(), before);
}

/** Asked whom it lets in, a FHIR server that lets in everybody says nothing. */
export async function noVoucher() {
    const before = await accepted();
    const fax = await newFax();
    sent.pop(); // it is not to be sent
    tally.equal('the daemon ends well', await efaxd.stop(), 0);
    efaxd.configure({ ...settings, operations: settings.operations.replace(/callers: .*}/, 'callers: fhir }') });
    await begin();
    const app = withToken(nginx.url, accounts.nurse.token); // which it forgets when it is refused
    const outcome = await outcomeOf(send(app, fax));
    tally.check('a FHIR server that lets in whoever comes vouches for nobody',
        /unauthori[sz]ed/i.test(outcome.message) || outcome.message);
    tally.check('the log says so', readFileSync(efaxd.log, 'utf8').includes('operations.unguarded'));
    tally.equal('and nothing was sent', await accepted(), before);
    tally.equal('the daemon ends well', await efaxd.stop(), 0);
    efaxd.configure(settings);
    await begin();
}
