// What apps send: the documentation's example, documents of all kinds, several recipients, failing numbers.
import { compose, example, faxIds, organization, send, upload } from '../app.mjs';
import { core } from '../medplum/library.mjs';
import { valid } from '../valid.mjs';
import {
    admin, between, busy, expect, judge, medplum, newFax, newFile, newNumber, sandbox, sent, server,
    settled, stored, tally,
} from './world.mjs';

export async function metadata() {
    const direct = `http://127.0.0.1:${between.port}/fhir/R4`;
    const statement = await (await fetch(`${direct}/metadata`)).json();
    tally.check("efaxd's CapabilityStatement pleases the validator", valid(statement));
    const listed = statement.rest[0].resource.flatMap(({ operation }) => operation.map(({ name }) => name));
    const names = [...new Set(listed)].sort();
    tally.equal('it lists the operations', names.join(' '), 'receive-efax send-efax sync-efax-status');
    const definitions = [];
    for (const name of names)
        definitions.push(await medplum.readResource('OperationDefinition', name));
    tally.check('the OperationDefinitions, read through nginx, please it too', definitions.flatMap(valid));
    tally.equal("the metadata of the base URL are the FHIR server's",
        (await medplum.get(medplum.fhirUrl('metadata'))).software.name, server.software);
}

export async function theExample() {
    const file = await newFile('pdf', 2);
    const number = newNumber();
    const communication = await example(medplum, file, number);
    expect(communication, [number], 'completed', { files: [file], pages: 2 });
    const after = await stored(communication.id);
    tally.check('when it has sent, the Communication has the fax id and the time',
        faxIds(after).length === 1 && !!after.sent || JSON.stringify(after));
    await settled();
    const done = await medplum.readResource('Communication', communication.id, { cache: 'reload' });
    tally.check('it turns completed by itself',
        done.status === 'completed' && !!done.received || JSON.stringify(done));
}

export async function documentsOfAllKinds() {
    for (const [kind, pages] of [['png', 1], ['jpeg', 1], ['tiff', 3]])
        await send(medplum, await newFax('completed', kind, pages));

    // A large one, with addresses that are references.
    const bytes = Buffer.from(`%PDF-1.4\n${'large '.repeat(3_500_000)}\n%%EOF\n`);
    const large = new File([bytes], 'large.pdf', { type: 'application/pdf' });
    const number = newNumber();
    const { id } = await admin.upload(bytes);
    const reference = { contentType: 'application/pdf', url: `Binary/${id}` };
    const to = [await organization(medplum, number)];
    const plain = await compose(medplum, [{ contentAttachment: reference }], to);
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
    await settled(180);
    tally.check('PDF, PNG, JPEG, TIFF, large, inline, referred and several documents arrive',
        await (await judge()).documents());
}

export async function presigned() {
    const before = server.storage.requests.length;
    const communication = await newFax();
    const address = communication.payload[0].contentAttachment.url;
    tally.check('the app is shown an address elsewhere', !!server.storage.idIn(address) || address);
    // What the app holds may be old: efaxd has to read for itself.
    communication.payload[0].contentAttachment.url = address.replace(/Expires=\d+/, 'Expires=1');
    await send(medplum, communication);
    await settled();
    const asked = server.storage.requests.slice(before);
    tally.check('the document is fetched there, without credentials', asked.length > 0 &&
        asked.every(({ authorization, status }) => !authorization && status === 200) || JSON.stringify(asked));
    tally.check('what is stored stays a reference',
        /^Binary\//.test((await stored(communication.id)).payload[0].contentAttachment.url));
}

export async function recipients() {
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

    tally.equal('two recipients get one fax each', faxIds(await stored(both.id)).length, 2);
    const reason = (await stored(half.id)).statusReason;
    tally.check('where one of two failed, the reason says which',
        reason?.text.includes(`${half.recipient[1].reference}:`) &&
        !reason.text.includes(`${half.recipient[0].reference}:`) || JSON.stringify(reason));
    const { statusReason } = await stored(failing.id);
    tally.check('a busy number stops it, with the reason',
        /busy/i.test(statusReason?.text) && statusReason.coding[0].code === 'E41' ||
        JSON.stringify(statusReason));
}
