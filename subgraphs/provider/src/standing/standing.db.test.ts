/** What claims learns of providers: standing, network and fee on the day of service; and how fees follow one another. */
import { person, service, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { admin, finance, key, makeWorld, member, services } from '../testing/world.ts';

const claims = service('claims');
const PORT = 'query ($input: [ProviderForClaimInput!]!) { providersForClaim(input: $input) { provider exists providerId partyLocator networkStatus isActive isInNetwork network fee { amount currency } } }';

describe('a provider as a claim sees it', () => {
  let db: TestDatabase;
  let directory: TestSubgraph;
  let world: ReturnType<typeof makeWorld>;
  beforeAll(async () => {
    db = await testDatabase('provider');
    directory = testSubgraph(subgraph, db, { services });
    world = makeWorld(directory);
  });
  afterAll(() => db.close());

  const ask = async (input: object[]) => (await directory.data(claims, PORT, { input })).providersForClaim;

  it('is answered for each line in order, by the line’s own day', async () => {
    const party = world.newParty();
    const { id, locator } = await world.register({}, admin, party);
    await world.credential(locator, { from: '2026-01-01', networks: ['GOLD'] });
    await world.change('suspend', locator, { from: '2026-03-15' });
    const line = (serviceDate: string) => ({ provider: locator, serviceDate });
    const answers = await ask([line('2026-03-20'), line('2026-02-01'), line('2025-12-31'), { provider: 'prv_00000000000000000000000000', serviceDate: '2026-02-01' }]);
    const known = { provider: locator, exists: true, providerId: id, partyLocator: party.locator, fee: null };
    expect(answers).toEqual([
      { ...known, networkStatus: 'SUSPENDED', isActive: false, isInNetwork: false, network: 'GOLD' },
      { ...known, networkStatus: 'ACTIVE', isActive: true, isInNetwork: true, network: 'GOLD' },
      { ...known, networkStatus: null, isActive: false, isInNetwork: false, network: null },
      { provider: 'prv_00000000000000000000000000', exists: false, providerId: null, partyLocator: null, networkStatus: null, isActive: false, isInNetwork: false, network: null, fee: null },
    ]);
  });

  it('is active but out of network when its approval named no network', async () => {
    const { locator } = await world.register();
    await world.credential(locator, { networks: [] });
    expect(await ask([{ provider: locator, serviceDate: '2026-03-01' }])).toMatchObject([{ isActive: true, isInNetwork: false, network: null }]);
  });

  it('is paid its own fee before its network’s, each by the day of service and in the claim’s currency', async () => {
    const { locator } = await world.register();
    await world.credential(locator, { from: '2026-01-01', networks: ['FEES'] });
    await world.agreeFee({ network: 'FEES', amount: { amount: '60.00', currency: 'USD' } });
    const fees = async (serviceDate: string, more: object = {}) => (await ask([{ provider: locator, serviceDate, procedureCode: '97110', currency: 'USD', ...more }]))[0].fee;
    expect(await fees('2026-02-01')).toEqual({ amount: '60.00', currency: 'USD' });
    await world.agreeFee({ provider: locator, from: '2026-02-01' });
    await world.agreeFee({ provider: locator, from: '2026-03-01', amount: { amount: '85.50', currency: 'USD' } });
    expect(await fees('2026-01-31')).toEqual({ amount: '60.00', currency: 'USD' });
    expect(await fees('2026-02-28')).toEqual({ amount: '80.00', currency: 'USD' });
    expect(await fees('2026-03-01')).toEqual({ amount: '85.50', currency: 'USD' });
    expect(await fees('2026-03-01', { currency: 'GBP' })).toBeNull();
    expect(await fees('2026-03-01', { procedureCode: '99999' })).toBeNull();
    expect(await fees('2026-03-01', { procedureCode: null })).toBeNull();
  });

  it('agrees a fee between two others, so that every day has one', async () => {
    const { locator } = await world.register();
    const agree = (from: string, amount: string) => world.agreeFee({ provider: locator, from, amount: { amount, currency: 'USD' } });
    expect(await agree('2026-01-01', '10.00')).toMatchObject({ effectiveTo: null });
    expect(await agree('2026-07-01', '30.00')).toMatchObject({ effectiveTo: null });
    expect(await agree('2026-04-01', '20.00')).toMatchObject({ effectiveFrom: '2026-04-01', effectiveTo: '2026-07-01' });
    expect(await agree('2026-04-01', '99.00')).toEqual({ code: 'FEE_DATE_TAKEN', field: 'from' });
    const { rows } = await db.pool.query(
      'SELECT amount, effective_from, effective_to FROM provider.fee_schedules f JOIN provider.providers p ON p.id = f.provider_id WHERE p.locator = $1 ORDER BY effective_from',
      [locator],
    );
    expect(rows.map((row) => `${row.effective_from} ${row.effective_to}`)).toEqual(['2026-01-01 2026-04-01', '2026-04-01 2026-07-01', '2026-07-01 null']);
  });

  it('keeps agreements apart when many are made at once', async () => {
    const { locator } = await world.register();
    const days = Array.from({ length: 12 }, (_day, index) => `2026-${String(index + 1).padStart(2, '0')}-01`);
    await Promise.all([...days, ...days].map((from) => world.agreeFee({ provider: locator, from })));
    const { rows } = await db.pool.query(
      `SELECT count(*) AS fees, count(*) FILTER (WHERE effective_to IS DISTINCT FROM following) AS gaps FROM (
         SELECT effective_to, lead(effective_from) OVER (ORDER BY effective_from) AS following
         FROM provider.fee_schedules f JOIN provider.providers p ON p.id = f.provider_id WHERE p.locator = $1) AS agreed`,
      [locator],
    );
    expect(rows[0]).toEqual({ fees: '12', gaps: '0' });
  });

  it('agrees once for a key, and refuses what is no amount', async () => {
    const { locator } = await world.register();
    const idempotencyKey = key();
    const first = await world.agreeFee({ provider: locator, idempotencyKey });
    expect(await world.agreeFee({ provider: locator, idempotencyKey })).toEqual(first);
    expect(await world.agreeFee({ provider: locator, idempotencyKey, from: '2027-01-01' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(await world.agreeFee({ provider: locator, amount: { amount: '-1.00', currency: 'USD' } })).toMatchObject({ code: 'AMOUNT_NEGATIVE' });
    const mutation = 'mutation ($input: AgreeFeeInput!) { agreeFee(input: $input) { __typename } }';
    const input = { idempotencyKey: key(), provider: locator, procedureCode: '1', from: '2026-01-01' };
    for (const amount of ['1.001', '1e308', 'NaN']) {
      expect((await directory.ask(finance, mutation, { input: { ...input, amount: { amount, currency: 'USD' } } })).codes, amount).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('shows a fee to staff and to the provider itself, not to its competitors or members', async () => {
    const { locator } = await world.register();
    await world.credential(locator, { networks: ['SECRET'] });
    await world.agreeFee({ provider: locator });
    await world.agreeFee({ network: 'SECRET', procedureCode: '97112' });
    const read = 'query ($l: ID!) { provider(locator: $l) { fee(procedureCode: "97110", currency: "USD") { amount { amount } } } networkFee(network: "SECRET", procedureCode: "97112", currency: "USD") { amount { amount } } }';
    const fee = { amount: { amount: '80.00' } };
    const own = person(['provider'], world.newParty(), { provider: locator });
    const competitor = person(['provider'], world.newParty(), { provider: (await world.register()).locator });
    for (const who of [finance, own]) expect(await directory.data(who, read, { l: locator })).toEqual({ provider: { fee }, networkFee: fee });
    expect(await directory.data(competitor, read, { l: locator })).toEqual({ provider: { fee: null }, networkFee: null });
    expect((await directory.ask(member, read, { l: locator })).codes.toSorted()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  it('is asked by services only, and costs as many statements for 50 lines as for one', async () => {
    expect((await directory.ask(admin, PORT, { input: [] })).codes).toEqual(['FORBIDDEN']);
    const { locator } = await world.register();
    const lines = Array.from({ length: 50 }, () => ({ provider: locator, serviceDate: '2026-03-01', procedureCode: '97110', currency: 'USD' }));
    const one = await directory.ask(claims, PORT, { input: lines.slice(0, 1) });
    const fifty = await directory.ask(claims, PORT, { input: lines });
    expect(fifty.data.providersForClaim).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
  });
});
