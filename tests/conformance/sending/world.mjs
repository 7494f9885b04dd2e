// Who and what there is while faxes are sent, and what the chapters share. All is made by setUp.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compose, organization, signedIn, upload, withToken } from '../app.mjs';
import { Between } from '../between.mjs';
import { Server } from '../chosen.mjs';
import { Client, faxSystem } from '../client.mjs';
import { Nginx } from '../nginx.mjs';
import { Efaxd, freePort, Sandbox, until } from '../programs.mjs';
import { leniencies } from '../strictness.mjs';
import { SendingJudge } from './judge.mjs';

export const accounts = {
    efaxd: { id: '5f0c8c52-1f6e-4a52-9c4f-3c1b6a8f2d10', secret: 'conformance+secret/with=signs&more%' },
    nurse: { id: 'nurse-app', secret: 'nurse-secret', token: 'nurse-token-0123456789abcdef0123456789abcdef' },
    stranger: { id: 'stranger-app', secret: 'stranger-secret', types: new Set(['Practitioner', 'Organization']) },
};
export const userIds = { system: '2-1', clinic: '2-2', nurse: '2-3' };
const hands = 8;
export const busy = { end: 'error', code: 'E41' };

export const sent = []; // what was to be sent: see SendingJudge
export const server = new Server(Object.values(accounts));
export let tally;
export let sandbox;
export let efaxd;
export let between; // nginx and efaxd
export let nginx;
export let admin; // another program on the FHIR server
export let medplum; // the nurse's
export let nobody; // a Practitioner without a user id
export let clinic;
export let settings;

let numbers = 0;
/** A number that was never given before, not even its last four digits. */
export const newNumber = () => `+1555014${2000 + ++numbers}`;

let documents = 0;
/** A document as a File; no two are alike. */
export async function newFile(kind = 'pdf', pages = 1) {
    const text = `document ${++documents}`;
    const { binaries } = await sandbox.tell('/outbound', { number: '+15550100000', kind, pages, text });
    const reply = await fetch(`${sandbox.fhir}/Binary/${binaries[0]}`, { headers: { accept: '*/*' } });
    if (!reply.ok) throw new Error(`the sandbox's document: ${reply.status}`);
    return new File([await reply.arrayBuffer()], `${text}.${kind}`, { type: reply.headers.get('content-type') });
}

/** Notes what is to become of a Communication. */
export function expect(communication, numbers, end, more = {}) {
    const it = { id: communication.id, numbers, end, ...more };
    sent.push(it);
    return it;
}

/** A stored Communication with one document for one new number, not sent yet. */
export async function newFax(end = 'completed', kind = 'pdf', pages = 1) {
    const file = await newFile(kind, pages);
    const number = newNumber();
    const payload = [{ contentAttachment: await upload(medplum, file) }];
    const communication = await compose(medplum, payload, [await organization(medplum, number)]);
    expect(communication, [number], end, { files: [file], pages });
    return communication;
}

export const stored = (id) => server.stored('Communication', id);

/** Of the Communications so far, those that are not yet as they are to be. */
export async function late() {
    const found = [];
    for (const it of sent) {
        if (it.reached === it.end) continue; // a last state
        const { status } = (await stored(it.id)) ?? {};
        if (status !== it.end) found.push(`${it.id} is ${status}, not ${it.end}`);
        else if (!it.held) it.reached = status;
    }
    return found;
}

/** Until all Communications so far are as they are to be. */
export async function settled(seconds = 60) {
    await until('the end of all sending', async () => (await late()).length === 0, seconds).catch(async (error) => {
        throw new Error(`${error.message}: ${await late()}`);
    });
}

export const accepted = async () => (await sandbox.ask('/sent')).accepted;

export const posts = () =>
    between.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('$send-efax'));

export const held = () => sent.filter((one) => one.held).length;

export async function judge() {
    await server.look();
    return new SendingJudge({ server, sandbox, sent });
}

export async function setUp(bin, room, counted) {
    tally = counted;
    await server.start(room, { documentsApart: true });
    admin = new Client(server.base, accounts.efaxd.id, accounts.efaxd.secret);
    const identifier = (value) => [{ system: faxSystem, value }];
    const nurse = await admin.create({
        resourceType: 'Practitioner',
        name: [{ given: ['Nora'], family: 'Nurse' }],
        identifier: identifier(userIds.nurse),
    });
    nobody = await admin.create({ resourceType: 'Practitioner', name: [{ family: 'Nobody' }] });
    const north = { resourceType: 'Organization', name: 'North', identifier: identifier(userIds.clinic) };
    clinic = await admin.create(north);
    accounts.nurse.profile = `Practitioner/${nurse.id}`;
    accounts.stranger.profile = `Practitioner/${nobody.id}`;

    sandbox = await Sandbox.start(bin, join(room, 'sandbox.log'), '--set', 'efax.send_seconds=1');
    for (const user_id of Object.values(userIds)) await sandbox.tell('/users', { user_id });

    const port = await freePort();
    const tokenFile = join(room, 'app-token');
    writeFileSync(tokenFile, accounts.nurse.token, { mode: 0o600 });
    const callers = server.guarded ? 'fhir' : `{ tokens: [ { project: clinic, token: { file: ${tokenFile} } } ] }`;
    const hosts = server.storage ? `"${server.storage.host}"` : '';
    between = new Between(port);
    await between.start();
    nginx = await Nginx.start(process.env.EFAXD_CONFORMANCE_NGINX, room, {
        efaxd: between.host,
        fhir: new URL(server.origin).host,
        tls: process.env.EFAXD_CONFORMANCE_TLS,
    });
    settings = {
        efax: sandbox.efax,
        fhir: server.base,
        clientId: accounts.efaxd.id,
        hands,
        poll: '10m', // only when asked
        operations: `{ listen: "127.0.0.1:${port}", callers: ${callers} }`,
        send: `{ mode: live, follow: 200ms, look: 4s, at_once: 5, document_hosts: [${hosts}] }`,
        secrets: {
            eFaxAppId: Sandbox.app,
            eFaxApiKey: Sandbox.key,
            eFaxUserId: userIds.system,
            ...(server.guarded && { fhirClientSecret: accounts.efaxd.secret }),
        },
    };
    efaxd = new Efaxd(bin, room, settings);
    await begin();
    medplum = server.guarded
        ? await signedIn(nginx.url, accounts.nurse)
        : withToken(nginx.url, accounts.nurse.token, nurse);
    const { id, secret } = accounts.stranger;
    const patient = await admin.create({ resourceType: 'Patient' });
    tally.check('the server refuses careless writes',
        await leniencies(admin, server.carelessWrites(patient, 'Basic ' + btoa(`${id}:${secret}`))));
    server.requests.length = 0;
}

export async function begin() {
    efaxd.start();
    await until('efaxd', () => efaxd.ask('/readyz'));
}
