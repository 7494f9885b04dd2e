// Where Medplum keeps documents: on an origin of its own, under addresses that are good for a while and for everybody
// who has them.
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

export class Storage {
    /** By Binary id: `{ bytes, sha256, contentType }`. Those of deleted Binaries stay. */
    documents = new Map();
    /** Every request answered: `{ authorization, status }`. */
    requests = [];
    /** How long an address is good; below 0, it never was. */
    seconds = 3600;

    #key = randomBytes(32);
    #http = createServer((request, response) => this.#serve(request, response));

    async start() {
        await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
        this.host = `127.0.0.1:${this.#http.address().port}`;
    }

    stop() {
        this.#http.closeAllConnections();
        return new Promise((resolve) => this.#http.close(resolve));
    }

    address(id) {
        const expires = Math.floor(Date.now() / 1000) + this.seconds;
        const path = `/storage/binary/${id}/1`;
        return `http://${this.host}${path}?Expires=${expires}&Signature=${this.#sign(path, expires)}`;
    }

    /** The id of the Binary whose address this is; undefined for another. */
    idIn(address) {
        return address.startsWith(`http://${this.host}/`) ? idIn(new URL(address).pathname) : undefined;
    }

    #sign(path, expires) {
        return createHmac('sha256', this.#key).update(`${path}?${expires}`).digest('base64url');
    }

    #serve(request, response) {
        const [status, type, body] = this.#answer(new URL(request.url, `http://${this.host}`));
        this.requests.push({ authorization: request.headers.authorization, status });
        response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
    }

    #answer({ pathname, searchParams }) {
        const expires = Number(searchParams.get('Expires'));
        const good = searchParams.get('Signature') === this.#sign(pathname, expires) && expires * 1000 > Date.now();
        if (!good) return [403, 'application/xml', '<Error><Code>AccessDenied</Code></Error>'];
        const document = this.documents.get(idIn(pathname));
        return document ? [200, document.contentType, document.bytes] : [404, 'application/xml', '<Error/>'];
    }
}

const idIn = (path) => /^\/storage\/binary\/([^/]+)\//.exec(path)?.[1];
