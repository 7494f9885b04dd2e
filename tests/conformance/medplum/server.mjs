// An HTTP server on loopback around Medplum's own router, with what Medplum's server adds to it: sign-in, raw
// Binaries, validation of what is written, headers, links to further pages and presigned document addresses.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

import { capabilityStatement, smartConfiguration } from './capability.mjs';
import { core, router } from './library.mjs';
import { Repository } from './repository.mjs';
import { Storage } from './storage.mjs';
import { carelessWrites, refused } from './strictness.mjs';
import { Tokens } from './tokens.mjs';
import { valid } from '../valid.mjs';

const mostJsonBytes = 1 << 20;
const root = '/fhir/R4';
const jsonTypes = new Set(['application/json', 'application/fhir+json', 'application/json-patch+json']);

class TooLarge extends Error {}

export class Server {
    /** It wants to know who asks. */
    guarded = true;
    software = 'medplum';
    refused = refused;
    carelessWrites = carelessWrites;
    repository = new Repository();
    storage = new Storage();
    /**
     * Every request answered: `{ scheme, account, forwarded, method, path, status }`: the scheme of its authorization,
     * whose it is, and whether a proxy has passed it on.
     */
    requests = [];
    /**
     * Called, and waited for, at the moments of a request: `before` it is looked at, `within` its body and `after` it
     * is done, before the answer. A request is told as its method and first segment, such as `POST Binary`.
     */
    at = async (_moment) => {};

    #router = new router.FhirRouter();
    #http = createServer((request, response) => this.#serve(request, response));

    /** The accounts are those of Tokens. */
    constructor(accounts) {
        this.tokens = new Tokens(accounts);
        this.repository.beforeWrite = (resource) => this.#withReferences(resource);
    }

    async start() {
        await this.storage.start();
        await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
        this.origin = `http://127.0.0.1:${this.#http.address().port}`;
        this.base = this.origin + root;
        this.tokenUrl = this.origin + '/oauth2/token';
    }

    async stop() {
        this.#http.closeAllConnections();
        await Promise.all([this.storage.stop(), new Promise((resolve) => this.#http.close(resolve))]);
    }

    /** The repository is always up to date. */
    async look() {}

    async stored(type, id) {
        return this.repository.resources.get(type)?.get(id);
    }

    /** The id of the Binary whose address this is. */
    documentAt(url) {
        return this.storage.idIn(url);
    }

    sha256Of(binary) {
        return this.storage.documents.get(binary)?.sha256;
    }

    /** What Medplum's validator has against any version of anything that is stored. */
    async complaints() {
        return this.repository.allVersions().flatMap(valid);
    }

    async #serve(request, response) {
        const url = new URL(request.url, this.origin);
        try {
            const [status, headers, body] = await this.#answer(request, url);
            this.#note(request, url, status);
            response.writeHead(status, headers).end(body);
        } catch (error) {
            if (request.socket.destroyed) return; // the client is gone
            const [status, outcome] = refusalOf(error);
            this.#note(request, url, status);
            response.writeHead(status, { 'Content-Type': 'application/fhir+json' }).end(JSON.stringify(outcome));
        }
    }

    #note(request, url, status) {
        const { method, headers, account } = request;
        const scheme = headers.authorization?.split(' ')[0] ?? '';
        const forwarded = 'x-forwarded-for' in headers;
        this.requests.push({ scheme, account: account?.id, forwarded, method, path: url.pathname, status });
    }

    async #answer(request, url) {
        const path = url.pathname.startsWith(root + '/') ? url.pathname.slice(root.length + 1) : '';
        const name = `${request.method} ${url.pathname === '/oauth2/token' ? 'token' : path.split('/')[0]}`;
        await this.at(`before ${name}`);
        const answer = await this.#route(request, url, path, name);
        await this.at(`after ${name}`);
        return answer;
    }

    async #route(request, url, path, name) {
        if (url.pathname === '/oauth2/token' && request.method === 'POST') {
            const body = await this.#body(request, name, mostJsonBytes);
            const [status, type, text] = this.tokens.answer(request.headers['content-type'] ?? '', body.toString());
            return [status, { 'Content-Type': type, 'Cache-Control': 'no-store' }, text];
        }
        if (request.method === 'GET' && path === 'metadata')
            return fhir(200, capabilityStatement(this.base, this.tokenUrl));
        if (request.method === 'GET' && path === '.well-known/smart-configuration')
            return [200, { 'Content-Type': 'application/json' }, JSON.stringify(smartConfiguration(this.tokenUrl))];
        if (!path && url.pathname !== '/auth/me') return fhir(404, core.notFound);
        request.account = this.tokens.accountOf(request.headers.authorization);
        if (!request.account) return fhir(401, core.unauthorized);
        if (!path) return this.#me(request.account);
        if (!mayTouch(request.account, path)) return fhir(403, core.forbidden);

        const wantsJson = (request.headers.accept ?? '').includes('json');
        const read = /^Binary\/([^/]+)$/.exec(path);
        if (request.method === 'GET' && read && !wantsJson) return this.#document(read[1]);
        if (path === 'Binary' && request.method === 'POST') return this.#newBinary(request, name);
        return this.#resource(request, path + url.search, name);
    }

    /** Who is signed in. */
    async #me({ id, profile = `ClientApplication/${id}` }) {
        const project = { resourceType: 'Project', id: 'conformance', name: 'Conformance' };
        const [resourceType, profileId] = profile.split('/');
        const resource =
            resourceType === 'ClientApplication'
                ? { resourceType, id: profileId }
                : await this.repository.readResource(resourceType, profileId);
        const membership = { resourceType: 'ProjectMembership', id, profile: { reference: profile }, admin: false };
        return [200, { 'Content-Type': 'application/json' }, JSON.stringify({ project, membership, profile: resource })];
    }

    async #body(request, name, most) {
        const pieces = [];
        let size = 0;
        for await (const piece of request) {
            if (!size) await this.at(`within ${name}`);
            size += piece.length;
            if (size > most) throw new TooLarge(`more than ${most} bytes`);
            pieces.push(piece);
        }
        return Buffer.concat(pieces);
    }

    /** Any bytes are a document, but for a Binary in JSON. */
    async #newBinary(request, name) {
        let contentType = request.headers['content-type'] ?? 'application/octet-stream';
        const isJson = contentType.includes('fhir+json');
        let bytes = await this.#body(request, name, isJson ? mostJsonBytes * 2 : Infinity);
        let resource = { resourceType: 'Binary', contentType };
        if (isJson) {
            const { data = '', ...rest } = JSON.parse(bytes.toString());
            core.validateResource({ ...rest, data });
            [resource, bytes, contentType] = [rest, Buffer.from(data, 'base64'), rest.contentType];
        }
        const answer = await this.#handle(request, 'Binary', resource);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        if (answer.resource) this.storage.documents.set(answer.resource.id, { bytes, sha256, contentType });
        return this.#reply(request, answer);
    }

    #document(id) {
        const there = this.repository.all('Binary').some((binary) => binary.id === id);
        const document = this.storage.documents.get(id);
        if (!there || !document) return fhir(document ? 410 : 404, document ? core.gone : core.notFound);
        return [200, { 'Content-Type': document.contentType }, document.bytes];
    }

    async #resource(request, target, name) {
        const bytes = await this.#body(request, name, mostJsonBytes);
        const type = request.headers['content-type']?.split(';')[0];
        if (bytes.length && !jsonTypes.has(type)) return fhir(400, core.badRequest('Unsupported content type'));
        const body = bytes.length ? JSON.parse(bytes.toString()) : {};
        return this.#reply(request, await this.#handle(request, target, body), target);
    }

    async #handle(request, target, body) {
        const { method, headers } = request;
        const asked = { method, url: target, pathname: '', params: {}, query: {}, body, headers };
        const [outcome, resource] = await this.#router.handleRequest(
            { ...asked, config: { transactions: true } },
            this.repository,
        );
        return { outcome, resource };
    }

    #reply(request, { outcome, resource }, target = '') {
        const status = core.getStatus(outcome);
        if (!resource) return fhir(status, outcome);
        const headers = {};
        if (resource.meta?.versionId) headers.ETag = `W/"${resource.meta.versionId}"`;
        if (status === 201) headers.Location = `${this.base}/${resource.resourceType}/${resource.id}`;
        if (resource.type === 'searchset') this.#finishBundle(resource, target);
        if (resource.resourceType === 'Binary') resource = { ...resource, url: this.storage.address(resource.id) };
        if (request.headers['x-medplum'] === 'extended' && resource.meta)
            resource = { ...resource, meta: { ...resource.meta, ...extendedMeta(request.account) } };
        return fhir(status, resource, headers, (url) => this.#addressed(url));
    }

    #finishBundle(bundle, target) {
        const link = (relation, url) => ({ relation, url: `${this.base}/${url}` });
        bundle.link = [link('self', target)];
        if (bundle.nextOffset !== undefined) {
            const next = new URL(target, this.base);
            next.searchParams.set('_offset', bundle.nextOffset);
            bundle.link.push(link('next', target.split('?')[0] + next.search));
            delete bundle.nextOffset;
        }
        for (const entry of bundle.entry ?? [])
            entry.fullUrl = `${this.base}/${entry.resource.resourceType}/${entry.resource.id}`;
    }

    /** On reading, a document's address is one that opens without a token for a while. */
    #addressed(url) {
        const id = /^Binary\/([^/]+)$/.exec(url)?.[1];
        return id ? this.storage.address(id) : url;
    }

    /** On writing, such an address becomes a reference again. */
    #withReferences(resource) {
        const text = JSON.stringify(resource, (key, member) => {
            const id = key === 'url' && typeof member === 'string' ? this.storage.idIn(member) : undefined;
            return id ? `Binary/${id}` : member;
        });
        return JSON.parse(text);
    }
}

const mayTouch = ({ types }, path) => !types || types.has(path.split(/[/?]/)[0]);

/** What Medplum's own client asks for, and gets in each resource. */
function extendedMeta({ id, profile }) {
    return { project: 'conformance', author: { reference: profile ?? `ClientApplication/${id}` } };
}

function refusalOf(error) {
    if (error instanceof TooLarge) return [413, core.badRequest(error.message)];
    if (error instanceof SyntaxError) return [400, core.badRequest('The body is no JSON')];
    if (error instanceof core.OperationOutcomeError) return [core.getStatus(error.outcome), error.outcome];
    return [500, core.serverError(error)];
}

function fhir(status, value, headers = {}, address = (url) => url) {
    const text = JSON.stringify(value, (key, member) =>
        key === 'url' && typeof member === 'string' ? address(member) : member,
    );
    return [status, { 'Content-Type': 'application/fhir+json', ...headers }, text];
}
