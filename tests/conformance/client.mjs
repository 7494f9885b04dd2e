// A program beside efaxd that works on the same FHIR server: staff, in the tests.
import { createHash } from 'node:crypto';

export const faxSystem = 'https://efax.com';
export const directionSystem = 'http://medplum.com/fhir/CodeSystem/fax-direction';
export const numberExtension = 'https://efax.com/originating-fax-number';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export const directionOf = (communication) => communication.category?.[0]?.coding?.[0]?.code;

export class Client {
    constructor(base, clientId, clientSecret) {
        this.base = base;
        this.authorization = 'Basic ' + Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    }

    async #ask(method, path, headers = {}, body) {
        const reply = await fetch(`${this.base}/${path}`, {
            method,
            headers: { accept: 'application/fhir+json', authorization: this.authorization, ...headers },
            body,
        });
        if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`);
        return reply;
    }

    async create(resource) {
        const headers = { 'content-type': 'application/fhir+json' };
        return (await this.#ask('POST', resource.resourceType, headers, JSON.stringify(resource))).json();
    }

    async upload(bytes) {
        return (await this.#ask('POST', 'Binary', { 'content-type': 'application/pdf' }, bytes)).json();
    }

    async download(id) {
        const reply = await this.#ask('GET', `Binary/${id}`, { accept: '*/*' });
        return { type: reply.headers.get('content-type'), bytes: Buffer.from(await reply.arrayBuffer()) };
    }

    /** The Communications of a fax, in both directions. */
    async communications(faxId) {
        const query = new URLSearchParams({ identifier: `${faxSystem}|${faxId}`, _count: '50' });
        // Or else HAPI repeats what it has answered to the same question within the last minute.
        const fresh = { 'cache-control': 'no-cache' };
        const bundle = await (await this.#ask('GET', `Communication?${query}`, fresh)).json();
        return (bundle.entry ?? []).map((entry) => entry.resource);
    }

    /** Files a fax as another program would. */
    async file(faxId, direction, bytes) {
        const binary = await this.upload(bytes);
        return this.create({
            resourceType: 'Communication',
            status: 'completed',
            identifier: [{ system: faxSystem, value: faxId }],
            category: [{ coding: [{ system: directionSystem, code: direction }] }],
            payload: [{ contentAttachment: { contentType: 'application/pdf', url: `Binary/${binary.id}` } }],
        });
    }
}
