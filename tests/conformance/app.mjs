// An app as clinics have it: Medplum's own client, used as efaxd's users are told to.
import { directionSystem, faxSystem } from './client.mjs';
import { core } from './medplum/library.mjs';

const { createReference, MedplumClient, OperationOutcomeError } = core;

export const medium = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationMode', code: 'FAXWRIT' }],
};
export const outbound = { coding: [{ system: directionSystem, code: 'outbound' }] };

/** What all apps were answered, as far as it was FHIR and not the FHIR server's: `{ url, status, body }`. */
export const answers = [];

async function listening(url, options) {
    const reply = await fetch(url, options);
    if (/\/(\$|OperationDefinition)/.test(url) && reply.headers.get('content-type')?.includes('json'))
        answers.push({ url, status: reply.status, body: await reply.clone().json() });
    return reply;
}

/** A client that has signed in, as the person whose account it is. */
export async function signedIn(baseUrl, { id, secret }) {
    const medplum = new MedplumClient({ baseUrl, fetch: listening });
    await medplum.startClientLogin(id, secret);
    return medplum;
}

/** Medplum's client for another server than its own: one token, no sign-in, and documents by reference. */
class Foreign extends MedplumClient {
    constructor(baseUrl, accessToken, profile) {
        super({ baseUrl, fetch: listening, accessToken });
        this.getProfile = () => profile;
    }

    async createAttachment({ data, contentType, filename }) {
        const { id } = await this.post(this.fhirUrl('Binary'), data, contentType);
        return { contentType, url: `Binary/${id}`, title: filename };
    }
}

export const withToken = (baseUrl, token, profile) => new Foreign(baseUrl, token, profile);

/** The example of the integration's documentation, word for word. */
export async function example(medplum, file, number) {
    const profile = await medplum.getProfile();

    // Step 1: Upload the file as an attachment (creates Binary resource)
    const attachment = await medplum.createAttachment({
        data: file,
        contentType: file.type,
        filename: file.name,
    });

    // Step 2: Create the recipient Organization (fax value must be E.164: + and country code)
    const recipient = await medplum.createResource({
        resourceType: 'Organization',
        name: 'Acme Medical Center',
        contact: [{ telecom: [{ system: 'fax', value: number }] }],
    });

    // Step 3: Create the Communication with proper references
    const communication = await medplum.createResource({
        resourceType: 'Communication',
        status: 'in-progress',
        category: [{ coding: [{ system: 'http://medplum.com/fhir/CodeSystem/fax-direction', code: 'outbound' }] }],
        medium: [
            {
                coding: [
                    {
                        system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationMode',
                        code: 'FAXWRIT',
                    },
                ],
            },
        ],
        sender: createReference(profile),
        recipient: [createReference(recipient)],
        payload: [{ contentAttachment: attachment }],
    });

    // Step 4: Call the $send-efax operation
    await medplum.post(medplum.fhirUrl('Communication', '$send-efax'), communication);
    console.log('Fax sent successfully!');
    return communication;
}

export const upload = (medplum, file) =>
    medplum.createAttachment({ data: file, contentType: file.type, filename: file.name });

export const organization = (medplum, number) =>
    medplum.createResource({
        resourceType: 'Organization',
        name: 'Fax Recipient',
        ...(number && { telecom: [{ system: 'fax', value: number }] }),
    });

/** A Communication with these payload entries for these recipients, stored. */
export async function compose(medplum, payload, recipients, more = {}) {
    return medplum.createResource({
        resourceType: 'Communication',
        status: 'in-progress',
        category: [outbound],
        medium: [medium],
        sender: createReference(await medplum.getProfile()),
        recipient: recipients.map(createReference),
        payload,
        ...more,
    });
}

export const send = (medplum, communication) =>
    medplum.post(medplum.fhirUrl('Communication', '$send-efax'), communication);

/** The outcome that a call fails with. */
export async function outcomeOf(call) {
    try {
        await call;
    } catch (error) {
        if (error instanceof OperationOutcomeError) return { ...error.outcome, message: error.message };
        return { message: String(error) };
    }
    return { message: 'it did not fail' };
}

export const faxIds = (communication) =>
    (communication.identifier ?? []).filter(({ system }) => system === faxSystem).map(({ value }) => value);
