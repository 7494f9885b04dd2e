// What is stored on a FHIR server, as its history tells: every version of everything.
import { sha256 } from '../client.mjs';

/** Has the form of Medplum's repository in memory, as far as the stories look into that. */
export class Snapshot {
    resources = new Map(); // by type, by id
    history = new Map(); // by type, by id: all versions, the oldest first
    deleted = []; // `Type/id`
    documents = new Map(); // by Binary id: the SHA-256 of its bytes, deleted ones included

    static async of(base) {
        const snapshot = new Snapshot();
        const versions = [];
        // Page by page until there is none: HAPI believes its first count for a while, and so its links end too early.
        for (let page; !page || page.length; versions.push(...page)) page = await pageOf(base, versions.length);
        for (const version of versions.reverse()) snapshot.#add(version);
        return snapshot;
    }

    #add({ name, resource, document }) {
        const [type, id] = name;
        if (!resource) {
            this.deleted.push(`${type}/${id}`);
            this.resources.get(type)?.delete(id);
            return;
        }
        for (const map of [this.resources, this.history]) if (!map.has(type)) map.set(type, new Map());
        const history = this.history.get(type);
        history.set(id, [...(history.get(id) ?? []), resource]);
        this.resources.get(type).set(id, resource);
        if (document) this.documents.set(id, document);
    }

    all(type) {
        const maps = type ? [this.resources.get(type) ?? new Map()] : [...this.resources.values()];
        return maps.flatMap((map) => [...map.values()]);
    }

    versions(type, id) {
        return this.history.get(type)?.get(id)?.length ?? 0;
    }

    allVersions() {
        return [...this.history.values()].flatMap((map) => [...map.values()].flat());
    }
}

async function pageOf(base, offset) {
    const url = `${base}/_history?_count=50&_offset=${offset}`;
    const reply = await fetch(url, { headers: { accept: 'application/fhir+json', 'cache-control': 'no-cache' } });
    if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
    return ((await reply.json()).entry ?? []).map(light);
}

/** Of documents the hash will do. */
function light({ request, resource }) {
    const name = request.url.split('/');
    if (request.method === 'DELETE' || !resource) return { name };
    if (resource.resourceType !== 'Binary') return { name, resource };
    const { data = '', ...rest } = resource;
    return { name, resource: rest, document: sha256(Buffer.from(data, 'base64')) };
}
