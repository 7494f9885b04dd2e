// Answers that get lost, an eFax that stammers, users who press twice: nothing goes out twice.
import { organization, outcomeOf, send, upload } from '../app.mjs';
import { core } from '../medplum/library.mjs';
import {
    between, expect, medplum, newFax, newFile, newNumber, posts, sandbox, server, settled, stored, tally,
} from './world.mjs';

/** Medplum's client posts again by itself what was answered 5xx, twice at the most. */
export async function repeating() {
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
    tally.equal('sent again when it is completed, it stays as it is',
        again.meta.versionId, (await stored(twice.id)).meta.versionId);
    const copy = await medplum.post(medplum.fhirUrl('Communication', '%24send-efax'), twice);
    tally.equal('%24 is a $', copy.id, twice.id);

    const raw = { ...lost, id: undefined, meta: undefined, identifier: undefined };
    const [number, file] = [newNumber(), await newFile()];
    raw.recipient = [core.createReference(await organization(medplum, number))];
    raw.payload = [{ contentAttachment: await upload(medplum, file) }];
    between.lose = 1;
    const filed = await send(medplum, raw);
    expect({ ...raw, id: filed.id, meta: filed.meta }, [number], 'completed', { files: [file], filed: true });
    await server.look();
    tally.check('one that was never stored is stored, once', server.repository.all('Communication')
        .filter(({ recipient }) => recipient?.[0].reference === raw.recipient[0].reference).length === 1);
    await settled();
}
