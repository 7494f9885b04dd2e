// The token endpoint: OAuth 2 client credentials, as Medplum's server speaks it.
import { randomBytes, randomUUID } from 'node:crypto';

export class Tokens {
    #accounts;
    #live = new Map(); // the account by token

    /**
     * Each account: `id` and `secret`; who it is, as `profile`, a reference; and `types`, a set of all that it may
     * touch, if not everything.
     */
    constructor(accounts) {
        this.#accounts = new Map(accounts.map((account) => [account.id, Object.assign(account, { issued: 0 })]));
    }

    /** Answers the token request: `[status, type, body]`. */
    answer(contentType, body) {
        if (!contentType.startsWith('application/x-www-form-urlencoded'))
            return [400, 'text/plain', 'Unsupported content type'];
        const form = new URLSearchParams(body);
        const wrong = this.#complaint(form);
        if (wrong)
            return json(400, { error: 'invalid_request', error_description: wrong });
        const account = this.#accounts.get(form.get('client_id'));
        const token = newToken(account);
        this.#live.set(token, account);
        ++account.issued;
        return json(200, {
            token_type: 'Bearer',
            expires_in: 3600,
            access_token: token,
            project: { reference: 'Project/conformance' },
            profile: { reference: account.profile ?? `ClientApplication/${account.id}` },
        });
    }

    #complaint(form) {
        if (!form.get('grant_type')) return 'Missing grant_type';
        if (form.get('grant_type') !== 'client_credentials') return 'Unsupported grant_type';
        if (!form.get('client_id')) return 'Missing client_id';
        if (!form.get('client_secret')) return 'Missing client_secret';
        const account = this.#accounts.get(form.get('client_id'));
        if (!account) return 'Invalid client';
        if (form.get('client_secret') !== account.secret) return 'Invalid secret';
        return '';
    }

    /** Whose a live token is, or the id and secret themselves; undefined if nobody's. */
    accountOf(authorization = '') {
        const [scheme, value = ''] = authorization.split(' ');
        if (scheme === 'Bearer') return this.#live.get(value);
        const [id, ...secret] = Buffer.from(value, 'base64').toString().split(':');
        const account = this.#accounts.get(id);
        return scheme === 'Basic' && account?.secret === secret.join(':') ? account : undefined;
    }

    /** How many tokens an account was given. */
    issuedTo(id) {
        return this.#accounts.get(id).issued;
    }

    get live() {
        return [...this.#live.keys()];
    }

    revokeAll() {
        this.#live.clear();
    }
}

/** In the form of a JWT with the claims by which Medplum's client knows its server. */
function newToken({ id }) {
    const now = Math.floor(Date.now() / 1000);
    const claims = { login_id: randomUUID(), sub: id, client_id: id, iat: now, exp: now + 3600 };
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}.${randomBytes(64).toString('base64url')}`;
}

const json = (status, value) => [status, 'application/json', JSON.stringify(value)];
