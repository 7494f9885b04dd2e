// Compares what was to be sent with what eFax got and what the Communications say.
import { sha256 } from './client.mjs';
import { faxIds } from './app.mjs';
import { core } from './medplum/library.mjs';

/** What Medplum's validator has against a resource, warnings included. */
export function valid(resource) {
    const name = `${resource?.resourceType}/${resource?.id}`;
    try {
        return core
            .validateResource(resource)
            .map(({ severity, details, expression }) => `${name}: ${severity} ${details?.text} ${expression}`);
    } catch (error) {
        return [`${name}: ${error.message}`];
    }
}

const written = new Set(['identifier', 'status', 'statusReason', 'sent', 'received', 'meta']);

export class SendingJudge {
    /**
     * `sent`: of each Communication its `id`, the `numbers` of its recipients, the status it should `end` with, whether
     * it is `held`, the `files` that it holds, how many `pages` that is if known, and as what it was `created`.
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
        const report = await this.sandbox.ask('/sent');
        const got = new Map();
        for (const { number } of report.faxes) got.set(number.slice(-4), (got.get(number.slice(-4)) ?? 0) + 1);
        const meant = new Map(this.sent.flatMap((it) => it.numbers.map((number) => [number.slice(-4), it])));
        return [
            ...report.sent_twice.map((twice) => `twice by ${twice.reason}: ${twice.fax_ids}`),
            ...[...got].filter(([, count]) => count > 1).map(([number, count]) => `${number} got ${count}`),
            ...[...got.keys()].filter((number) => !meant.has(number)).map((number) => `${number} got one by mistake`),
            ...[...meant].filter(([number, it]) => !got.has(number) && !it.held).map(([number]) => `${number} got none`),
        ];
    }

    ends() {
        return this.#each((it, { status }) => status !== it.end && `${status} instead of ${it.end}`);
    }

    async told() {
        const { faxes } = await this.sandbox.ask('/sent');
        return this.#each((it, communication) => {
            const ids = faxIds(communication);
            const numbers = faxes.filter(({ fax_id }) => ids.includes(fax_id)).map(({ number }) => number.slice(-4));
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
        for (const it of this.sent)
            it.hashes ??= await Promise.all(it.files.map(async (file) => sha256(Buffer.from(await file.arrayBuffer()))));
        return this.#each((it, communication) =>
            faxes.filter(({ fax_id }) => faxIds(communication).includes(fax_id)).map(({ documents, pages_sent, status }) => {
                const pictures = it.files.some(({ type }) => type !== 'application/pdf');
                if (!pictures && documents.join() !== it.hashes.join()) return `documents ${documents}`;
                if (pictures && documents.join() === it.hashes.join()) return 'a picture went out as it was';
                const arrived = status === 'COMPLETED';
                return it.pages && arrived && pages_sent !== it.pages && `${pages_sent} pages instead of ${it.pages}`;
            }),
        );
    }

    unchanged() {
        return this.#each((it, communication) => {
            const [first] = this.server.repository.history.get('Communication').get(it.id);
            const names = new Set([...Object.keys(first), ...Object.keys(communication)]);
            return [...names]
                .filter((name) => !written.has(name))
                .filter((name) => JSON.stringify(first[name]) !== JSON.stringify(communication[name]))
                .map((name) => `${name} was ${JSON.stringify(first[name])}, is ${JSON.stringify(communication[name])}`);
        });
    }

    /** Once it is created: when eFax has taken it, and when it has ended; with several recipients once for each. */
    writes() {
        return this.#each((it) => {
            const most = 1 + 2 * it.numbers.length;
            const versions = this.server.repository.versions('Communication', it.id);
            return versions > most && `written ${versions} times`;
        });
    }
}
