// Faxes received, and followed, because somebody asks.
import { compose, faxIds, medium, organization, outcomeOf, send, upload } from '../app.mjs';
import { directionSystem } from '../client.mjs';
import { core } from '../medplum/library.mjs';
import { until } from '../programs.mjs';
import {
    accounts, begin, clinic, efaxd, held, late, medplum, newFax, newFile, newNumber, nobody, sandbox,
    settings, stored, tally, userIds,
} from './world.mjs';

export async function receivingOnRequest() {
    const inbox = new URLSearchParams({
        medium: `${medium.coding[0].system}|FAXWRIT`,
        category: `${directionSystem}|inbound`,
        _sort: '-sent',
        _count: '50',
    });
    const complaints = [];
    for (const [userId, path, recipient] of [
        [userIds.system, ['Communication', '$receive-efax'], undefined],
        [userIds.clinic, ['Organization', clinic.id, '$receive-efax'], `Organization/${clinic.id}`],
        [userIds.nurse, [...accounts.nurse.profile.split('/'), '$receive-efax'], accounts.nurse.profile],
    ]) {
        const { ids } = await sandbox.tell('/faxes', { user_id: userId, count: 3 });
        // Every open page asks at once.
        const replies = await Promise.all([1, 2, 3, 4].map(() => medplum.post(medplum.fhirUrl(...path), {})));
        const found = await medplum.searchResources('Communication', inbox, { cache: 'reload' });
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

/** With a timer that never comes, and without a shared number. */
export async function onRequestOnly() {
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
    tally.equal('$sync-efax-status: when it says completed, the Communication is',
        (await stored(fax.id)).status, 'completed');
    const [one, two, three] = await Promise.all([newFax(), newFax(), newFax()]);
    for (const each of [one, two, three]) await send(medplum, each);
    tally.equal('it looks at all that are under way', count(await sync('Communication'), 'checked'), 3 + held());
    await until('the end of all', async () => {
        await sync(...accounts.nurse.profile.split('/'));
        return (await late()).length === 0;
    });
    const nothing = await sync('Organization', clinic.id);
    tally.equal('one who has sent nothing has nothing under way', count(nothing, 'checked'), 0);

    const shared = await outcomeOf(medplum.post(medplum.fhirUrl('Communication', '$receive-efax'), {}));
    tally.check('without a shared number: a readable refusal',
        /shared fax number/.test(shared.message) || shared.message);
    const file = await newFile();
    const payload = [{ contentAttachment: await upload(medplum, file) }];
    const sender = core.createReference(nobody);
    const unsent = await compose(medplum, payload, [await organization(medplum, newNumber())], { sender });
    const senderless = await outcomeOf(send(medplum, unsent));
    tally.check('and a sender without an eFax user id is refused', /eFax user ID/.test(senderless.message) &&
        !core.isNotFound(senderless) || senderless.message);
    tally.equal('the daemon ends well again', await efaxd.stop(), 0);
}
