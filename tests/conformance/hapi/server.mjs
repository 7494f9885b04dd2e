// HAPI's JPA server, in a Java process of its own. All that is said to it passes here, so that the stories can note it
// and stop efaxd at chosen moments; nothing is changed on the way.
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { start } from '../programs.mjs';
import { valid } from '../valid.mjs';
import { Snapshot } from './snapshot.mjs';
import { carelessWrites, refused } from './strictness.mjs';

const root = '/fhir/R4';
const json = 'application/fhir+json';

export class Server {
    /** It asks nobody who they are. */
    guarded = false;
    software = 'HAPI FHIR Server';
    refused = refused;
    carelessWrites = carelessWrites;
    /** As of the last look. */
    repository = new Snapshot();
    /** Every request answered: `{ scheme, forwarded, method, path, status }`, as Medplum's server notes them. */
    requests = [];
    /** Called, and waited for, at the same moments of a request as with Medplum's server. */
    at = async (_moment) => {};

    #agent = new Agent({ keepAlive: true });
    #http = createServer((from, to) => this.#pass(from, to));

    /** With `documentsApart`, documents are not kept in the database, and the large ones are not in their Binary. */
    async start(room, { documentsApart = false } = {}) {
        const log = openSync(join(room, 'hapi.log'), 'w');
        const home = process.env.EFAXD_CONFORMANCE_HAPI;
        const classes = [join(home, 'classes'), join(home, 'jars', '*')].join(':');
        // For a process of minutes, the quick compiler is the better one.
        const options = ['-Xmx2g', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classes];
        const args = [...options, 'Server', root, ...(documentsApart ? ['apart'] : [])];
        this.#hapi = start('java', args, ['pipe', 'pipe', log]);
        const [line] = await Promise.race([
            once(createInterface(this.#hapi.stdout), 'line'),
            this.#hapi.ended.then((code) => Promise.reject(new Error(`HAPI ended: ${code}`))),
        ]);
        this.#port = Number(new URL(line).port);
        await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
        this.origin = `http://127.0.0.1:${this.#http.address().port}`;
        this.base = this.origin + root;
    }
    #hapi;
    #port;

    async stop() {
        this.#http.closeAllConnections();
        await new Promise((resolve) => this.#http.close(resolve));
        this.#agent.destroy();
        this.#hapi.stdin.end();
        await this.#hapi.ended;
    }

    get #own() {
        return `http://127.0.0.1:${this.#port}${root}`;
    }

    /** Brings the repository up to date. */
    async look() {
        this.repository = await Snapshot.of(this.#own);
    }

    async stored(type, id) {
        const reply = await fetch(`${this.#own}/${type}/${id}`, { headers: { accept: json } });
        const text = await reply.text();
        return reply.ok ? JSON.parse(text) : undefined;
    }

    /** The id of the Binary whose address this is. */
    documentAt = (url) => /^Binary\/([^/]+)$/.exec(url)?.[1];

    sha256Of = (binary) => this.repository.documents.get(binary);

    /** What the validators, HAPI's and Medplum's, have against anything that is stored, as of the last look. */
    async complaints() {
        const complaints = this.repository.allVersions().flatMap(valid);
        const left = this.repository.all('Communication');
        const validate = async () => {
            for (let one; (one = left.pop()); ) complaints.push(...(await this.#invalid(one)));
        };
        await Promise.all([validate(), validate(), validate(), validate()]);
        return complaints;
    }

    /** Everything but the advice to write a narrative, and a note that our extension has no public definition. */
    async #invalid(resource) {
        const url = `${this.#own}/${resource.resourceType}/$validate`;
        const headers = { accept: json, 'content-type': json };
        const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(resource) });
        const { issue } = await reply.json();
        return issue
            .filter(({ severity, diagnostics }) => severity !== 'information' && !/^Constraint failed: dom-6/.test(diagnostics))
            .map(({ severity, diagnostics }) => `${resource.resourceType}/${resource.id}: ${severity} ${diagnostics}`);
    }

    async #pass(from, to) {
        const { method, url, headers } = from;
        const path = new URL(url, this.origin).pathname;
        const name = `${method} ${path.slice(root.length + 1).split('/')[0]}`;
        try {
            await this.at(`before ${name}`);
            const pieces = [];
            for await (const piece of from) {
                if (!pieces.length) await this.at(`within ${name}`);
                pieces.push(piece);
            }
            const answer = await this.#ask(method, url, headers, Buffer.concat(pieces));
            const scheme = headers.authorization?.split(' ')[0] ?? '';
            this.requests.push({ scheme, forwarded: 'x-forwarded-for' in headers, method, path, status: answer.status });
            await this.at(`after ${name}`);
            to.writeHead(answer.status, answer.headers).end(answer.body);
        } catch {
            to.destroy(); // the client is gone, or HAPI is
        }
    }

    async #ask(method, path, { 'transfer-encoding': _, ...headers }, body) {
        if (body.length) headers['content-length'] = body.length;
        const onward = request({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent });
        onward.end(body);
        const [answer] = await once(onward, 'response');
        const pieces = [];
        for await (const piece of answer) pieces.push(piece);
        const { 'transfer-encoding': __, connection, date, server, ...rest } = answer.headers;
        return { status: answer.statusCode, headers: rest, body: Buffer.concat(pieces) };
    }
}
