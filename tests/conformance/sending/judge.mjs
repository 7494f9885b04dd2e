// Compares what was to be sent with what eFax got and what the Communications say.
import { faxIds } from '../app.mjs';
import { sha256 } from '../client.mjs';

const written = new Set(['identifier', 'status', 'statusReason', 'sent', 'received', 'meta']);

const hashOf = async (file) => sha256(Buffer.from(await file.arrayBuffer()));

function complaintAbout({ documents, pages_sent, status }, { files, hashes, pages }) {
    const pictures = files.some(({ type }) => type !== 'application/pdf');
    if (!pictures && documents.join() !== hashes.join()) return `documents ${documents}`;
    if (pictures && documents.join() === hashes.join()) return 'a picture went out as it was';
    return pages && status === 'COMPLETED' && pages_sent !== pages && `${pages_sent} pages instead of ${pages}`;
}

export class SendingJudge {
    /**
     * `sent`: of each Communication its `id`, the `numbers` of its recipients, the status it should `end` with,
     * whether it is `held`, the `files` that it holds, and how many `pages` that is if known.
     */
    constructor({ server, sandbox, sent }) {
        Object.assign(this, { server, sandbox, sent });
    }

    #stored(id) {
        return this.server.repository.resources.get('Communication').get(id);
    }

    /** Complaints about each, by `complaint(it, its Communication)`. */
    #each(complaint) {
        return this.sent.flatMap((it) => {
            const found = complaint(it, this.#stored(it.id));
            return [found].flat().filter(Boolean).map((text) => `${it.id}: ${text}`);
        });
    }

    /** By what eFax has, whatever the Communications say. */
    async once() {
        const { faxes, sent_twice } = await this.sandbox.ask('/sent');
        const got = new Map();
        for (const { number } of faxes) got.set(number.slice(-4), (got.get(number.slice(-4)) ?? 0) + 1);
        const meant = new Map(this.sent.flatMap((it) => it.numbers.map((number) => [number.slice(-4), it])));
        return [
            ...sent_twice.map((twice) => `twice by ${twice.reason}: ${twice.fax_ids}`),
            ...[...got.keys()].filter((number) => !meant.has(number)).map((number) => `${number} got one by mistake`),
            ...[...meant].flatMap(([number, it]) => {
                const wanted = it.held ? 0 : 1; // held is only what eFax never had, as far as it can be known
                const count = got.get(number) ?? 0;
                return count === wanted ? [] : [`${number} got ${count} instead of ${wanted}`];
            }),
        ];
    }

    ends() {
        return this.#each((it, { status }) => status !== it.end && `${status} instead of ${it.end}`);
    }

    async told() {
        const { faxes } = await this.sandbox.ask('/sent');
        return this.#each((it, communication) => {
            const ids = faxIds(communication);
            const own = faxes.filter(({ fax_id }) => ids.includes(fax_id));
            const numbers = own.map(({ number }) => number.slice(-4));
            const meant = it.held ? [] : it.numbers.map((number) => number.slice(-4));
            const { sent, received, statusReason } = communication;
            return [
                numbers.sort().join() !== meant.sort().join() && `its faxes went to ${numbers}, not to ${meant}`,
                ids.length !== meant.length && `it has ${ids.length} fax ids`,
                !!sent === !!it.held && `sent: ${sent}`,
                !!received !== (it.end === 'completed') && `received: ${received}`,
                !!statusReason?.text !== (it.end !== 'completed') && `statusReason: ${JSON.stringify(statusReason)}`,
            ];
        });
    }

    /** A PDF byte for byte; a picture as one PDF with as many pages. */
    async documents() {
        const { faxes } = await this.sandbox.ask('/sent');
        for (const it of this.sent) it.hashes ??= await Promise.all(it.files.map(hashOf));
        return this.#each((it, communication) => {
            const ids = faxIds(communication);
            return faxes.filter(({ fax_id }) => ids.includes(fax_id)).map((fax) => complaintAbout(fax, it));
        });
    }

    unchanged() {
        return this.#each((it, communication) => {
            const [first] = this.server.repository.history.get('Communication').get(it.id);
            const names = new Set([...Object.keys(first), ...Object.keys(communication)]);
            return [...names]
                .filter((name) => !written.has(name))
                .filter((name) => JSON.stringify(first[name]) !== JSON.stringify(communication[name]))
                .map((name) => `${name}: ${JSON.stringify([first[name], communication[name]])}`);
        });
    }

    /** Once it is created: when it is claimed, when eFax has taken it, and when it has ended; those for each recipient. */
    writes() {
        return this.#each((it) => {
            const most = 2 + 2 * it.numbers.length;
            const versions = this.server.repository.versions('Communication', it.id);
            return versions > most && `written ${versions} times`;
        });
    }
}
