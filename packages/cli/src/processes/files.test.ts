import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ANONYMOUS, createNonceStore, type Identity, verifyRequest } from '@olly/kit/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentFiles } from './files.ts';

const secret = 's'.repeat(32);
const person = (roles: readonly string[], locator?: string): Identity => ({ ...ANONYMOUS, kind: 'person', subject: 'somebody', roles, ...(locator && { party: { id: 'id', locator } }) });
const content = { ownerPartyLocator: 'pty_1', filename: 'a.txt', contentType: 'text/plain', sizeBytes: 5, base64: Buffer.from('hello').toString('base64') };

describe('files that the documents service keeps', () => {
  let server: Server;
  let url: string;
  const asked: { identity: Identity; query: string; variables: Record<string, unknown> }[] = [];
  beforeAll(async () => {
    const nonces = createNonceStore();
    server = createServer(async (request, response) => {
      const body = await text(request);
      const identity = verifyRequest({ secret, subgraph: 'documents', headers: request.headers, body, nonces });
      const { query, variables } = JSON.parse(body) as { query: string; variables: { locator?: string; input?: { filename: string } } };
      asked.push({ identity, query, variables });
      const data = query.includes('storeFile') ? { stored: variables.input?.filename === 'bad' ? { __typename: 'DocumentRefusal', code: 'FILE_EMPTY', message: 'The file is empty.' } : { __typename: 'StoredFile', locator: 'fil_1', sizeBytes: 5 } }
        : query.includes('document(') ? { document: variables.locator === 'doc_1' && identity.party?.locator === 'pty_1' ? { renditions: [{ rendition: 'HTML' }, { rendition: 'PDF' }] } : null }
          : { found: content };
      response.end(JSON.stringify({ data }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('are kept for the person who sends them, by the gateway acting for that person', async () => {
    const store = documentFiles({ url, secret });
    const stored = await store.put(Readable.from([Buffer.from('hel'), Buffer.from('lo')]), { mediaType: 'text/plain', name: 'a.txt', requestId: 'r' }, person(['member'], 'pty_1'));
    expect(stored).toEqual({ locator: 'fil_1', bytes: 5 });
    expect(asked.at(-1)).toMatchObject({ identity: { kind: 'service', onBehalfOf: 'somebody' }, variables: { input: { ownerPartyLocator: 'pty_1', base64: content.base64 } } });
    await expect(store.put(Readable.from([]), { mediaType: 'text/plain', name: 'bad', requestId: 'r' }, person(['member'], 'pty_1'))).rejects.toMatchObject({ extensions: { code: 'FILE_EMPTY' } });
  });

  it('are read by their party and by those who handle claims, and are absent for everybody else', async () => {
    const { get } = documentFiles({ url, secret });
    const found = await get('fil_1', person(['member'], 'pty_1'));
    expect(found && (await text(found.stream))).toBe('hello');
    expect(await get('fil_1', person(['adjuster']))).toMatchObject({ bytes: 5 });
    for (const stranger of [person(['member'], 'pty_2'), person(['broker'], 'pty_3'), person(['finance'])]) expect(await get('fil_1', stranger)).toBeUndefined();
  });

  it('are asked for as the caller when the house produced them', async () => {
    const { get } = documentFiles({ url, secret });
    expect(await get('doc_1', person(['member'], 'pty_2'))).toBeUndefined();
    expect(await get('doc_1', person(['member'], 'pty_1'))).toMatchObject({ name: 'a.txt' });
    expect(asked.at(-1)?.variables).toMatchObject({ locator: 'doc_1', rendition: 'PDF' });
    await expect(documentFiles({ url: 'http://127.0.0.1:1/graphql', secret }).get('fil_1', person(['admin']))).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  });
});
