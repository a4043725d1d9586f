import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './testing/harness.ts';

describe('a query over several subgraphs', () => {
  let house: Harness;
  beforeAll(async () => {
    house = await startHarness({ subgraphTimeoutMs: 1_000 });
  });
  afterAll(() => house.stop());

  it('is answered from all of them', async () => {
    const { data, errors } = await house.ask('{ person(id: "2") { name orders(first: 2) { total product { title inStock } } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      person: { name: 'Bo', orders: [{ total: '1.00', product: { title: 's1', inStock: false } }, { total: '3.00', product: null }] },
    });
  });

  it('asks for an entity once, however often it occurs, and puts it back everywhere', async () => {
    house.subgraphs.stock.received.length = 0;
    const { data } = await house.ask('{ orders(first: 12) { id product { sku title } } }');
    const representations = house.subgraphs.stock.received[0]?.variables?.representations as unknown[];
    expect(representations).toHaveLength(4);
    const titles = (data as { orders: { product: { title: string } | null }[] }).orders.map(({ product }) => product?.title);
    expect(titles).toEqual(Array.from({ length: 12 }, (_, i) => (i % 4 === 3 ? undefined : `s${i % 4}`)));
  });

  it('sends a required field of another subgraph along', async () => {
    const { data } = await house.ask('{ product(sku: "s1") { soldAs timesSold } }');
    expect(data).toEqual({ product: { soldAs: 's1 of 10 g', timesSold: 3 } });
  });

  it('carries the caller’s identity, request id and trace to the subgraphs', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { 'x-request-id': 'req-1', traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const { data, headers: answered } = await house.ask('{ whoAmI { subject requestId traceparent } }', { token: await house.token(), headers });
    expect(data?.whoAmI).toMatchObject({ subject: 'ada', requestId: 'req-1', traceparent: expect.stringMatching(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`) });
    expect(answered.get('x-request-id')).toBe('req-1');
  });

  it('gives the errors of subgraphs with their paths, each in all its places, and without details of machines', async () => {
    const { data, errors, text } = await house.ask('{ orders(first: 5) { product { sku broken } } }');
    expect(data?.orders).toHaveLength(5);
    expect(errors?.map((error) => error.path?.join('.')).sort()).toEqual(['orders.0.product.broken', 'orders.1.product.broken', 'orders.2.product.broken', 'orders.4.product.broken']);
    expect(text).not.toContain('10.0.0.1');
  });

  it('is partly answered when a subgraph is too slow', async () => {
    const { data, codes, text } = await house.ask('{ slow(ms: 5000) whoAmI { subject } }');
    expect(data).toEqual({ slow: null, whoAmI: { subject: 'anonymous' } });
    expect(codes).toEqual(['TIMEOUT']);
    expect(text).not.toMatch(/127\.0\.0\.1|node_modules|\.ts:/);
  });

  it('is partly answered when a subgraph is down, and readiness says so', async () => {
    expect((await house.send('/readyz')).status).toBe(200);
    await house.subgraphs.stock.stop();
    const { data, codes, text } = await house.ask('{ person(id: "1") { name orders(first: 1) { id product { sku title } } } }');
    expect(data).toEqual({ person: { name: 'Ada', orders: [{ id: 'o0', product: null }] } });
    expect(codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|stack/);
    const ready = await house.send('/readyz');
    expect([ready.status, JSON.parse(ready.text)]).toEqual([503, { status: 'unavailable', checks: { people: 'ok', orders: 'ok', stock: 'failed' } }]);
    expect((await house.send('/healthz')).status).toBe(200);
  });
});
