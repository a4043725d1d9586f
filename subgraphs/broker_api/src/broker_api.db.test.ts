/** Brokers and commissions on PostgreSQL: from policy events to a payment, and who sees it. */
import { transaction } from '@olly/kit/postgres';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { policyProjection } from './projections/policies.ts';
import subgraph from './subgraph.ts';
import { POLICY, policyEvent } from './testing/events.ts';

const admin = person(['admin']);
const finance = person(['finance']);
const CONFIGURE = 'mutation ($input: ConfigureBrokerInput!) { configureBroker(input: $input) { ... on Broker { locator delegatedAuthorityLimit { amount } } ... on BrokerRefusal { code field } } }';
const PAY = 'mutation ($input: PayCommissionsInput!) { payCommissions(input: $input) { ... on CommissionPayment { amount { amount currency } commissions { status } } ... on BrokerRefusal { code } } }';

describe('brokers and commissions', () => {
  let db: TestDatabase;
  let brokerApi: TestSubgraph;
  let broker: string;
  let firms = 0;
  const configure = async (more: object = {}) => {
    firms += 1;
    const brokerId = `01900000-0000-7000-8000-${String(firms).padStart(12, '0')}`;
    const input = { brokerId, partyLocator: `pty_01kb1w5c9hf3xb2m9y6q0d4${String(firms).padStart(3, '0')}`, delegatedAuthorityLimit: { amount: '5000.00', currency: 'GBP' }, commissionRate: '0.15', commissionMonths: 24, ...more };
    return (await brokerApi.data(admin, CONFIGURE, { input })).configureBroker;
  };
  const apply = (event: ReturnType<typeof policyEvent>) => transaction(db.pool, (tx) => policyProjection({ ...brokerApi.deps, service: 'broker_api', schema: 'broker_api' }).apply(tx, event));
  const acting = (locator: string) => person(['broker'], undefined, { broker: locator });
  const mine = async (locator: string) =>
    (await brokerApi.data(acting(locator), '{ commissions { nodes { kind amount { amount } status } } myBroker { commissionBalance { amount } } }')) as { commissions: { nodes: { kind: string; amount: { amount: string }; status: string }[] }; myBroker: { commissionBalance: { amount: string } } };

  beforeAll(async () => {
    db = await testDatabase('broker_api');
    brokerApi = testSubgraph(subgraph, db);
  });
  beforeEach(async () => {
    broker = (await configure()).locator;
  });
  afterAll(() => db.close());

  it('earns a share of premium without tax and fees, loses what was not earned on cancellation, and gets it back on reinstatement', async () => {
    await apply(policyEvent('issued', broker));
    await apply(policyEvent('cancelled', broker, { effectiveDate: '2026-08-13', cancellation: { kind: 'PRO_RATA' } }));
    const { commissions, myBroker } = await mine(broker);
    expect(commissions.nodes.map(({ kind, amount }) => [kind, amount.amount])).toEqual([['CLAWBACK', '-354.17'], ['ACCRUAL', '500.00']]);
    expect(myBroker.commissionBalance.amount).toBe('145.83');
    await apply(policyEvent('reinstated', broker, { effectiveDate: '2026-08-20' }));
    expect((await mine(broker)).myBroker.commissionBalance.amount).toBe('500.00');
    const { rows } = await db.pool.query("SELECT count(*) AS events FROM broker_api.outbox WHERE type = 'olly.broker_api.commission.accrued.v1' AND payload->'data'->>'broker' = $1", [broker]);
    expect(rows[0].events).toBe('3');
  });

  it('pays what is pending once for a key, and carries what is owed back forward', async () => {
    await apply(policyEvent('issued', broker));
    const pay = async (idempotencyKey: string, until = '2026-12-31') => (await brokerApi.data(finance, PAY, { input: { broker, until, idempotencyKey } })).payCommissions;
    const [first, second] = await Promise.all([pay('p1'), pay('p1')]);
    expect(first).toEqual({ amount: { amount: '500.00', currency: 'GBP' }, commissions: [{ status: 'PAID' }] });
    expect(second).toEqual(first);
    await apply(policyEvent('cancelled', broker, { effectiveDate: '2026-01-05', cancellation: { kind: 'FLAT' } }));
    expect(await pay('p2')).toEqual({ code: 'NOTHING_TO_PAY' });
    expect((await mine(broker)).myBroker.commissionBalance.amount).toBe('-500.00');
    expect(await pay('p1', '2027-01-31')).toEqual({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('shows a broker nothing of another, by root, entity or nested path', async () => {
    const other = (await configure()).locator;
    await apply(policyEvent('issued', broker));
    const { commissions } = await brokerApi.data(acting(broker), '{ commissions { nodes { locator } } }');
    const locator = commissions.nodes[0].locator as string;
    const nested = `query ($r: [_Any!]!, $locator: ID!, $broker: ID!) { commission(locator: $locator) { locator } broker(locator: $broker) { locator }
      _entities(representations: $r) { ... on Policy { commissions { locator } } ... on Commission { amount { amount } } } }`;
    const representations = [{ __typename: 'Policy', locator: POLICY.locator }, { __typename: 'Commission', locator }];
    const seen = (await brokerApi.data(acting(other), nested, { r: representations, locator, broker })) as object;
    expect(seen).toEqual({ commission: null, broker: null, _entities: [{ commissions: [] }, null] });
  });

  it('takes authority away from a day on', async () => {
    const ask = async (date: string) => (await brokerApi.data({ ...admin, kind: 'service', scopes: ['service'] }, 'query ($broker: ID!, $date: Date!) { brokerAuthority(broker: $broker, date: $date) { isInForce limit { amount } } }', { broker, date })).brokerAuthority;
    await brokerApi.data(admin, 'mutation ($broker: ID!) { withdrawAuthority(input: { broker: $broker, from: "2026-04-01" }) { __typename } }', { broker });
    expect(await ask('2026-03-31')).toEqual({ isInForce: true, limit: { amount: '5000.00' } });
    expect(await ask('2026-04-01')).toEqual({ isInForce: false, limit: { amount: '0.00' } });
  });

  it('refuses a negative limit, a rate above one, and members who configure', async () => {
    expect(await configure({ delegatedAuthorityLimit: { amount: '-1.00', currency: 'GBP' } })).toMatchObject({ code: 'AMOUNT_NEGATIVE' });
    expect(await configure({ delegatedAuthorityLimit: { amount: '1.001', currency: 'GBP' } })).toMatchObject({ code: 'AMOUNT_INVALID' });
    expect(await configure({ commissionRate: '1.5' })).toMatchObject({ code: 'RATE_INVALID' });
    expect((await brokerApi.ask(acting(broker), 'mutation ($broker: ID!) { withdrawAuthority(input: { broker: $broker }) { __typename } }', { broker })).codes).toEqual(['FORBIDDEN']);
  });

  it('takes as many statements for fifty brokers as for one', async () => {
    for (let i = 0; i < 50; i += 1) await configure();
    const LIST = 'query ($first: Int!) { brokers(first: $first) { nodes { locator commissionBalance { amount } party { locator } } } }';
    const one = await brokerApi.ask(admin, LIST, { first: 1 });
    const fifty = await brokerApi.ask(admin, LIST, { first: 50 });
    expect([fifty.data.brokers.nodes.length, fifty.statements]).toEqual([50, one.statements]);
  });
});
