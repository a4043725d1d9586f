/** Parties and accounts on PostgreSQL: what is saved, who sees it, and what it costs. */
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { admin, key, makeWorld } from '../testing/world.ts';

describe('parties and accounts', () => {
  let db: TestDatabase;
  let policyAdmin: TestSubgraph;
  let world: Awaited<ReturnType<typeof makeWorld>>;
  beforeAll(async () => {
    db = await testDatabase('policy_admin');
    policyAdmin = testSubgraph(subgraph, db);
    world = await makeWorld(policyAdmin);
  });
  afterAll(() => db.close());

  const PARTY = 'query ($locator: ID!) { party(locator: $locator) { locator displayName firstName email dateOfBirth roles { roleType target } } }';

  it('registers a person once for a key, with audit row and event in the same transaction', async () => {
    const idempotencyKey = key();
    const [first, second] = await Promise.all([world.register(admin, { idempotencyKey }), world.register(admin, { idempotencyKey })]);
    expect(second).toEqual(first);
    const counts = await db.pool.query(
      `SELECT (SELECT count(*) FROM policy_admin.parties WHERE id = $1) AS parties, (SELECT count(*) FROM policy_admin.status_changes WHERE entity_id = $1) AS audits,
              (SELECT count(*) FROM policy_admin.outbox WHERE key = $2) AS events`,
      [first.id, first.locator],
    );
    expect(counts.rows[0]).toEqual({ parties: '1', audits: '1', events: '1' });
    expect(await world.register(admin, { idempotencyKey, firstName: 'Eve' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('tells nobody a name, a birth date or an address in its events', async () => {
    const canary = 'Zebedee-Canary';
    const { locator } = await world.register(admin, { firstName: canary, email: 'canary@example.org', address: { lines: ['Canary Row 1'], country: 'GB' } });
    const { rows } = await db.pool.query('SELECT payload FROM policy_admin.outbox WHERE key = $1', [locator]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows[0].payload)).not.toMatch(/canary|1990-06-01/i);
  });

  it('shows a person to themselves, a ward to the guardian, an older dependant in part, and to anybody else nothing', async () => {
    const parent = await world.register();
    const me = person(['member'], parent);
    const child = await world.register(me, { firstName: 'Bo', dateOfBirth: '2016-05-01', guardianLocator: parent.locator });
    const teen = await world.register(me, { firstName: 'Cy', dateOfBirth: '2009-05-01', guardianLocator: parent.locator });
    const see = async (who: ReturnType<typeof person>, locator: string) => (await policyAdmin.data(who, PARTY, { locator })).party;
    expect(await see(me, parent.locator)).toMatchObject({ firstName: 'Ada', email: 'ada@example.org' });
    expect(await see(me, child.locator)).toMatchObject({ firstName: 'Bo', dateOfBirth: '2016-05-01' });
    expect(await see(me, teen.locator)).toEqual({ locator: teen.locator, displayName: 'Cy Moss', firstName: null, email: null, dateOfBirth: null, roles: null });
    const stranger = person(['member'], await world.register());
    expect(await see(stranger, parent.locator)).toBeNull();
    expect(await see(stranger, child.locator)).toBeNull();
    const { parties } = await policyAdmin.data(me, '{ parties(first: 100) { nodes { locator } } }');
    expect(parties.nodes.map((one: { locator: string }) => one.locator).sort()).toEqual([parent, child, teen].map((one) => one.locator).sort());
  });

  it('makes a member family to the adult whom they register, to insure them: the name is seen, the data is not, and nobody else sees either', async () => {
    const ann = await world.register();
    const me = person(['member'], ann);
    const spouse = await world.register(me, { firstName: 'Lee', dateOfBirth: '1989-02-03' });
    const { rows } = await db.pool.query("SELECT payload->'data'->'access' AS access FROM policy_admin.outbox WHERE key = $1", [spouse.locator]);
    expect(rows[0].access).toMatchObject([{ party: ann.locator, target: spouse.locator, role: 'FAMILY', to: null }]);
    const see = async (who: ReturnType<typeof person>) => (await policyAdmin.data(who, PARTY, { locator: spouse.locator })).party;
    expect(await see(me)).toMatchObject({ displayName: 'Lee Moss', firstName: null, dateOfBirth: null });
    expect(await see(person(['member'], await world.register()))).toBeNull();
    const byStaff = await world.register(admin, { dateOfBirth: '1989-02-03' });
    expect((await db.pool.query("SELECT payload->'data'->'access' AS access FROM policy_admin.outbox WHERE key = $1", [byStaff.locator])).rows[0].access).toEqual([]);
  });

  it('answers another person’s party by entity exactly as one that does not exist', async () => {
    const someone = await world.register();
    const stranger = person(['member'], await world.register());
    const entity = async (reference: object) => policyAdmin.ask(stranger, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { displayName } } }', { r: [{ __typename: 'Party', ...reference }] });
    const mine = await entity({ locator: someone.locator });
    const absent = await entity({ locator: 'pty_00000000000000000000000000' });
    expect(mine.data).toEqual(absent.data);
    expect(mine.errors).toEqual(absent.errors);
    expect(mine.data._entities).toEqual([null]);
  });

  it('opens an account in the market’s currency for an adult, and shows it to its holder and the broker', async () => {
    const holder = await world.register();
    const broker = person(['broker'], await world.register(), { broker: 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e' });
    expect(await world.openAccount(holder, admin, { currency: 'GBP' })).toEqual({ code: 'CURRENCY_NOT_OF_MARKET', field: 'currency' });
    expect(await world.openAccount(holder, admin, { marketCode: 'XX' })).toEqual({ code: 'UNKNOWN_MARKET', field: 'marketCode' });
    const account = await world.openAccount(holder);
    expect(account.displayNumber).toMatch(/^\d{7}$/);
    const client = await world.register(broker, { firstName: 'Dee' });
    const placed = await world.openAccount(client, broker);
    const names = async (who: ReturnType<typeof person>) => (await policyAdmin.data(who, '{ accounts { nodes { locator holder { displayName } } } }')).accounts.nodes;
    expect(await names(person(['member'], holder))).toEqual([{ locator: account.locator, holder: { displayName: 'Ada Moss' } }]);
    expect(await names(broker)).toEqual([{ locator: placed.locator, holder: { displayName: 'Dee Moss' } }]);
  });

  it('keeps somebody else’s change: an old version is refused', async () => {
    const someone = await world.register();
    const me = person(['member'], someone);
    const UPDATE = 'mutation ($input: UpdatePartyInput!) { updateParty(input: $input) { ... on Party { version phone } ... on PartyRefusal { code field } } }';
    const change = async (who: ReturnType<typeof person>, input: object) => (await policyAdmin.data(who, UPDATE, { input: { locator: someone.locator, version: 1, ...input } })).updateParty;
    const answers = await Promise.all([change(me, { phone: '+44 20 7946 0001' }), change(me, { phone: '+44 20 7946 0002' })]);
    expect(answers.filter((one) => one.version === 2)).toHaveLength(1);
    expect(answers.filter((one) => one.code === 'CONFLICT')).toHaveLength(1);
    expect((await policyAdmin.ask(me, UPDATE, { input: { locator: someone.locator, version: 2, firstName: 'Eve' } })).codes).toEqual(['FORBIDDEN']);
  });

  it('takes as many statements for fifty parties as for one', async () => {
    const people = await Promise.all(Array.from({ length: 50 }, () => world.register()));
    for (const one of people) await world.openAccount(one);
    const LIST = 'query ($first: Int!) { parties(first: $first) { nodes { displayName roles { roleType } accounts { nodes { displayNumber market { marketCode } } } } } }';
    const one = await policyAdmin.ask(admin, LIST, { first: 1 });
    const fifty = await policyAdmin.ask(admin, LIST, { first: 50 });
    expect(fifty.data.parties.nodes).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
    expect(one.statements).toBeLessThanOrEqual(7);
  });

  it('refuses a page of nothing, of a million, and a cursor that is none', async () => {
    for (const args of ['first: -1', 'first: 0', 'first: 1000000', 'after: "x"']) {
      expect((await policyAdmin.ask(admin, `{ parties(${args}) { nodes { locator } } }`)).codes).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('answers services only what is for services', async () => {
    const query = '{ contacts(partyLocators: []) { displayName } }';
    expect((await policyAdmin.ask(admin, query)).codes).toEqual(['FORBIDDEN']);
    expect((await policyAdmin.ask({ ...admin, kind: 'anonymous', roles: [] }, query)).codes).toEqual(['UNAUTHENTICATED']);
  });
});
