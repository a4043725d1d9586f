import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './testing/harness.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const body = JSON.stringify({ query: '{ whoAmI { subject } }' });

describe('the transport', () => {
  let house: Harness;
  beforeAll(async () => {
    house = await startHarness({
      requestTimeoutMs: 1_000,
      demoTokens: { personas: ['member'], sign: async (persona) => `token-of-${persona}` },
    });
  });
  afterAll(() => house.stop());

  const post = (init: RequestInit) => house.send('/graphql', { method: 'POST', headers: JSON_HEADERS, ...init });

  it.each([
    ['malformed JSON', '{"query":'],
    ['an empty body', ''],
    ['a body that is a number', '1'],
    ['a body that is null', 'null'],
    ['an object without a query', '{}'],
    ['a query that is not text', '{"query":{"kind":"Document"}}'],
    ['variables that are text', '{"query":"{ __typename }","variables":"{}"}'],
  ])('answers 400 to %s', async (_what, text) => {
    const { status, errors } = await post({ body: text });
    expect(status).toBe(400);
    expect(errors?.[0]?.message).not.toContain('    at ');
  });

  it('answers 413 to a body over 1 MB', async () => {
    const { status, codes } = await post({ body: JSON.stringify({ query: `{ a(b: "${'x'.repeat(1_100_000)}") }` }) });
    expect([status, codes]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
  });

  it('answers 415 to an exotic charset and reads UTF-8 by any of its names', async () => {
    const charset = (name: string) => post({ headers: { 'content-type': `application/json; charset=${name}` }, body });
    expect((await charset('utf-7')).status).toBe(415);
    expect((await charset('ibm500')).status).toBe(415);
    expect((await charset('UTF-8')).status).toBe(200);
    expect((await charset('"utf-8"')).status).toBe(200);
  });

  it('answers 405 to a mutation by GET, and a query by GET as one by POST', async () => {
    const get = (query: string) => house.send(`/graphql?query=${encodeURIComponent(query)}`, { headers: { 'apollo-require-preflight': '1' } });
    const mutation = await get('mutation { rename(id: "1", name: "X") { name } }');
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await get('{ person(id: "1") { name } }')).data).toEqual({ person: { name: 'Ada' } });
  });

  it('answers 405 to other methods, and no CORS headers to a preflight from anywhere', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await house.send('/graphql', { method, headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
      expect([method, status]).toEqual([method, 405]);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const { headers } = await post({ headers: { ...JSON_HEADERS, origin: 'https://evil.example' }, body });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', undefined])('answers 400 to a POST of type %s without a preflight header', async (type) => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    const { status, codes } = await post({ headers, body: new TextEncoder().encode(body) });
    expect([status, codes]).toEqual([400, ['BAD_REQUEST']]);
  });

  it('answers 400 to a GET that a page of another origin could send', async () => {
    const { status } = await house.send(`/graphql?query=${encodeURIComponent('{ __typename }')}`);
    expect(status).toBe(400);
  });

  it('refuses batches', async () => {
    const { status, codes } = await post({ body: `[${body},${body}]` });
    expect([status, codes]).toEqual([400, ['BATCH_REFUSED']]);
  });

  it('answers 408 to a body that does not arrive, and others meanwhile', async () => {
    const { hostname, port } = new URL(house.gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"query":`);
    const answered = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
    expect((await post({ body })).status).toBe(200);
    expect(await answered).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
    expect((await post({ body })).status).toBe(200);
  });

  it('says what failed before execution with 200, or 400 to those who ask for the newer media type', async () => {
    const failing = ['{ nobody {', '{ nobody }', '{ person { name } }'];
    for (const query of failing) {
      const plain = await house.ask(query, { headers: { accept: 'application/json' } });
      const strict = await house.ask(query, { headers: { accept: 'application/graphql-response+json' } });
      expect([plain.status, strict.status, strict.headers.get('content-type')]).toEqual([200, 400, 'application/graphql-response+json; charset=utf-8']);
    }
    const coercion = await house.ask('query ($id: ID!) { person(id: $id) { name } }', { variables: { id: { $ne: '' } }, headers: { accept: 'application/json' } });
    expect([coercion.status, coercion.codes]).toEqual([200, ['BAD_USER_INPUT']]);
  });

  it('sets security headers and a request id on every answer, and takes no request id that could forge a log line', async () => {
    for (const path of ['/graphql', '/healthz', '/nothing']) {
      const { headers } = await house.send(path, { headers: { 'x-request-id': 'a b;c' } });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('counts what it answers', async () => {
    await post({ body });
    const { status, text } = await house.send('/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/gateway_operations_total\{outcome="answered"\} [1-9]/);
  });

  it('gives demo tokens to personas it knows', async () => {
    expect(JSON.parse((await house.send('/demo/token?persona=member')).text)).toEqual({ persona: 'member', token: 'token-of-member' });
    expect((await house.send('/demo/token?persona=nobody')).status).toBe(400);
    expect((await house.send('/demo/token')).status).toBe(400);
  });
});

describe('in production', () => {
  let house: Harness;
  beforeAll(async () => {
    house = await startHarness({ production: true, demoTokens: { personas: ['member'], sign: async () => 'x' } });
  });
  afterAll(() => house.stop());

  it('there are no demo tokens, no introspection and no suggestions', async () => {
    expect((await house.send('/demo/token?persona=member')).status).toBe(404);
    expect((await house.ask('{ __schema { types { name } } }')).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const { codes, text } = await house.ask('{ persom(id: "1") { name } }');
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(text).not.toContain('Did you mean');
    expect(text).not.toContain('"people"');
  });

  it('browsers are told to stay with TLS', async () => {
    expect((await house.send('/healthz')).headers.get('strict-transport-security')).toContain('max-age=31536000');
  });
});

describe('stopping', () => {
  it('answers what is running, then nothing new', async () => {
    const house = await startHarness();
    const running = house.ask('{ slow(ms: 300) }');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = house.gateway.stop();
    expect((await running).data).toEqual({ slow: 'done' });
    await stopped;
    await expect(house.send('/healthz')).rejects.toThrow();
    await house.stop();
  });
});
