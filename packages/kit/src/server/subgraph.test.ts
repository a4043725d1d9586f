import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, signRequest } from '../auth/index.ts';
import { appError } from '../errors/index.ts';
import { systemClock } from '../time/index.ts';
import { defineSubgraph, type RunningSubgraph, serveSubgraph } from './subgraph.ts';

const SECRET = 'a-secret-for-subgraph-tests';
const SDL = `type Query { shout(text: String!): String  twice(n: Int!): Int  fails(how: String!): String  private: String @authenticated }
  type Mutation { count: Int! }`;

describe('an operation that was let through before', () => {
  const root = mkdtempSync(join(tmpdir(), 'olly-subgraph-'));
  const logged: object[] = [];
  let subgraph: RunningSubgraph;
  let counted = 0;
  beforeAll(async () => {
    mkdirSync(join(root, 'schema/subgraphs'), { recursive: true });
    writeFileSync(join(root, 'schema/common.graphql'), readFileSync(join(import.meta.dirname, '../../../../schema/common.graphql'), 'utf8'));
    writeFileSync(join(root, 'schema/subgraphs/shouting.graphql'), SDL);
    const Query = {
      shout: (_: unknown, { text }: { text: string }) => text.toUpperCase(),
      twice: (_: unknown, { n }: { n: number }) => 2 * n,
      fails: (_: unknown, { how }: { how: string }) => {
        throw how === 'coded' ? appError('CONFLICT', 'Somebody was faster.') : new Error('at 10.0.0.1');
      },
      private: () => 'for some',
    };
    const definition = defineSubgraph({
      name: 'shouting',
      schema: 'shouting',
      resolvers: [{ Query, Mutation: { count: () => (counted += 1) } }],
      access: {},
      publishes: false,
      services: () => ({}),
      context: (base) => base,
    });
    const log = { info: () => {}, warn: () => {}, error: (fields: object) => void logged.push(fields) };
    const service = () => {
      throw new Error('no other services');
    };
    subgraph = await serveSubgraph(definition, { root, secret: SECRET, pool: new Pool(), clock: systemClock, log, matrix: {}, service });
  });
  afterAll(async () => {
    await subgraph.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function ask(request: object): Promise<{ status: number; type: string | null; answer: { data?: unknown; errors?: { message: string; path?: unknown; locations?: unknown; extensions: { code: string; traceId?: string } }[] } }> {
    const body = JSON.stringify(request);
    const headers = { 'content-type': 'application/json', ...signRequest({ secret: SECRET, subgraph: 'shouting', identity: ANONYMOUS, body }) };
    const response = await fetch(subgraph.url, { method: 'POST', headers, body });
    return { status: response.status, type: response.headers.get('content-type'), answer: JSON.parse(await response.text()) };
  }

  const without = ({ status, type, answer }: Awaited<ReturnType<typeof ask>>) => {
    for (const error of answer.errors ?? []) delete error.extensions.traceId;
    return { status, type, answer };
  };

  it.each([
    ['data', { query: 'query ($t: String!) { shout(text: $t) }', variables: { t: 'a' } }, []],
    ['an operation named among several', { query: 'query A { shout(text: "a") } query B { b: shout(text: "b") }', operationName: 'B' }, []],
    ['a coded error', { query: '{ fails(how: "coded") shout(text: "a") }' }, ['CONFLICT']],
    ['a fault, without its words', { query: '{ fails(how: "otherwise") shout(text: "a") }' }, ['INTERNAL']],
    ['a closed door', { query: '{ private }' }, ['UNAUTHENTICATED']],
    ['a variable that is missing', { query: 'query ($n: Int!) { twice(n: $n) }', variables: {} }, ['BAD_USER_INPUT']],
    ['an unknown field', { query: '{ nothing }' }, ['GRAPHQL_VALIDATION_FAILED']],
    ['a syntax error', { query: '{' }, ['GRAPHQL_PARSE_FAILED']],
    ['an operation that is not there', { query: 'query A { shout(text: "a") }', operationName: 'B' }, ['OPERATION_RESOLUTION_FAILURE']],
  ])('is answered the second time as the first: %s', async (_what, request, codes) => {
    const first = without(await ask(request));
    expect((first.answer.errors ?? []).map((error) => error.extensions.code)).toEqual(codes);
    expect(without(await ask(request))).toEqual(first);
    expect(JSON.stringify(first)).not.toContain('10.0.0.1');
  });

  it('takes other variables, good and bad', async () => {
    const query = 'query ($n: Int!) { twice(n: $n) }';
    const answers = [];
    for (const n of [1, 2, 'x', 3, 2 ** 40]) {
      const { answer } = await ask({ query, variables: { n } });
      answers.push(answer.errors?.[0]?.extensions.code ?? answer.data);
    }
    expect(answers).toEqual([{ twice: 2 }, { twice: 4 }, 'BAD_USER_INPUT', { twice: 6 }, 'BAD_USER_INPUT']);
  });

  it('runs once for each request', async () => {
    for (let i = 1; i <= 3; i += 1) expect((await ask({ query: 'mutation { count }' })).answer).toEqual({ data: { count: i } });
    expect(counted).toBe(3);
  });

  it('answers odd bodies with a client error', async () => {
    for (const odd of [null, 1, [], {}, { query: 1 }, { query: '{ shout(text: "a") }', variables: 'x' }, { query: '{ shout(text: "a") }', operationName: 1 }]) {
      expect((await ask(odd as object)).status).toBe(400);
    }
  });

  it.each([
    ['a variable', { query: 'query ($t: String!) { shout(text: $t) }', variables: { t: 'a\0b' } }],
    ['a key of a variable', { query: 'query ($t: String!) { shout(text: $t) }', variables: { t: 'x', 'y\0': 1 } }],
    ['a literal', { query: '{ shout(text: "a\\u0000b") }' }],
    ['a literal in braces', { query: '{ shout(text: "a\\u{0}b") }' }],
    ['a bare literal', { query: '{ shout(text: "a\0b") }' }],
    ['a block', { query: '{ shout(text: """a\0b""") }' }],
  ])('is refused with a NUL in %s, also the second time', async (_what, request) => {
    for (const _time of [1, 2]) {
      const { status, answer } = await ask(request);
      expect([status, answer.errors?.map(({ extensions }) => extensions.code), answer.data]).toEqual([200, ['BAD_USER_INPUT'], undefined]);
    }
  });

  it('may speak of NUL', async () => {
    const { answer } = await ask({ query: 'query ($t: String!) { shout(text: $t) }', variables: { t: '\\u0000' } });
    expect(answer.data).toEqual({ shout: '\\U0000' });
  });
});
