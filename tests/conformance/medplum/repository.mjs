// Medplum's repository in memory, made as strict as Medplum's server.
import { core, router } from './library.mjs';

const { OperationOutcomeError } = core;

const refuse = (outcome) => {
    throw new OperationOutcomeError(outcome);
};

export class Repository extends router.MemoryRepository {
    #deleted = new Set();
    /** What becomes of a resource before it is stored. */
    beforeWrite = (resource) => resource;

    /** What was deleted, as `Type/id`. */
    get deleted() {
        return [...this.#deleted];
    }

    /** Every resource that is there now, as it is stored. */
    all(type) {
        const maps = type ? [this.resources.get(type) ?? new Map()] : [...this.resources.values()];
        return maps.flatMap((map) => [...map.values()]);
    }

    /** How often a resource was written. */
    versions(type, id) {
        return this.history.get(type)?.get(id)?.length ?? 0;
    }

    /** Every version of every resource. */
    allVersions() {
        return [...this.history.values()].flatMap((map) => [...map.values()].flat());
    }

    async createResource(resource, options, update = false) {
        core.validateResource(resource);
        const stored = this.beforeWrite(update ? resource : withOurId(resource, options));
        return super.createResource(stored, options, update);
    }

    async conditionalCreate(resource, search, options) {
        checkParameters(search);
        core.validateResource(resource);
        return super.conditionalCreate(this.beforeWrite(withOurId(resource, options)), search, options);
    }

    /** Ids are the server's to give: no update creates. */
    async updateResource(resource, options) {
        await this.readResource(resource.resourceType, resource.id);
        return super.updateResource(resource, options);
    }

    async readResource(type, id) {
        if (this.#deleted.has(`${type}/${id}`)) refuse(core.gone);
        return super.readResource(type, id);
    }

    async deleteResource(type, id, options) {
        if (this.#deleted.has(`${type}/${id}`)) return; // once more does no harm
        await super.deleteResource(type, id, options);
        this.#deleted.add(`${type}/${id}`);
    }

    async search(search) {
        checkParameters(search);
        const count = Math.min(search.count ?? core.DEFAULT_SEARCH_COUNT, core.DEFAULT_MAX_SEARCH_COUNT);
        const bundle = await super.search({ ...search, count });
        const found = bundle.total;
        if (!search.total || search.total === 'none') delete bundle.total;
        const end = (search.offset ?? 0) + count;
        if (count > 0 && found > end) bundle.nextOffset = end; // the HTTP side makes a link of it
        return search.fields ? { ...bundle, entry: bundle.entry?.map((entry) => cut(entry, search.fields)) } : bundle;
    }
}

function withOurId(resource, options) {
    return options?.assignedId ? resource : { ...resource, id: undefined };
}

function checkParameters(search) {
    for (const { code } of search.filters ?? []) {
        const name = code.split(/[.:]/)[0];
        if (name !== '_has' && !core.getSearchParameter(search.resourceType, name))
            refuse(core.badRequest(`Unknown search parameter: ${name}`));
    }
}

/** `_elements`: only some members, and a tag that says so. */
function cut(entry, fields) {
    const kept = new Set(['resourceType', 'id', ...fields]);
    const resource = Object.fromEntries(Object.entries(entry.resource).filter(([name]) => kept.has(name)));
    const system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue';
    resource.meta = { ...entry.resource.meta, tag: [{ system, code: 'SUBSETTED' }] };
    return { ...entry, resource };
}
