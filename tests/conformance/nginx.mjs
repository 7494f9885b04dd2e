// The proxy in front: nginx with the configuration that efaxd ships, packaging/nginx/efaxd.conf, on loopback.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, start, until } from './programs.mjs';

const shipped = new URL('../../packaging/nginx/efaxd.conf', import.meta.url);
const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** As an administrator would adapt it: each text stands there exactly once. */
function adapted(changes) {
    let text = readFileSync(shipped, 'utf8');
    for (const [from, to] of changes) {
        if (text.split(from).length !== 2) throw new Error(`efaxd.conf has not exactly one "${from}"`);
        text = text.replace(from, to);
    }
    return text;
}

export class Nginx {
    /** `efaxd` and `fhir` are host:port; `tls` is a folder with cert.pem and key.pem. */
    static async start(program, room, { efaxd, fhir, tls }) {
        const nginx = new Nginx();
        const folder = join(room, 'nginx');
        const port = await freePort();
        nginx.url = `https://127.0.0.1:${port}/`;
        nginx.log = join(folder, 'error.log');
        mkdirSync(folder);
        const site = adapted([
            ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
            ['server 127.0.0.1:8380;', `server ${efaxd};`],
            ['server 127.0.0.1:8103;', `server ${fhir};`],
            ['server_name fhir.example.org;', 'server_name localhost;'],
            ['ssl_certificate /etc/nginx/tls/fhir.example.org.pem;', `ssl_certificate ${join(tls, 'cert.pem')};`],
            ['ssl_certificate_key /etc/nginx/tls/fhir.example.org.key;',
                `ssl_certificate_key ${join(tls, 'key.pem')};`],
        ]);
        writeFileSync(join(folder, 'site.conf'), site);
        // One process, which is gone at once when it is killed.
        writeFileSync(
            join(folder, 'nginx.conf'),
            `daemon off; master_process off; pid nginx.pid; error_log error.log;
events { }
http {
    access_log off;
    ${temporaries.map((name) => `${name}_temp_path ${name};`).join(' ')}
    include site.conf;
}
`,
        );
        const args = ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'];
        nginx.child = start(program, args, ['ignore', 'ignore', 'inherit']);
        await Promise.race([
            until('nginx', async () => (await fetch(`${nginx.url}fhir/R4/metadata`)).ok, 20),
            nginx.child.ended.then((code) => Promise.reject(new Error(`nginx ended: ${code}`))),
        ]);
        return nginx;
    }

    async stop() {
        this.child.kill('SIGTERM');
        await this.child.ended;
    }
}
