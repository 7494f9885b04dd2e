// efaxd dies, or cannot know what became of a fax.
import { outcomeOf, send } from '../app.mjs';
import { until } from '../programs.mjs';
import {
    begin, efaxd, late, medplum, newFax, sandbox, sent, server, stored, tally,
} from './world.mjs';

/** efaxd is killed while faxes are in all stages; nobody but the clients' own repeating helps. */
export async function killing() {
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
    await until('the end of what the kills have left', async () => {
        await noteHeld();
        return (await late()).length === 0;
    });
}

/** A kill between the decision to submit and the submission leaves what only a person can decide. */
export async function noteHeld() {
    const { transmissions } = await efaxd.ask('/transmissions?held=true');
    for (const { communication } of transmissions) {
        const it = sent.find(({ id }) => communication === `Communication/${id}`);
        Object.assign(it, { end: 'in-progress', held: true });
    }
}

/** Kills efaxd the first time that the moment comes. */
export async function arm(moment) {
    if (moment.startsWith('efax.')) {
        const fault = { endpoint: moment, kind: 'delay', delay_ms: 5000 };
        const { numbers: [number] } = await sandbox.tell('/faults', fault);
        const struck = async () => (await sandbox.ask('/faults')).some((one) => one.number === number && one.struck);
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
export async function unknownForGood() {
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
    const told = await stored(fax.id);
    tally.check('and the Communication tells it', /not known/.test(told.statusReason?.text) || JSON.stringify(told));
    const again = await outcomeOf(send(medplum, fax));
    tally.check('nor does a second call send it', /not known/.test(again.message) || again.message);
}
