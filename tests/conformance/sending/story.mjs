// The story of sending: apps with Medplum's own client call efaxd's operations through nginx, over TLS; answers are
// lost, eFax stammers, efaxd is killed; then everything is compared.
import { readFileSync } from 'node:fs';

import { answers } from '../app.mjs';
import { Sandbox } from '../programs.mjs';
import { documentsOfAllKinds, metadata, presigned, recipients, theExample } from './documents.mjs';
import { killing, unknownForGood } from './kills.mjs';
import { onRequestOnly, receivingOnRequest } from './on_request.mjs';
import { pickingUp } from './picking_up.mjs';
import { noVoucher, refusals } from './refusals.mjs';
import { repeating } from './repeating.mjs';
import { valid } from '../valid.mjs';
import { accounts, between, efaxd, held, judge, nginx, sandbox, sent, server, setUp, tally } from './world.mjs';

const chapters = [metadata, theExample, documentsOfAllKinds, ...(server.guarded ? [presigned] : []), recipients,
    repeating, pickingUp, refusals, ...(server.guarded ? [] : [noVoucher]), receivingOnRequest, killing, unknownForGood,
    onRequestOnly, verdict];

async function verdict() {
    const end = await judge();
    const report = await sandbox.ask('/sent');
    console.log(`       ${sent.length} Communications, ${report.accepted} faxes at eFax, ${held()} held, ` +
        `${efaxd.starts} starts of efaxd`);
    tally.check('no number got anything twice', await end.once());
    tally.check('every Communication is completed, stopped, or held in progress', end.ends());
    tally.check('each has the ids of its faxes, the time, and the reason if any', await end.told());
    tally.check('every fax has the documents of its Communication', await end.documents());
    tally.check('nothing else in any Communication was changed', end.unchanged());
    tally.check('none was written more often than needed', end.writes());
    tally.check('all that is stored pleases the validators, without a warning', await server.complaints());
    tally.check('so does every answer of efaxd', answers.flatMap(({ body }) => valid(body)));
    tally.check('efaxd used the credentials of callers for looking only', server.requests
        .filter(({ scheme, account, forwarded, method }) =>
            (server.guarded ? scheme && account !== accounts.efaxd.id : scheme === 'Bearer') &&
            !forwarded && method !== 'GET')
        .map(({ method, path }) => `${method} ${path}`));
    if (server.guarded) {
        const issued = server.tokens.issuedTo(accounts.efaxd.id);
        tally.check('efaxd asked for one token a start at most', issued <= efaxd.starts || `${issued}`);
    }
    tally.check('its log holds no secret, no token and no number', leaks());
}

function leaks() {
    const log = readFileSync(efaxd.log, 'utf8');
    const numbers = sent.flatMap((one) => one.numbers.map((number) => number.slice(1)));
    const passwords = Object.values(accounts).flatMap(({ secret, token }) => [secret, token].filter(Boolean));
    const secrets = [...passwords, Sandbox.key, ...(server.tokens?.live ?? []), ...numbers];
    return secrets.filter((secret) => log.includes(secret)).map((secret) => `it holds ${secret}`);
}

/** The log of efaxd, for one who wonders why. */
export const sendingLog = () =>
    (nginx ? readFileSync(nginx.log, 'utf8') : '') + (efaxd ? readFileSync(efaxd.log, 'utf8') : '');

export async function sending(bin, room, counted) {
    await setUp(bin, room, counted);
    for (const chapter of chapters) {
        const start = Date.now();
        await chapter();
        if (process.env.EFAXD_CONFORMANCE_TIMES) console.log(`       ${chapter.name}: ${Date.now() - start} ms`);
    }
    await Promise.all([nginx.stop(), between.stop(), server.stop(), sandbox.stop()]);
}
