/** The directory on PostgreSQL: registering, finding, standing by day, and what it costs. */
import { newId, newLocator } from '@olly/kit/locator';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { admin, key, makeWorld, member, npi, services } from '../testing/world.ts';

describe('the directory', () => {
  let db: TestDatabase;
  let directory: TestSubgraph;
  let world: ReturnType<typeof makeWorld>;
  beforeAll(async () => {
    db = await testDatabase('provider');
    directory = testSubgraph(subgraph, db, { services });
    world = makeWorld(directory);
  });
  afterAll(() => db.close());

  const statuses = async (locator: string, ...days: string[]) => {
    const fields = days.map((day, i) => `d${i}: networkStatusOn(date: "${day}")`).join(' ');
    const { provider } = await directory.data(member, `query ($locator: ID!) { provider(locator: $locator) { ${fields} } }`, { locator });
    return days.map((_day, i) => provider[`d${i}`]);
  };

  it('registers a provider once for a key as PENDING, with history and event, also when two ask at once', async () => {
    const idempotencyKey = key();
    const party = world.newParty();
    const once = () => world.register({ idempotencyKey, npi: npi(700) , name: 'Twice' }, admin, party);
    const [first, second] = await Promise.all([once(), once()]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ npi: npi(700), networkStatus: 'PENDING' });
    const { rows } = await db.pool.query(
      `SELECT (SELECT count(*) FROM provider.network_status_history WHERE provider_id = $1) AS history, (SELECT count(*) FROM provider.outbox WHERE key = $2) AS events`,
      [first.id, first.locator],
    );
    expect(rows[0]).toEqual({ history: '1', events: '1' });
    expect(await world.register({ idempotencyKey, npi: npi(700), name: 'Other' }, admin, party)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('refuses a taken NPI, a second entry of a party and a wrong check digit, naming the field', async () => {
    const party = world.newParty();
    await world.register({ npi: npi(701) }, admin, party);
    expect(await world.register({ npi: npi(701) })).toEqual({ code: 'NPI_TAKEN', field: 'npi' });
    expect(await world.register({}, admin, party)).toEqual({ code: 'PARTY_HAS_PROVIDER', field: 'partyId' });
    expect(await world.register({ npi: '1234567890' })).toEqual({ code: 'NPI_INVALID', field: 'npi' });
    expect(await world.register({ market: 'UK', npi: npi(702) })).toEqual({ code: 'NPI_NOT_USED', field: 'npi' });
    expect(await world.register({ market: 'UK', npi: null })).toMatchObject({ npi: null });
  });

  it('refuses a party that policy administration does not know, or knows by another id', async () => {
    const unknown = { id: newId(), locator: newLocator('pty') };
    expect(await world.register({}, admin, unknown)).toEqual({ code: 'PARTY_UNKNOWN', field: 'partyLocator' });
    expect(await world.register({}, admin, { ...world.newParty(), id: newId() })).toMatchObject({ code: 'PARTY_UNKNOWN' });
  });

  it('lets a provider register its own party and nobody else’s', async () => {
    const party = world.newParty();
    const practice = person(['provider'], party);
    await expect(world.register({}, practice, world.newParty())).rejects.toThrow('FORBIDDEN');
    await expect(world.register({}, member)).rejects.toThrow('FORBIDDEN');
    expect(await world.register({}, practice, party)).toMatchObject({ networkStatus: 'PENDING' });
  });

  it('answers the standing as of any day, through suspension, reinstatement and termination', async () => {
    const { locator } = await world.register();
    await world.credential(locator, { from: '2026-03-01' });
    expect(await world.change('suspend', locator, { from: '2026-04-01' })).toMatchObject({ locator });
    expect(await world.change('suspend', locator, { from: '2026-04-02' })).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'Provider is SUSPENDED and cannot become SUSPENDED.' });
    expect(await world.change('reinstate', locator, { from: '2026-03-31' })).toMatchObject({ code: 'DATE_BEFORE_LAST_CHANGE', field: 'from' });
    await world.change('reinstate', locator, { from: '2026-05-01' });
    await world.change('terminate', locator, { from: '2026-06-01' });
    expect(await statuses(locator, '2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01', '2026-05-01', '2026-06-01', '2030-01-01')).toEqual([
      null, 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'ACTIVE', 'TERMINATED', 'TERMINATED',
    ]);
    const { provider } = await directory.data(member, 'query ($l: ID!) { provider(locator: $l) { networkStatus networks { network } later: networks(date: "2026-06-01") { network } statusHistory { status reason } } }', { l: locator });
    expect(provider).toMatchObject({ networkStatus: 'ACTIVE', networks: [{ network: 'STANDARD' }], later: [] });
    expect(provider.statusHistory.map((row: { status: string }) => row.status)).toEqual(['PENDING', 'ACTIVE', 'SUSPENDED', 'ACTIVE', 'TERMINATED']);
    const { rows } = await db.pool.query('SELECT type, payload FROM provider.outbox WHERE topic = $1 AND key = $2 ORDER BY id', ['provider.provider', locator]);
    expect(rows.map((row) => row.type.split('.')[3])).toEqual(['registered', 'activated', 'suspended', 'activated', 'terminated']);
    expect(rows[1].payload.data).toMatchObject({ provider: locator, networkStatus: 'ACTIVE', from: '2026-03-01', access: [{ role: 'SELF', target: locator }] });
  });

  it('wants a reason for a change, and staff to make it', async () => {
    const { locator } = await world.register();
    await world.credential(locator);
    expect(await world.change('suspend', locator, { reason: ' ' })).toMatchObject({ code: 'REASON_MISSING' });
    const { codes } = await directory.ask(person(['provider'], world.newParty(), { provider: locator }), 'mutation ($l: ID!) { terminateProvider(input: { provider: $l, reason: "x" }) { __typename } }', { l: locator });
    expect(codes).toEqual(['FORBIDDEN']);
  });

  it('lets one of many concurrent suspensions through', async () => {
    const { locator } = await world.register();
    await world.credential(locator);
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.change('suspend', locator)));
    expect(answers.filter((answer) => answer.code === undefined)).toHaveLength(1);
    expect(new Set(answers.filter((answer) => answer.code).map((answer) => answer.code))).toEqual(new Set(['ILLEGAL_TRANSITION']));
  });

  it('is searched by the beginnings of name words, specialty, town or postcode, network and standing', async () => {
    const address = { lines: ['1 High Street'], city: 'Wells', postcode: 'BA5 2XX', country: 'GB' };
    const oak = await world.register({ name: 'Oakwood Clinic', specialty: 'Cardiology', address });
    const ash = await world.register({ name: 'Ash % Clinic', specialty: 'Cardiology' });
    await world.credential(oak.locator, { networks: ['GOLD'] });
    const find = async (search: object) => (await directory.data(member, 'query ($search: ProviderSearch) { providers(search: $search) { nodes { locator } } }', { search })).providers.nodes.map((node: { locator: string }) => node.locator);
    expect(await find({ name: 'oak clin' })).toEqual([oak.locator]);
    expect(await find({ name: 'wood' })).toEqual([]);
    expect(await find({ specialty: 'cardiology' })).toEqual([ash.locator, oak.locator]);
    expect(await find({ place: 'wells' })).toEqual([oak.locator]);
    expect(await find({ place: 'ba5' })).toEqual([oak.locator]);
    expect(await find({ place: '%' })).toEqual([]);
    expect(await find({ network: 'GOLD' })).toEqual([oak.locator]);
    expect(await find({ specialty: 'Cardiology', networkStatus: 'PENDING' })).toEqual([ash.locator]);
    expect(await find({ name: "x'); DROP TABLE provider.providers; --" })).toEqual([]);
  });

  it('pages without losing or repeating anybody', async () => {
    for (let i = 0; i < 5; i += 1) await world.register({ specialty: 'Paging' });
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { providers }: { providers: { nodes: { locator: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await directory.data(
        member,
        'query ($after: String) { providers(search: { specialty: "paging" }, first: 2, after: $after) { nodes { locator } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      seen.push(...providers.nodes.map((node) => node.locator));
      after = providers.pageInfo.hasNextPage ? providers.pageInfo.endCursor : null;
    } while (after);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
    expect((await directory.ask(member, '{ providers(first: 1000000) { nodes { locator } } }')).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('costs as many statements for 50 providers as for one', async () => {
    const made = [];
    for (let i = 0; i < 50; i += 1) made.push(await world.register({ specialty: 'Counting' }));
    const list = `query ($first: Int) { providers(search: { specialty: "Counting" }, first: $first) { nodes { locator networkStatus statusHistory { status } networks { network }
      fee(procedureCode: "97110", currency: "USD") { amount { amount } } credentialing { locator } party { id } } } }`;
    const one = await directory.ask(admin, list, { first: 1 });
    const fifty = await directory.ask(admin, list, { first: 50 });
    expect(fifty.errors).toEqual([]);
    expect(fifty.data.providers.nodes).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
    const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Provider { name networkStatusOn(date: "2026-03-01") } } }';
    const refs = made.map(({ locator }) => ({ __typename: 'Provider', locator }));
    const single = await directory.ask(member, entities, { r: refs.slice(0, 1) });
    expect((await directory.ask(member, entities, { r: refs })).statements).toBe(single.statements);
  });

  it('is found from its party, and answers null for a party that is none', async () => {
    const party = world.newParty();
    const { locator } = await world.register({}, admin, party);
    const { _entities } = await directory.data(member, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { provider { locator } } } }', {
      r: [party, world.newParty()].map(({ id }) => ({ __typename: 'Party', id })),
    });
    expect(_entities).toEqual([{ provider: { locator } }, { provider: null }]);
  });

  it('tells nobody a name, a telephone or an address in its events', async () => {
    const { locator } = await world.register({ name: 'Canary Clinic', phone: '+44 1111 222333', email: 'canary@example.org', address: { lines: ['Canary Row 1'], city: 'Canary', country: 'GB' } });
    await world.credential(locator, { notes: 'Canary was here' });
    const { rows } = await db.pool.query('SELECT payload FROM provider.outbox');
    expect(JSON.stringify(rows)).not.toMatch(/canary|1111 222333/i);
  });
});
