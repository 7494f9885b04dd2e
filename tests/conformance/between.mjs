// Stands between nginx and efaxd, notes each request and can lose answers: efaxd has done its work, and nobody hears.
import { createServer, request } from 'node:http';

export class Between {
    /** Every request for an operation: `{ method, path, status }`, the status undefined if efaxd gave none. */
    requests = [];
    /** So many answers to POSTs are lost, from now on. */
    lose = 0;

    #http = createServer((from, to) => this.#pass(from, to));

    constructor(port) {
        this.port = port;
    }

    async start() {
        await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
        this.host = `127.0.0.1:${this.#http.address().port}`;
    }

    stop() {
        this.#http.closeAllConnections();
        return new Promise((resolve) => this.#http.close(resolve));
    }

    #pass(from, to) {
        const { method, url: path, headers } = from;
        const note = { method, path };
        this.requests.push(note);
        const onward = request({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false });
        onward.on('error', () => to.destroy()); // efaxd is not there, or was killed
        onward.on('response', async (answer) => {
            const pieces = [];
            try {
                for await (const piece of answer) pieces.push(piece);
            } catch {
                return to.destroy();
            }
            note.status = answer.statusCode;
            if (method === 'POST' && this.lose > 0) {
                --this.lose;
                return to.destroy();
            }
            to.writeHead(answer.statusCode, answer.headers).end(Buffer.concat(pieces));
        });
        from.pipe(onward);
    }
}
