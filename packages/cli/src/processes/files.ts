/**
 * Where the gateway's file routes keep files: with the documents service. A produced document is asked for as the caller first, so that its own row rules decide; an
 * upload is read by the party it belongs to and by those who handle claims. What may not be read is absent.
 */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FileAudit, FileContent, FileStore } from '@olly/gateway';
import { hasRole, type Identity, serviceIdentity, signRequest } from '@olly/kit/auth';
import { appError } from '@olly/kit/errors';
import type { Log } from '@olly/kit/server';

const OWNER = 'documents';
const TIMEOUT_MS = 30_000;

const DOCUMENT = 'query ($locator: ID!) { document(locator: $locator) { locator renditions { rendition } } }';
const CONTENT = 'ownerPartyLocator filename contentType sizeBytes base64';
const DOCUMENT_CONTENT = `query ($locator: ID!, $rendition: Rendition) { found: documentContent(locator: $locator, rendition: $rendition) { ${CONTENT} } }`;
const FILE = `query ($locator: ID!) { found: fileFor(locator: $locator) { ${CONTENT} } }`;
const STORE = 'mutation ($input: StoreFileInput!) { stored: storeFile(input: $input) { __typename ... on StoredFile { locator sizeBytes } ... on DocumentRefusal { code message } } }';

interface Content {
  readonly ownerPartyLocator: string | null;
  readonly filename: string;
  readonly contentType: FileContent['mediaType'];
  readonly sizeBytes: number;
  readonly base64: string;
}

type Stored = { readonly __typename: 'StoredFile'; readonly locator: string; readonly sizeBytes: number } | { readonly __typename: 'DocumentRefusal'; readonly code: string; readonly message: string };

/** Staff who read what people have sent in: the Document row of docs/access.md. */
const mayRead = (identity: Identity, owner: string | null): boolean =>
  hasRole(identity, 'adjuster', 'admin') || (owner !== null && identity.party?.locator === owner);

export interface FilesOptions {
  /** The documents service's GraphQL. */
  readonly url: string;
  readonly secret: string;
}

export function documentFiles({ url, secret }: FilesOptions): FileStore {
  async function ask<T>(identity: Identity, query: string, variables: Record<string, unknown>): Promise<T> {
    const body = JSON.stringify({ query, variables });
    const headers = { 'content-type': 'application/json', ...signRequest({ secret, subgraph: OWNER, identity, body }) };
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
    const answer = response?.ok ? ((await response.json()) as { data?: T; errors?: readonly { message: string; extensions?: { code?: string } }[] }) : undefined;
    if (answer?.errors?.[0]) throw appError(answer.errors[0].extensions?.code ?? 'INTERNAL', answer.errors[0].message);
    if (!answer?.data) throw appError('SUBGRAPH_UNAVAILABLE', 'Files cannot be had at the moment.');
    return answer.data;
  }
  const asGateway = (identity: Identity) => serviceIdentity('gateway', identity.subject);

  async function find(locator: string, identity: Identity): Promise<Content | null> {
    if (locator.startsWith('fil_')) {
      const { found } = await ask<{ found: Content | null }>(asGateway(identity), FILE, { locator });
      return found && mayRead(identity, found.ownerPartyLocator) ? found : null;
    }
    const { document } = await ask<{ document: { renditions: readonly { rendition: string }[] } | null }>(identity, DOCUMENT, { locator });
    if (!document) return null;
    const rendition = document.renditions.some((one) => one.rendition === 'PDF') ? 'PDF' : 'HTML';
    return (await ask<{ found: Content | null }>(asGateway(identity), DOCUMENT_CONTENT, { locator, rendition })).found;
  }

  return {
    async put(stream, { mediaType, name }, identity) {
      const base64 = (await buffer(stream)).toString('base64');
      const input = { ownerPartyLocator: identity.party?.locator ?? null, uploadedBy: identity.subject, filename: name, contentType: mediaType, base64 };
      const { stored } = await ask<{ stored: Stored }>(asGateway(identity), STORE, { input });
      if (stored.__typename !== 'StoredFile') throw appError(stored.code, stored.message);
      return { locator: stored.locator, bytes: stored.sizeBytes };
    },
    async get(locator, identity) {
      const found = await find(locator, identity);
      if (!found) return undefined;
      const bytes = Buffer.from(found.base64, 'base64');
      return { mediaType: found.contentType, name: found.filename, bytes: bytes.length, stream: Readable.from([bytes]) };
    },
  };
}

/** The gateway's own trace; the documents service keeps the lasting one. */
export const fileAudit = (log: Log): FileAudit => ({
  record: ({ action, outcome, locator, requestId }) => log.info({ kind: `file.${action}`, outcome, locator, requestId }, 'a file was asked for'),
});
