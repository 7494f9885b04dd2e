// Communications that nobody asks to send: efaxd looks for them by itself.
import { arm } from './kills.mjs';
import { begin, efaxd, newFax, settings, settled, tally } from './world.mjs';

export async function pickingUp() {
    const newFaxes = () => Promise.all([1, 2, 3].map(() => newFax()));
    tally.equal('the daemon ends well', await efaxd.stop(), 0);
    efaxd.configure({ ...settings, send: settings.send.replace('{', '{ pick_up: 1s,') });
    await begin();
    await newFaxes();
    await settled();
    for (const moment of ['after PATCH Communication', 'efax.send']) {
        const killed = await arm(moment);
        await newFaxes();
        await killed();
        await begin();
        await settled();
    }
    tally.equal('what nobody calls for is picked up, and the daemon ends well', await efaxd.stop(), 0);
    efaxd.configure(settings);
    await begin();
}
