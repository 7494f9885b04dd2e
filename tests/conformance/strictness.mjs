// Asks a FHIR server for what it must refuse: a lenient one would prove little.
const json = 'application/fhir+json';

/**
 * Each case: what is asked, method, path under the base, headers, body, and the status that is due. Gives back what was
 * not answered as it should be.
 */
export async function leniencies({ base, authorization }, cases) {
    const complaints = [];
    for (const [what, method, path, headers, body, status] of cases) {
        const text = typeof body === 'object' ? JSON.stringify(body) : body;
        const all = { authorization, accept: json, 'content-type': json, ...headers };
        const reply = await fetch(`${base}/${path}`, { method, headers: all, body: text });
        await reply.text();
        if (reply.status !== status) complaints.push(`${what}: ${reply.status} instead of ${status}`);
    }
    return complaints;
}
