// The programs under test and beside it: efaxd, and the sandbox for its eFax side.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

export function start(program, args, stdio) {
    const child = spawn(program, args, { stdio });
    children.add(child);
    child.ended = once(child, 'exit').then(([code, signal]) => {
        children.delete(child);
        return code ?? signal;
    });
    return child;
}

/** A port that nobody listens on, at present. */
export async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Asks until the answer is truthy, and gives it back; an error counts as not yet. */
export async function until(what, ask, seconds = 60) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await Promise.resolve().then(ask).catch(() => undefined);
        if (answer) return answer;
        if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
        await pause(50);
    }
}

async function answerOf(reply) {
    if (!reply.ok) throw new Error(`${reply.url} answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
}

/** The simulated eFax and its control API. */
export class Sandbox {
    static app = 'sim-app';
    static key = 'sim-key+/==';

    static async start(bin, log, ...options) {
        const sandbox = new Sandbox();
        const args = ['--scenario', 'empty', '--for', '30m', ...options];
        const child = start(join(bin, 'efax-sandbox'), args, ['ignore', 'pipe', openSync(log, 'w')]);
        const [line] = await Promise.race([
            once(createInterface(child.stdout), 'line'),
            child.ended.then((code) => Promise.reject(new Error(`efax-sandbox ended: ${code}`))),
        ]);
        Object.assign(sandbox, JSON.parse(line), { child });
        return sandbox;
    }

    async stop() {
        this.child.kill('SIGTERM');
        await this.child.ended;
    }

    async tell(path, body) {
        return answerOf(await fetch(this.control + path, { method: 'POST', body: JSON.stringify(body) }));
    }

    async ask(path) {
        return answerOf(await fetch(this.control + path));
    }

    /** Signs in as another program would: ends every other token. */
    async signIn() {
        const authorization = 'Basic ' + Buffer.from(`${Sandbox.app}:${Sandbox.key}`).toString('base64');
        const body = new URLSearchParams({ grant_type: 'client_credentials' });
        const answer = await answerOf(
            await fetch(this.efax + '/tokens', { method: 'POST', headers: { authorization }, body }),
        );
        this.authorization = `Bearer ${answer.access_token}`;
    }

    /** The document of a fax as eFax has it. */
    async document(fax) {
        const headers = { authorization: this.authorization, 'user-id': fax.userId };
        const url = `${this.efax}/faxes/${encodeURIComponent(fax.id)}/image?desired_format=PDF`;
        return Buffer.from((await answerOf(await fetch(url, { headers }))).image, 'base64');
    }
}

/** efaxd with its own folder for configuration, secrets, state, socket and log. */
export class Efaxd {
    starts = 0;

    constructor(bin, room, options) {
        this.program = join(bin, 'efaxd');
        this.room = room;
        this.socket = join(room, 'efaxd.sock');
        this.config = join(room, 'efaxd.yaml');
        this.log = join(room, 'efaxd.log');
        this.state = join(room, 'state');
        mkdirSync(this.state, { recursive: true, mode: 0o700 });
        writeFileSync(this.log, '');
        this.configure(options);
    }

    /** To be called while it is not running. `operations` and `send` are YAML. Signs in if there is a secret for it. */
    configure({ efax, fhir, clientId, secrets, hands, systemRecipient, poll = '500ms', operations, send }) {
        const secret = (name) => {
            writeFileSync(join(this.room, name), secrets[name], { mode: 0o600 });
            return `{ file: ${join(this.room, name)} }`;
        };
        const auth = secrets.fhirClientSecret
            ? `{ method: client_credentials, client_id: ${clientId}, client_secret: ${secret('fhirClientSecret')} }`
            : '{ method: none }';
        const eFax = Object.keys(secrets).filter((name) => name.startsWith('eFax'));
        writeFileSync(
            this.config,
            `state_dir: ${this.state}
socket: ${this.socket}
hands: ${hands}
${operations ? `operations: ${operations}` : ''}
projects:
  - name: clinic
    secrets: { ${eFax.map((name) => `${name}: ${secret(name)}`).join(', ')} }
    efax: { base_url: "${efax}" }
    fhir:
      base_url: ${fhir}
      auth: ${auth}
      settle: 1s
    mailboxes:
      poll: ${poll}
      ${systemRecipient ? `system: { recipient: ${systemRecipient} }` : ''}
      discover_every: 5s
    retry: { first: 200ms, most: 2s }
    ${send ? `send: ${send}` : ''}
`,
        );
    }

    start(...args) {
        ++this.starts;
        const log = openSync(this.log, 'a');
        this.child = start(this.program, ['--config', this.config, ...args], ['ignore', log, log]);
        this.ended = this.child.ended;
    }

    /** Its exit code, or the name of the signal. */
    async run(args, seconds) {
        this.start(...args);
        const child = this.child;
        const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
        const code = await child.ended;
        clearTimeout(late);
        return code;
    }

    /** As by kill -9. */
    async kill() {
        this.child.kill('SIGKILL');
        await this.ended;
    }

    async stop() {
        this.child.kill('SIGTERM');
        return Promise.race([this.ended, pause(15_000, 'no end within 15 s', { ref: false })]);
    }

    async ask(path) {
        const reply = await new Promise((resolve, reject) => {
            request({ socketPath: this.socket, path, timeout: 5000 }, resolve).on('error', reject).end();
        });
        let text = '';
        for await (const piece of reply) text += piece;
        if (reply.statusCode !== 200) throw new Error(`${path} answered ${reply.statusCode}`);
        return path === '/readyz' ? text : JSON.parse(text);
    }
}
