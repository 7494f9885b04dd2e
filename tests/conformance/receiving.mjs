// The story of receiving: faxes at three levels, a single run, the daemon, revoked tokens and kills at chosen moments;
// then everything is compared.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Server } from './chosen.mjs';
import { Client, faxSystem } from './client.mjs';
import { Judge } from './judge.mjs';
import { Efaxd, Sandbox, until } from './programs.mjs';
import { leniencies } from './strictness.mjs';

const clientId = '5f0c8c52-1f6e-4a52-9c4f-3c1b6a8f2d10';
const clientSecret = 'conformance+secret/with=signs&more%';
const hands = 8;

const faxes = new Map(); // by id: { id, userId, recipient, completed, from, filedByOthers }
const server = new Server([{ id: clientId, secret: clientSecret }]);
let bin;
let room;
let tally;
let sandbox;
let efaxd;
let client;
let mailboxes;
let known; // what is on the FHIR server that efaxd has not written
let kills = 0;

/** Puts up faxes for one mailbox, the newest completed just now. */
async function put(mailbox, options = {}) {
    const { count = 1, ...rest } = options;
    const completed = Date.now();
    const from = `1303555${String(1000 + faxes.size).slice(-4)}`;
    const { ids } = await sandbox.tell('/faxes', {
        user_id: mailbox.userId,
        count,
        completed: new Date(completed).toISOString(),
        spread_ms: 1000,
        from_number: from,
        ...rest,
    });
    ids.forEach((id, at) => faxes.set(id, { ...mailbox, id, from, completed: completed - (count - 1 - at) * 1000 }));
    return ids;
}

/** People on the FHIR server, and their user ids at eFax. */
async function setUp() {
    await server.start(room);
    sandbox = await Sandbox.start(bin, join(room, 'sandbox.log'));
    client = new Client(server.base, clientId, clientSecret);
    const identifier = (value) => [{ system: faxSystem, value }];
    const practitioner = { resourceType: 'Practitioner', name: [{ family: 'Example' }] };
    const desk = await client.create({ resourceType: 'Organization', name: 'Front Desk' });
    // Those who left fill more than a page of the search by which owners are found.
    const gone = [];
    for (let i = 0; i < 120; ++i)
        gone.push(await client.create({ ...practitioner, active: false, identifier: identifier(`1-9${i}`) }));
    const clinic = await client.create({ resourceType: 'Organization', name: 'North', identifier: identifier('1-2') });
    const doctor = await client.create({ ...practitioner, active: true, identifier: identifier('1-3') });
    mailboxes = [
        { userId: '1-1', recipient: `Organization/${desk.id}` },
        { userId: '1-2', recipient: `Organization/${clinic.id}` },
        { userId: '1-3', recipient: `Practitioner/${doctor.id}` },
    ];
    for (const { userId, recipient } of mailboxes) await sandbox.tell('/users', { user_id: userId, recipient });
    known = [desk, ...gone, clinic, doctor].map(({ resourceType, id }) => `${resourceType}/${id}`);
    efaxd = new Efaxd(bin, room, {
        efax: sandbox.efax,
        fhir: server.base,
        clientId,
        hands,
        systemRecipient: mailboxes[0].recipient,
        secrets: {
            eFaxAppId: Sandbox.app,
            eFaxApiKey: Sandbox.key,
            eFaxUserId: mailboxes[0].userId,
            ...(server.guarded && { fhirClientSecret: clientSecret }),
        },
    });
}

/** One fax that another program has filed already, and one whose id an outbound fax has. */
async function fileByOthers() {
    const [filed] = await put(mailboxes[0], { id: 'filed-by-others' });
    faxes.get(filed).filedByOthers = true;
    const [looped] = await put(mailboxes[1], { id: 'sent-to-ourselves' });
    for (const [id, direction] of [[filed, 'inbound'], [looped, 'outbound']]) {
        const { id: communication } = await client.file(id, direction, Buffer.from(`%PDF-1.4\n${direction}\n%%EOF\n`));
        known.push(`Communication/${communication}`);
    }
}

async function connectivity() {
    const code = await efaxd.run(['--check-connectivity'], 60);
    tally.equal('the connectivity test finds nothing wrong', code, 0);
    await server.look();
    tally.equal('it deletes the Binary that it probes with', server.repository.all('Binary').length, 0);
}

async function singleRun() {
    await fileByOthers();
    for (const mailbox of mailboxes) {
        await put(mailbox, { count: 30 });
        await put(mailbox, { count: 5, pages: 40, size: 150_000 });
        await put(mailbox, { size: 3_000_000 });
    }
    tally.equal('a single run takes all there is and ends well', await efaxd.run(['--once'], 120), 0);
    tally.check('after it each fax has exactly one Communication', (await judge()).once());
    tally.equal('without kills there is no spare Binary', (await judge()).spares().length, 0);
}

async function settled() {
    return until('the end of all work', async () => {
        const { faxes: counts } = await efaxd.ask('/status');
        return counts.waiting === 0 && counts.held === 0 && counts.stages.acknowledged === faxes.size && counts;
    });
}

async function daemon() {
    efaxd.start();
    await until('the first poll', () => efaxd.ask('/readyz'));
    for (let round = 0; round < 5; ++round) for (const mailbox of mailboxes) await put(mailbox, { count: 2 });
    await settled();
    tally.check('the daemon takes what arrives', (await judge()).once());

    server.tokens?.revokeAll();
    for (const mailbox of mailboxes) await put(mailbox, { count: 3 });
    await settled();
    tally.check(server.tokens ? 'revoked tokens cost nothing' : 'and what comes later', (await judge()).once());
    tally.equal('the daemon ends well', await efaxd.stop(), 0);
}

// A request on the FHIR side, or one to a kind of eFax's endpoints while its answer is held back.
const moments = [
    ...(server.guarded ? ['before POST token'] : ['after GET Communication']),
    'before GET Communication',
    'within POST Binary',
    'after POST Binary',
    'before POST Communication',
    'after POST Communication',
    'efax.list',
    'efax.image',
    'efax.patch',
    'after POST Binary',
];

/** Kills efaxd the first time that the moment comes. Resolves when it is dead. */
async function arm(moment) {
    if (moment.startsWith('efax.')) {
        await sandbox.tell('/faults', { endpoint: moment, kind: 'delay', delay_ms: 3000 });
        const struck = async () => (await sandbox.ask('/faults')).at(-1).struck > 0;
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

async function killing() {
    for (const moment of moments) {
        for (const mailbox of mailboxes) await put(mailbox, { count: 2, size: 200_000 });
        const killed = await arm(moment);
        efaxd.start();
        await killed();
        ++kills;
    }
    efaxd.start();
    const counts = await settled();
    tally.equal('after the kills the daemon ends well', await efaxd.stop(), 0);
    tally.equal('a last run finds nothing left', await efaxd.run(['--once'], 60), 0);
    return counts;
}

async function judge() {
    await server.look();
    return new Judge({ server, client, sandbox, faxes });
}

async function verdict(counts) {
    const end = await judge();
    const spares = end.spares().length;
    const suspected = counts.suspected_spares;
    const most = kills * hands;
    console.log(`       ${faxes.size} faxes, ${kills} kills, ${spares} spare Binaries, ${suspected} suspected`);
    tally.check('each fax has exactly one Communication', end.once());
    tally.check('its document is, byte for byte, the one at eFax', await end.bytes());
    tally.check('no two documents are alike', end.distinct());
    tally.check('it has the right recipient', await end.recipients());
    tally.check('it is dated as the fax', await end.dates());
    tally.check('it tells the number that the fax came from', await end.numbers());
    tally.check('all that is stored pleases the validators, without a warning', await server.complaints());
    tally.check('nothing else was written, and nothing rewritten', end.nothingElse(known));
    tally.check('nothing that matters was deleted', end.deletions());
    tally.check('every spare Binary is a fax, at most one of it a kill', end.sparesComplaints(kills));
    tally.check('efaxd suspects no fewer spares than there are', spares <= suspected || `${suspected} of ${spares}`);
    tally.check('it suspects at most one a kill and hand', suspected <= most || `${suspected} of ${most}`);
    // HAPI says 409 to one who comes while it still works on the same, for an efaxd that is dead.
    tally.check('no request of efaxd was refused without cause', end.refused(server.guarded ? [401] : [409]));
    if (server.guarded) {
        const issued = server.tokens.issuedTo(clientId);
        const needed = efaxd.starts + 1; // one a start, and one for the revoked one
        tally.check('it asked for no token in vain', issued <= needed || `${issued} instead of ${needed}`);
    }
    tally.check('its log holds no secret and no number', leaks());
}

function leaks() {
    const log = readFileSync(efaxd.log, 'utf8');
    const secrets = [clientSecret, Sandbox.key, ...new Set([...faxes.values()].map(({ from }) => from))];
    return secrets.filter((secret) => log.includes(secret)).map((secret) => `it holds ${secret}`);
}

/** The log of efaxd, for one who wonders why. */
export const receivingLog = () => efaxd && readFileSync(efaxd.log, 'utf8');

export async function receiving(programs, scratch, counted) {
    [bin, room, tally] = [programs, scratch, counted];
    await setUp();
    tally.check('the server refuses what it should', await leniencies(client, server.refused));
    server.requests.length = 0;
    await connectivity();
    await singleRun();
    await daemon();
    await verdict(await killing());
    await server.stop();
    await sandbox.stop();
}
