// Compares what eFax had with what the FHIR server was given.
import { directionOf, faxSystem, numberExtension, sha256 } from './client.mjs';

const binaryOf = (communication) => communication.payload?.[0]?.contentAttachment?.url?.replace(/^Binary\//, '');

export class Judge {
    constructor({ server, client, sandbox, faxes }) {
        Object.assign(this, { server, client, sandbox, faxes });
    }

    get #communications() {
        return this.server.repository.all('Communication');
    }

    #inbound(faxId) {
        return this.#communications.filter(
            (one) =>
                directionOf(one) === 'inbound' &&
                one.identifier?.some(({ system, value }) => system === faxSystem && value === faxId),
        );
    }

    /** Complaints about faxes, each by `complaint(fax, its Communication)`. */
    async #each(complaint) {
        const complaints = [];
        for (const fax of this.faxes.values()) {
            const [communication] = this.#inbound(fax.id);
            if (!communication || fax.filedByOthers) continue;
            const wrong = await complaint(fax, communication);
            if (wrong) complaints.push(`${fax.id}: ${wrong}`);
        }
        return complaints;
    }

    once() {
        return [...this.faxes.keys()]
            .map((id) => [id, this.#inbound(id).length])
            .filter(([, count]) => count !== 1)
            .map(([id, count]) => `${id} has ${count} inbound Communications`);
    }

    /** Each is found by the search that apps use, and its document by the address they read there. */
    async bytes() {
        await this.sandbox.signIn();
        return this.#each(async (fax) => {
            const found = (await this.client.communications(fax.id)).filter((one) => directionOf(one) === 'inbound');
            if (found.length !== 1) return `a search finds ${found.length}`;
            const attachment = found[0].payload[0].contentAttachment;
            const id = this.server.documentAt(attachment.url);
            if (!id) return 'its document has no address';
            const { type, bytes } = await this.client.download(id);
            fax.sha256 = sha256(await this.sandbox.document(fax));
            if (sha256(bytes) !== fax.sha256) return 'its bytes are not those at eFax';
            if (type !== 'application/pdf' || attachment.contentType !== type) return `it is ${type}`;
            return attachment.size !== bytes.length && `size ${attachment.size} for ${bytes.length} bytes`;
        });
    }

    /** Or else equal bytes would prove little. */
    distinct() {
        const hashes = [...this.faxes.values()].map((fax) => fax.sha256).filter(Boolean);
        return new Set(hashes).size === hashes.length || 'two faxes have the same bytes';
    }

    recipients() {
        return this.#each((fax, { recipient }) => {
            const is = recipient?.map(({ reference }) => reference).join(' ');
            return is !== fax.recipient && `for ${is} instead of ${fax.recipient}`;
        });
    }

    dates() {
        return this.#each((fax, { sent }) => {
            const wanted = new Date(fax.completed).toISOString().replace(/\.\d+Z$/, 'Z');
            return sent !== wanted && `sent ${sent} instead of ${wanted}`;
        });
    }

    numbers() {
        return this.#each((fax, { extension }) => {
            const is = extension?.find(({ url }) => url === numberExtension)?.valueString;
            return is !== fax.from && `from ${is} instead of ${fax.from}`;
        });
    }

    /** Nothing but `known` resources, a Communication a fax and Binaries; nothing ever rewritten. */
    nothingElse(known) {
        const ours = new Set(known);
        for (const id of this.faxes.keys())
            for (const one of this.#inbound(id)) ours.add(`Communication/${one.id}`);
        return this.server.repository.all().flatMap(({ resourceType, id }) => {
            const name = `${resourceType}/${id}`;
            if (!ours.has(name) && resourceType !== 'Binary') return [`${name} is no fax's`];
            const versions = this.server.repository.versions(resourceType, id);
            return versions === 1 ? [] : [`${name} was written ${versions} times`];
        });
    }

    /** Only Binaries may be deleted, and none that a Communication points at. */
    deletions() {
        const used = new Set(this.#communications.map((one) => `Binary/${binaryOf(one)}`));
        return this.server.repository.deleted
            .filter((name) => !name.startsWith('Binary/') || used.has(name))
            .map((name) => `${name} was deleted`);
    }

    /** Binaries that no Communication points at: `[{ id, sha256 }]`. */
    spares() {
        const used = new Set(this.#communications.map(binaryOf));
        return this.server.repository
            .all('Binary')
            .filter(({ id }) => !used.has(id))
            .map(({ id }) => ({ id, sha256: this.server.sha256Of(id) }));
    }

    /** A spare is a document twice uploaded: more than one of the same by one kill, or a strange one, is a fault. */
    sparesComplaints(kills) {
        const known = new Set([...this.faxes.values()].map((fax) => fax.sha256));
        const times = new Map();
        for (const { sha256 } of this.spares()) times.set(sha256, (times.get(sha256) ?? 0) + 1);
        return [...times].flatMap(([hash, count]) => [
            ...(known.has(hash) ? [] : ['a spare Binary that is no fax']),
            ...(count <= kills ? [] : [`${count} spares of one fax`]),
        ]);
    }

    /** Requests of efaxd that were refused, but for `allowed` statuses. */
    refused(allowed) {
        return this.server.requests
            .filter(({ scheme, status }) => scheme !== 'Basic' && status >= 400 && !allowed.includes(status))
            .map(({ method, path, status }) => `${method} ${path} was answered ${status}`);
    }
}
