// Tells the stories of receiving and of sending with one FHIR server, and counts. Called by run.sh.
//   check.mjs FOLDER-OF-PROGRAMS SCRATCH-FOLDER [receiving | sending]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { chosen } from './chosen.mjs';
import { receiving, receivingLog } from './receiving.mjs';
import { sending, sendingLog } from './sending/story.mjs';
import { Tally } from './tally.mjs';

const [bin, room, only] = process.argv.slice(2);
const tally = new Tally();
const overall = setTimeout(() => end(new Error('not done within 20 minutes'), () => ''), 1_200_000);

function end(error, log) {
    if (error) tally.check('the test runs to its end', error.stack);
    clearTimeout(overall);
    const code = tally.failed > 0 ? 1 : 0;
    if (code) console.log((log?.() ?? '').split('\n').slice(-60).join('\n'));
    tally.close();
    process.exit(code);
}

let log;
try {
    for (const [name, story, itsLog] of [
        ['receiving', receiving, receivingLog],
        ['sending', sending, sendingLog],
    ]) {
        if (only && name !== only) continue;
        if (!tally.failed) log = itsLog;
        console.log(`${name}, with ${chosen}:`);
        mkdirSync(join(room, name), { recursive: true });
        await story(bin, join(room, name), tally);
    }
    end(undefined, log);
} catch (error) {
    end(error, log);
}
