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

  it('returns premium at the rate at which it was earned, whatever the rate is now', async () => {
    await apply(policyEvent('issued', broker));
    await db.pool.query("UPDATE broker_api.broker_configs SET commission_rate = 0.30 WHERE locator = $1", [broker]);
    await apply(policyEvent('endorsed', broker, { premium: '-1000.00', effectiveDate: '2026-03-01' }));
    await apply(policyEvent('endorsed', broker, { premium: '100.00', effectiveDate: '2026-04-01' }));
    expect((await mine(broker)).commissions.nodes.map(({ amount }) => amount.amount)).toEqual(['30.00', '-150.00', '500.00']);
  });

  it('pays a flat amount for a policy and term, and for no endorsement', async () => {
    const flat = (await configure({ flatCommission: { amount: '75.00', currency: 'GBP' } })).locator as string;
    for (const event of [policyEvent('issued', flat), policyEvent('endorsed', flat, { premium: '10.00' }), policyEvent('renewed', flat)]) await apply(event);
    expect((await mine(flat)).commissions.nodes.map(({ amount }) => amount.amount)).toEqual(['75.00', '75.00']);
    expect(await configure({ flatCommission: { amount: '75.00', currency: 'USD' } })).toMatchObject({ code: 'CURRENCY_MISMATCH' });
  });

  it('states what was earned and taken back, carries what is owed back forward, and pays by a run what is more than zero', async () => {
    const SUMS = 'locator status broughtForward { amount } earned { amount } takenBack { amount } total { amount }';
    const issue = async (key: string, until: string) =>
      (await brokerApi.data(finance, `mutation ($input: IssueCommissionStatementInput!) { r: issueCommissionStatement(input: $input) { ... on IssuedStatements { statements { ${SUMS} } } ... on BrokerRefusal { code } } }`, { input: { broker, until, idempotencyKey: key } })).r;
    const run = async (key: string) => (await brokerApi.data(finance, `mutation ($input: RunCommissionPaymentsInput!) { r: runCommissionPayments(input: $input) { ... on CommissionPaymentRun { locator statements { ${SUMS} commissions { status } broker { locator } } } ... on BrokerRefusal { code } } }`, { input: { until: '2026-12-31', idempotencyKey: key } })).r;
    const sums = (broughtForward: string, earned: string, takenBack: string, total: string) => ({ broughtForward: { amount: broughtForward }, earned: { amount: earned }, takenBack: { amount: takenBack }, total: { amount: total } });
    await db.pool.query("UPDATE broker_api.commissions SET status = 'PAID', paid_at = now() WHERE status = 'PENDING'");
    await apply(policyEvent('issued', broker));
    expect((await issue('s1', '2026-01-31')).statements).toMatchObject([{ status: 'DUE', ...sums('0.00', '500.00', '0.00', '500.00') }]);
    expect(await issue('s2', '2026-01-31')).toEqual({ code: 'NOTHING_TO_STATE' });
    expect((await run('r1')).statements).toMatchObject([{ status: 'PAID', broker: { locator: broker }, commissions: [{ status: 'PAID' }] }]);
    expect(await run('r2')).toEqual({ code: 'NOTHING_TO_PAY' });
    await apply(policyEvent('cancelled', broker, { effectiveDate: '2026-08-13', cancellation: { kind: 'PRO_RATA' } }));
    expect((await issue('s3', '2026-08-31')).statements).toMatchObject([{ status: 'CARRIED_FORWARD', ...sums('0.00', '0.00', '-354.17', '-354.17') }]);
    await apply(policyEvent('renewed', broker, { effectiveDate: '2026-09-01' }));
    const paid = await run('r3');
    expect(paid.statements).toMatchObject([{ status: 'PAID', ...sums('-354.17', '500.00', '0.00', '145.83') }]);
    expect((await run('r3')).locator).toBe(paid.locator);
    expect((await mine(broker)).commissions.nodes.map(({ status }) => status)).toEqual(['PAID', 'PAID', 'PAID']);
    const told = await db.pool.query("SELECT sum((payload->'data'->>'amount')::numeric)::numeric(19,2)::text AS paid FROM broker_api.outbox WHERE type = 'olly.broker_api.commission.paid.v1' AND payload->'data'->>'broker' = $1", [broker]);
    expect(told.rows[0].paid).toBe('645.83');
    const seen = await brokerApi.data(acting(broker), '{ myBroker { statements { nodes { total { amount } carriedInto { locator } } } } }');
    expect(seen.myBroker.statements.nodes.map((one: { total: { amount: string } }) => one.total.amount)).toEqual(['145.83', '-354.17', '500.00']);
    const other = (await configure()).locator as string;
    expect(await brokerApi.data(acting(other), 'query ($l: ID!) { commissionStatement(locator: $l) { locator } }', { l: paid.statements[0].locator })).toEqual({ commissionStatement: null });
  });

  it('recalculates the past under new terms, once', async () => {
    const RECALCULATE = 'mutation ($input: RecalculateCommissionsInput!) { r: recalculateCommissions(input: $input) { ... on RecalculatedCommissions { corrections { kind amount { amount } } } ... on BrokerRefusal { code } } }';
    const recalculate = async (key: string) => (await brokerApi.data(finance, RECALCULATE, { input: { broker, from: '2026-01-01', idempotencyKey: key } })).r.corrections;
    await apply(policyEvent('issued', broker));
    await apply(policyEvent('cancelled', broker, { effectiveDate: '2026-08-13', cancellation: { kind: 'PRO_RATA' } }));
    expect(await recalculate('a')).toEqual([]);
    await db.pool.query("UPDATE broker_api.broker_configs SET commission_rate = 0.18 WHERE locator = $1", [broker]);
    expect(await recalculate('b')).toEqual([{ kind: 'RECALCULATION', amount: { amount: '29.17' } }]);
    expect(await recalculate('c')).toEqual([]);
    expect((await mine(broker)).myBroker.commissionBalance.amount).toBe('175.00');
  });

  it('shows a broker their book at a glance, and nobody else', async () => {
    const BOOK = '{ myBroker { bookSummary { policies inForce premium { amount } } book { nodes { status endedOn premium { amount } holder { locator } commissions { amount { amount } } } } } }';
    await db.pool.query('DELETE FROM broker_api.book_policies');
    await apply(policyEvent('issued', broker));
    await apply(policyEvent('endorsed', broker, { premium: '-333.33', effectiveDate: '2026-03-01' }));
    const { myBroker } = await brokerApi.data(acting(broker), BOOK);
    expect(myBroker.bookSummary).toEqual({ policies: 1, inForce: 1, premium: { amount: '3000.00' } });
    expect(myBroker.book.nodes).toMatchObject([{ status: 'ACTIVE', endedOn: null, premium: { amount: '3000.00' }, commissions: [{ amount: { amount: '500.00' } }, { amount: { amount: '-50.00' } }] }]);
    await apply(policyEvent('cancelled', broker, { premium: '-1200.00', effectiveDate: '2026-08-13', cancellation: { kind: 'PRO_RATA' } }));
    expect((await brokerApi.data(acting(broker), BOOK)).myBroker).toMatchObject({ bookSummary: { policies: 1, inForce: 0, premium: { amount: '0.00' } }, book: { nodes: [{ status: 'CANCELLED', endedOn: '2026-08-13' }] } });
    const other = (await configure()).locator as string;
    expect((await brokerApi.data(acting(other), BOOK)).myBroker.book.nodes).toEqual([]);
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
    const restore = async () => (await brokerApi.data(admin, 'mutation ($broker: ID!) { r: restoreAuthority(input: { broker: $broker }) { ... on Broker { authorityWithdrawnOn } ... on BrokerRefusal { code } } }', { broker })).r;
    expect([await restore(), await restore()]).toEqual([{ authorityWithdrawnOn: null }, { code: 'AUTHORITY_IN_FORCE' }]);
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
