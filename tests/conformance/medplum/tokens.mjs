// The token endpoint: OAuth 2 client credentials, as Medplum's server speaks it.
import { randomBytes } from 'node:crypto';

export class Tokens {
    #client;
    #secret;
    #live = new Set();
    issued = 0;

    constructor(client, secret) {
        this.#client = client;
        this.#secret = secret;
    }

    /** Answers the token request: `[status, type, body]`. */
    answer(contentType, body) {
        if (!contentType.startsWith('application/x-www-form-urlencoded'))
            return [400, 'text/plain', 'Unsupported content type'];
        const form = new URLSearchParams(body);
        const wrong = this.#complaint(form);
        if (wrong)
            return json(400, { error: 'invalid_request', error_description: wrong });
        const token = randomBytes(24).toString('base64url');
        this.#live.add(token);
        ++this.issued;
        return json(200, { token_type: 'Bearer', expires_in: 3600, access_token: token });
    }

    #complaint(form) {
        if (!form.get('grant_type')) return 'Missing grant_type';
        if (form.get('grant_type') !== 'client_credentials') return 'Unsupported grant_type';
        if (!form.get('client_id')) return 'Missing client_id';
        if (!form.get('client_secret')) return 'Missing client_secret';
        if (form.get('client_id') !== this.#client) return 'Invalid client';
        if (form.get('client_secret') !== this.#secret) return 'Invalid secret';
        return '';
    }

    /** A live token, or the client's id and secret themselves. */
    accepts(authorization = '') {
        const [scheme, value = ''] = authorization.split(' ');
        if (scheme === 'Bearer') return this.#live.has(value);
        const pair = Buffer.from(value, 'base64').toString();
        return scheme === 'Basic' && pair === `${this.#client}:${this.#secret}`;
    }

    revokeAll() {
        this.#live.clear();
    }
}

const json = (status, value) => [status, 'application/json', JSON.stringify(value)];
