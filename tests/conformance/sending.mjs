// The story of sending: apps with Medplum's own client call efaxd's operations through nginx, over TLS; answers are
// lost, eFax stammers, efaxd is killed; then everything is compared.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { answers, compose, example, faxIds, organization, outcomeOf, send, signedIn, upload }
    from './app.mjs';
import { Between } from './between.mjs';
import { Client, faxSystem } from './client.mjs';
import { core } from './medplum/library.mjs';
import { Server } from './medplum/server.mjs';
import { Nginx } from './nginx.mjs';
import { Efaxd, freePort, Sandbox, until } from './programs.mjs';
import { SendingJudge, valid } from './sending_judge.mjs';
import { carelessWrites } from './strictness.mjs';

const accounts = {
    efaxd: { id: '5f0c8c52-1f6e-4a52-9c4f-3c1b6a8f2d10', secret: 'conformance+secret/with=signs&more%' },
    nurse: { id: 'nurse-app', secret: 'nurse-secret' },
    stranger: { id: 'stranger-app', secret: 'stranger-secret', types: new Set(['Practitioner', 'Organization']) },
};
const userIds = { system: '2-1', clinic: '2-2', nurse: '2-3' };
const hands = 8;
const busy = { end: 'error', code: 'E41' };

const sent = []; // what was to be sent: see SendingJudge
const server = new Server(Object.values(accounts));
let tally;
let room;
let sandbox;
let efaxd;
let between;
let nginx;
let admin; // another program on the FHIR server
let medplum; // the nurse's
let nobody; // a Practitioner without a user id
let clinic;
let settings;

// ---- what the tests are made of

let numbers = 0;
/** A number that was never given before, not even its last four digits. */
const newNumber = () => `+1555014${2000 + ++numbers}`;

let documents = 0;
/** A document as a File; no two are alike. */
async function newFile(kind = 'pdf', pages = 1) {
    const text = `document ${++documents}`;
    const { binaries } = await sandbox.tell('/outbound', { number: '+15550100000', kind, pages, text });
    const reply = await fetch(`${sandbox.fhir}/Binary/${binaries[0]}`, { headers: { accept: '*/*' } });
    if (!reply.ok) throw new Error(`the sandbox's document: ${reply.status}`);
    return new File([await reply.arrayBuffer()], `${text}.${kind}`, { type: reply.headers.get('content-type') });
}

/** Notes what is to become of a Communication. */
function expect(communication, numbers, end, more = {}) {
    const it = { id: communication.id, numbers, end, created: communication, ...more };
    sent.push(it);
    return it;
}

/** A stored Communication with one document for one new number, not sent yet. */
async function newFax(end = 'completed', kind = 'pdf', pages = 1) {
    const file = await newFile(kind, pages);
    const number = newNumber();
    const payload = [{ contentAttachment: await upload(medplum, file) }];
    const communication = await compose(medplum, payload, [await organization(medplum, number)]);
    expect(communication, [number], end, { files: [file], pages });
    return communication;
}

const stored = (id) => server.repository.resources.get('Communication')?.get(id);

/** Until all Communications so far are as they are to be. */
async function settled(seconds = 60) {
    await until('the end of all sending', () => sent.every(({ id, end }) => stored(id)?.status === end), seconds)
        .catch((error) => {
            const late = sent.filter(({ id, end }) => stored(id)?.status !== end);
            throw new Error(`${error.message}: ${late.map(({ id, end }) => `${id} is ${stored(id)?.status}, not ${end}`)}`);
        });
}

const accepted = async () => (await sandbox.ask('/sent')).accepted;

const posts = () => between.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('$send-efax'));

// ---- the house

async function setUp(bin) {
    await server.start();
    admin = new Client(server.base, accounts.efaxd.id, accounts.efaxd.secret);
    const identifier = (value) => [{ system: faxSystem, value }];
    const nurse = await admin.create({
        resourceType: 'Practitioner',
        name: [{ given: ['Nora'], family: 'Nurse' }],
        identifier: identifier(userIds.nurse),
    });
    nobody = await admin.create({ resourceType: 'Practitioner', name: [{ family: 'Nobody' }] });
    clinic = await admin.create({ resourceType: 'Organization', name: 'North', identifier: identifier(userIds.clinic) });
    accounts.nurse.profile = `Practitioner/${nurse.id}`;
    accounts.stranger.profile = `Practitioner/${nobody.id}`;

    sandbox = await Sandbox.start(bin, join(room, 'sandbox.log'), '--set', 'efax.send_seconds=1');
    for (const user_id of Object.values(userIds)) await sandbox.tell('/users', { user_id });

    const port = await freePort();
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
        operations: `{ listen: "127.0.0.1:${port}", callers: fhir }`,
        send: `{ mode: live, follow: 200ms, look: 4s, at_once: 5, document_hosts: ["${server.storage.host}"] }`,
        secrets: {
            eFaxAppId: Sandbox.app,
            eFaxApiKey: Sandbox.key,
            eFaxUserId: userIds.system,
            fhirClientSecret: accounts.efaxd.secret,
        },
    };
    efaxd = new Efaxd(bin, room, settings);
    await begin();
    medplum = await signedIn(nginx.url, accounts.nurse);
    const { id, secret } = accounts.stranger;
    const patient = await admin.create({ resourceType: 'Patient' });
    tally.check('the server refuses careless writes as Medplum does',
        await carelessWrites(admin, patient, 'Basic ' + btoa(`${id}:${secret}`)));
    server.requests.length = 0;
}

async function begin() {
    efaxd.start();
    await until('efaxd', () => efaxd.ask('/readyz'));
}

// ---- the chapters

async function metadata() {
    const direct = `http://127.0.0.1:${between.port}/fhir/R4`;
    const statement = await (await fetch(`${direct}/metadata`)).json();
    tally.check("efaxd's CapabilityStatement pleases the validator", valid(statement));
    const listed = new Map(statement.rest[0].resource.flatMap(({ operation }) => operation.map((one) => [one.name, one])));
    tally.equal('it lists the operations', [...listed.keys()].sort().join(' '),
        'receive-efax send-efax sync-efax-status');
    const definitions = [];
    for (const name of listed.keys())
        definitions.push(await medplum.readResource('OperationDefinition', name));
    tally.check('the OperationDefinitions, read through nginx, please it too', definitions.flatMap(valid));
    tally.equal('the metadata of the base URL are the FHIR server’s',
        (await medplum.get(medplum.fhirUrl('metadata'))).software.name, 'medplum');
}

async function theExample() {
    const file = await newFile('pdf', 2);
    const number = newNumber();
    const communication = await example(medplum, file, number);
    expect(communication, [number], 'completed', { files: [file], pages: 2 });
    const after = stored(communication.id);
    tally.check('when it has sent, the Communication has the fax id and the time',
        faxIds(after).length === 1 && !!after.sent || JSON.stringify(after));
    await settled();
    const done = await medplum.readResource('Communication', communication.id, { cache: 'reload' });
    tally.check('it turns completed by itself', done.status === 'completed' && !!done.received || JSON.stringify(done));
    tally.equal('the user is told who she is', (await medplum.getProfile()).id, accounts.nurse.profile.split('/')[1]);
}

async function documentsOfAllKinds() {
    for (const [kind, pages] of [['png', 1], ['jpeg', 1], ['tiff', 3]])
        await send(medplum, await newFax('completed', kind, pages));

    // A large one, with addresses that are references.
    const bytes = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(20_000_000, 'large '), Buffer.from('\n%%EOF\n')]);
    const large = new File([bytes], 'large.pdf', { type: 'application/pdf' });
    const number = newNumber();
    const { id } = await admin.upload(bytes);
    const reference = { contentType: 'application/pdf', url: `Binary/${id}` };
    const plain = await compose(medplum, [{ contentAttachment: reference }], [await organization(medplum, number)]);
    expect(plain, [number], 'completed', { files: [large] });
    await send(medplum, plain);

    // One within the Communication, one by way of a DocumentReference, two in one fax.
    const [inside, referred, first, second] = await Promise.all([1, 2, 1, 3].map((pages) => newFile('pdf', pages)));
    const data = Buffer.from(await inside.arrayBuffer()).toString('base64');
    const attached = async (file) => ({ contentAttachment: await upload(medplum, file) });
    const document = await medplum.createResource({
        resourceType: 'DocumentReference',
        status: 'current',
        content: [{ attachment: await upload(medplum, referred) }],
    });
    const reference2 = { contentReference: core.createReference(document) };
    for (const [payload, files] of [
        [[{ contentAttachment: { contentType: 'application/pdf', data } }], [inside]],
        [[reference2], [referred]],
        [[await attached(first), await attached(second)], [first, second]],
    ]) {
        const to = newNumber();
        const communication = await compose(medplum, payload, [await organization(medplum, to)]);
        expect(communication, [to], 'completed', { files });
        await send(medplum, communication);
    }
    await settled();
    tally.check('PDF, PNG, JPEG, TIFF, large, inline, referred and several documents arrive', await judge().documents());
}

async function presigned() {
    const before = server.storage.requests.length;
    const communication = await newFax();
    const address = communication.payload[0].contentAttachment.url;
    tally.check('the app is shown an address elsewhere', address.startsWith(`http://${server.storage.host}/`) || address);
    // What the app holds may be old: efaxd has to read for itself.
    communication.payload[0].contentAttachment.url = address.replace(/Expires=\d+/, 'Expires=1');
    await send(medplum, communication);
    await settled();
    const asked = server.storage.requests.slice(before);
    tally.check('the document is fetched there, without credentials', asked.length > 0 &&
        asked.every(({ authorization, status }) => !authorization && status === 200) || JSON.stringify(asked));
    tally.check('what is stored stays a reference',
        /^Binary\//.test(stored(communication.id).payload[0].contentAttachment.url));
}

async function recipients() {
    const [one, two, three, four] = [newNumber(), newNumber(), newNumber(), newNumber()];
    const doctor = await medplum.createResource({
        resourceType: 'Practitioner',
        name: [{ family: 'Else' }],
        telecom: [{ system: 'fax', value: two.replace(/^\+1(\d{3})(\d{3})/, '+1 ($1) $2-') }],
    });
    const file = await newFile();
    const payload = [{ contentAttachment: await upload(medplum, file) }];
    const both = await compose(medplum, payload, [await organization(medplum, one), doctor], {
        topic: { text: 'Referral' },
        note: [{ text: 'Attn: Dr. Else' }, { text: 'As discussed' }],
    });
    expect(both, [one, two], 'completed', { files: [file] });
    await send(medplum, both);

    const other = await newFile();
    await sandbox.tell('/outcomes', { number: four.slice(1), ...busy });
    const half = await compose(medplum, [{ contentAttachment: await upload(medplum, other) }],
        [await organization(medplum, three), await organization(medplum, four)]);
    expect(half, [three, four], 'stopped', { files: [other] });
    await send(medplum, half);

    const failing = await newFax('stopped');
    await sandbox.tell('/outcomes', { number: sent.at(-1).numbers[0].slice(1), ...busy });
    await send(medplum, failing);
    await settled();

    tally.equal('two recipients get one fax each', faxIds(stored(both.id)).length, 2);
    const reason = stored(half.id).statusReason;
    tally.check('where one of two failed, the reason says which',
        reason?.text.includes(half.recipient[1].reference) && !reason.text.includes(`${half.recipient[0].reference}:`) ||
        JSON.stringify(reason));
    const { statusReason } = stored(failing.id);
    tally.check('a busy number stops it, with the reason',
        /busy/i.test(statusReason?.text) && statusReason.coding[0].code === 'E41' || JSON.stringify(statusReason));
}

/** What the app's own repeating does: see fhir-side 1.3. */
async function repeating() {
    const start = posts().length;
    const lost = await newFax();
    between.lose = 1;
    const answer = await send(medplum, lost);
    tally.equal('an answer lost once: the client asks again by itself, nginx does not', posts().length - start, 2);
    tally.equal('and is answered with the Communication', answer.id, lost.id);

    const hopeless = await newFax();
    between.lose = 3;
    const outcome = await outcomeOf(send(medplum, hopeless));
    tally.check('an answer lost thrice: the client gives up with a readable message',
        /Trying again is safe/.test(outcome.message) && !core.isNotFound(outcome) || outcome.message);

    const stammering = await newFax();
    await sandbox.tell('/faults', { endpoint: 'efax.send', kind: 'status_after', status: 500 });
    const before = posts().length;
    const unknown = await outcomeOf(send(medplum, stammering));
    tally.check('eFax answers 500 and has it all the same: the user is told not to repeat it',
        /do not send it again/i.test(unknown.message) && !core.isNotFound(unknown) || unknown.message);
    tally.equal('and the client does not', posts().length - before, 1);

    const twice = await newFax();
    const [one, two] = await Promise.all([send(medplum, twice), send(medplum, twice)]);
    tally.check('a double click sends once', one.id === twice.id && two.id === twice.id);
    await settled();
    const again = await send(medplum, twice);
    tally.equal('sent again when it is completed, it stays as it is', again.meta.versionId, stored(twice.id).meta.versionId);
    const copy = await medplum.post(medplum.fhirUrl('Communication', '%24send-efax'), twice);
    tally.equal('%24 is a $', copy.id, twice.id);

    const raw = { ...lost, id: undefined, meta: undefined, identifier: undefined };
    const [number, file] = [newNumber(), await newFile()];
    raw.recipient = [core.createReference(await organization(medplum, number))];
    raw.payload = [{ contentAttachment: await upload(medplum, file) }];
    between.lose = 1;
    const filed = await send(medplum, raw);
    expect({ ...raw, id: filed.id, meta: filed.meta }, [number], 'completed', { files: [file], filed: true });
    tally.check('one that was never stored is stored, once', server.repository.all('Communication')
        .filter(({ recipient }) => recipient?.[0].reference === raw.recipient[0].reference).length === 1);
    await settled();
}

async function refusals() {
    const before = await accepted();
    const post = (path, body = {}) => outcomeOf(medplum.post(medplum.fhirUrl(...path), body));
    const missing = await post(['Communication', '$fax-send']);
    tally.check('an operation that is not there: the app sees that it is not set up', core.isNotFound(missing) || missing.message);
    const direct = await fetch(`http://127.0.0.1:${between.port}/fhir/R4/Communication/$fax-send`, { method: 'POST' });
    const unknown = await direct.json();
    tally.check('efaxd says so itself', direct.status === 404 && core.isNotFound(unknown) || JSON.stringify(unknown));
    tally.check('in a valid OperationOutcome', valid(unknown));

    const file = await newFile();
    const payload = [{ contentAttachment: await upload(medplum, file) }];
    const numbered = await organization(medplum, newNumber());
    const numberless = await organization(medplum);
    const sendable = await compose(medplum, payload, [numbered]);
    const foreign = { contentType: 'application/pdf', url: 'http://127.0.0.1:1/secret.pdf' };
    const text = new File(['hello'], 'note.txt', { type: 'text/plain' });
    const posted = async (...composed) => [['Communication', '$send-efax'], await compose(medplum, ...composed)];
    const cases = {
        'a recipient without a number': await posted(payload, [numberless]),
        'no recipient': await posted(payload, []),
        'a local number': await posted(payload, [await organization(medplum, '0142000')]),
        'no document': await posted([{ contentString: 'hello' }], [numbered]),
        'a text file': await posted([{ contentAttachment: await upload(medplum, text) }], [numbered]),
        'a document that is gone': await posted(
            [{ contentAttachment: { contentType: 'application/pdf', url: `Binary/${crypto.randomUUID()}` } }], [numbered]),
        'a document on a foreign host': await posted([{ contentAttachment: foreign }], [numbered]),
        'no fax': await posted(payload, [numbered], { medium: undefined }),
        'a received fax': await posted(payload, [numbered], { category: [{ coding: [{ code: 'inbound' }] }] }),
        'a Communication that is gone': [['Communication', '$send-efax'], { ...sendable, id: crypto.randomUUID() }],
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
    const stranger = await signedIn(nginx.url, accounts.stranger);
    const strange = `Bearer ${stranger.getAccessToken()}`;
    tally.equal('one who may not read Communications: 403', await status(strange), 403);
    tally.equal('nor have one sent that is not stored', await status(strange, { ...sendable, id: undefined }), 403);
    const wrong = new core.MedplumClient({ baseUrl: nginx.url, accessToken: 'wrong' });
    const refused = await outcomeOf(wrong.post(wrong.fhirUrl('Communication', '$send-efax'), sendable));
    tally.check('the client takes it as "sign in again"', /unauthori[sz]ed/i.test(refused.message) || refused.message);
    tally.equal('GET is no way to send', (await fetch(url)).status, 405);
    tally.equal('text is not taken', await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', authorization: `Bearer ${medplum.getAccessToken()}` },
        body: 'hello',
    }).then(({ status }) => status), 415);
    tally.equal('none of these was sent', await accepted(), before);
}

async function receivingOnRequest() {
    const complaints = [];
    for (const [userId, path, recipient] of [
        [userIds.system, ['Communication', '$receive-efax'], undefined],
        [userIds.clinic, ['Organization', clinic.id, '$receive-efax'], `Organization/${clinic.id}`],
        [userIds.nurse, [...accounts.nurse.profile.split('/'), '$receive-efax'], accounts.nurse.profile],
    ]) {
        const { ids } = await sandbox.tell('/faxes', { user_id: userId, count: 3 });
        // Every open page asks at once.
        const replies = await Promise.all([1, 2, 3, 4].map(() => medplum.post(medplum.fhirUrl(...path), {})));
        const found = await medplum.searchResources('Communication',
            `medium=http://terminology.hl7.org/CodeSystem/v3-ParticipationMode|FAXWRIT` +
            `&category=http://medplum.com/fhir/CodeSystem/fax-direction|inbound&_sort=-sent&_count=50`, { cache: 'reload' });
        const mine = found.filter((one) => faxIds(one).some((id) => ids.includes(id)));
        if (mine.length !== 3) complaints.push(`${path.join('/')}: ${mine.length} of 3 are found`);
        for (const one of mine)
            if (one.recipient?.[0]?.reference !== recipient) complaints.push(`for ${one.recipient?.[0]?.reference}`);
        const told = replies[0].parameter.filter(({ name }) => name === 'communication')
            .map(({ valueReference }) => valueReference.reference.split('/')[1]).sort();
        if (told.join() !== mine.map(({ id }) => id).sort().join()) complaints.push(`it tells of ${told}`);
        const [received] = replies[0].parameter.filter(({ name }) => name === 'received');
        if (received?.valueInteger !== 3) complaints.push(`received: ${JSON.stringify(received)}`);
    }
    tally.check('$receive-efax at three levels: the Communications are there when it answers', complaints);
}

/** efaxd is killed while faxes are in all stages; nobody but the clients' own repeating helps. */
async function killing() {
    const moments = ['efax.send', 'before GET Communication', 'before PATCH Communication', 'efax.details',
        'after PATCH Communication', 'efax.send'];
    for (const moment of moments) {
        const faxes = await Promise.all([1, 2, 3].map(() => newFax()));
        const killed = await arm(moment);
        const calls = faxes.map((fax) => outcomeOf(send(medplum, fax)));
        await killed();
        await begin();
        await Promise.all(calls);
        // Staff press the button once more, where they were told of a failure.
        await Promise.all(faxes.map((fax) => outcomeOf(send(medplum, fax))));
    }
    await settled();
}

/** Kills efaxd the first time that the moment comes. */
async function arm(moment) {
    if (moment.startsWith('efax.')) {
        const { numbers: [number] } = await sandbox.tell('/faults', { endpoint: moment, kind: 'delay', delay_ms: 5000 });
        const struck = async () => (await sandbox.ask('/faults')).find((one) => one.number === number).struck > 0;
        return () => until(moment, struck).then(() => efaxd.kill());
    }
    const dead = new Promise((resolve) => {
        server.at = async (now) => {
            if (now !== moment) return;
            server.at = async () => {};
            await efaxd.kill();
            resolve(true);
        };
    });
    return () => Promise.race([dead, until(moment, () => false)]);
}

/** eFax has it or not, nobody can tell: it must stay where it is. */
async function unknownForGood() {
    await sandbox.tell('/faults', { endpoint: 'efax.send', kind: 'hang_up' });
    const fax = await newFax('in-progress');
    Object.assign(sent.at(-1), { held: true });
    const outcome = await outcomeOf(send(medplum, fax));
    const row = await until('the hold', async () => {
        const { transmissions } = await efaxd.ask(`/transmissions?held=true`);
        return transmissions.find(({ communication }) => communication === `Communication/${fax.id}`);
    });
    tally.equal('what eFax may or may not have is held', row.reason, 'send.outcome_unknown');
    tally.check('the app was told', /not known/.test(outcome.message) || outcome.message);
    tally.check('and the Communication tells it', /not known/.test(stored(fax.id).statusReason?.text) ||
        JSON.stringify(stored(fax.id)));
    const again = await outcomeOf(send(medplum, fax));
    tally.check('nor does a second call send it', /not known/.test(again.message) || again.message);
}

/** With a timer that never comes, and without a shared number. */
async function onRequestOnly() {
    tally.equal('the daemon ends well', await efaxd.stop(), 0);
    const { eFaxUserId, ...secrets } = settings.secrets;
    efaxd.configure({ ...settings, secrets, send: settings.send.replace('follow: 200ms', 'follow: 1h') });
    await begin();
    const fax = await newFax();
    await send(medplum, fax);
    const sync = (...path) => medplum.post(medplum.fhirUrl(...path, '$sync-efax-status'), {});
    const count = ({ parameter }, name) => parameter.find((one) => one.name === name)?.valueInteger;
    let last;
    await until('the end of the fax', async () => {
        last = await sync('Communication', fax.id);
        return count(last, 'completed') === 1;
    });
    tally.equal('$sync-efax-status: when it says completed, the Communication is', stored(fax.id).status, 'completed');
    const [one, two, three] = await Promise.all([newFax(), newFax(), newFax()]);
    for (const each of [one, two, three]) await send(medplum, each);
    tally.equal('it looks at all that are under way', count(await sync('Communication'), 'checked'), 3 + held());
    await until('the end of all', async () => {
        await sync(...accounts.nurse.profile.split('/'));
        return [one, two, three].every(({ id }) => stored(id).status === 'completed');
    });
    const nothing = await sync('Organization', clinic.id);
    tally.equal('one who has sent nothing has nothing under way', count(nothing, 'checked'), 0);

    const shared = await outcomeOf(medplum.post(medplum.fhirUrl('Communication', '$receive-efax'), {}));
    tally.check('without a shared number: a readable refusal', /shared fax number/.test(shared.message) || shared.message);
    const file = await newFile();
    const unsent = await compose(medplum, [{ contentAttachment: await upload(medplum, file) }],
        [await organization(medplum, newNumber())], { sender: core.createReference(nobody) });
    const senderless = await outcomeOf(send(medplum, unsent));
    tally.check('and a sender without an eFax user id is refused', /eFax user ID/.test(senderless.message) &&
        !core.isNotFound(senderless) || senderless.message);
    tally.equal('the daemon ends well again', await efaxd.stop(), 0);
}

const held = () => sent.filter((one) => one.held).length;

// ---- the verdict

function judge() {
    return new SendingJudge({ server, sandbox, sent });
}

async function verdict() {
    const end = judge();
    const report = await sandbox.ask('/sent');
    console.log(`       ${sent.length} Communications, ${report.accepted} faxes at eFax, ${efaxd.starts} starts of efaxd`);
    tally.check('no number got anything twice', await end.once());
    tally.check('every Communication is completed, stopped, or held in progress', end.ends());
    tally.check('each has the ids of its faxes, the time, and the reason if any', await end.told());
    tally.check('every fax has the documents of its Communication', await end.documents());
    tally.check('nothing else in any Communication was changed', end.unchanged());
    tally.check('none was written more often than needed', end.writes());
    tally.check("every version of all that is stored pleases Medplum's validator, without a warning",
        server.repository.allVersions().flatMap(valid));
    tally.check('so does every answer of efaxd', answers.flatMap(({ body }) => valid(body)));
    tally.check('efaxd used the credentials of callers for looking only', server.requests
        .filter(({ scheme, account, forwarded, method }) =>
            scheme && account !== accounts.efaxd.id && !forwarded && method !== 'GET')
        .map(({ method, path }) => `${method} ${path}`));
    tally.check('efaxd asked for one token a start', server.tokens.issuedTo(accounts.efaxd.id) <= efaxd.starts ||
        `${server.tokens.issuedTo(accounts.efaxd.id)} in ${efaxd.starts} starts`);
    tally.check('its log holds no secret, no token and no number', leaks());
}

function leaks() {
    const log = readFileSync(efaxd.log, 'utf8');
    const numbers = sent.flatMap((one) => one.numbers.map((number) => number.slice(1)));
    const secrets = [...Object.values(accounts).map(({ secret }) => secret), Sandbox.key, ...server.tokens.live, ...numbers];
    return secrets.filter((secret) => log.includes(secret)).map((secret) => `it holds ${secret}`);
}

/** The log of efaxd, for one who wonders why. */
export const sendingLog = () =>
    efaxd && readFileSync(efaxd.log, 'utf8') + (nginx ? readFileSync(nginx.log, 'utf8') : '');

export async function sending(bin, scratch, counted) {
    [room, tally] = [scratch, counted];
    const timed = async (chapter) => {
        const start = Date.now();
        await chapter();
        if (process.env.EFAXD_CONFORMANCE_TIMES) console.log(`       ${chapter.name}: ${Date.now() - start} ms`);
    };
    await setUp(bin);
    for (const chapter of [metadata, theExample, documentsOfAllKinds, presigned, recipients, repeating, refusals,
        receivingOnRequest, killing, unknownForGood, onRequestOnly, verdict])
        await timed(chapter);
    await Promise.all([nginx.stop(), between.stop(), server.stop(), sandbox.stop()]);
}
