/** Credentialing on PostgreSQL: one open request, activation by approval only, whose requests are seen by whom, and when the next is due. */
import { transitionTable } from '@olly/kit/errors';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provider } from '../directory/provider.ts';
import subgraph from '../subgraph.ts';
import { admin, key, makeWorld, member, services } from '../testing/world.ts';
import { credentialing } from './credentialing.ts';
import { tellCredentialingDue } from './due.ts';

describe('credentialing', () => {
  let db: TestDatabase;
  let directory: TestSubgraph;
  let world: ReturnType<typeof makeWorld>;
  beforeAll(async () => {
    db = await testDatabase('provider');
    directory = testSubgraph(subgraph, db, { services });
    world = makeWorld(directory);
  });
  afterAll(() => db.close());

  it('leads from submission over review to approval, which alone activates, and is due again after 36 months', async () => {
    const { locator } = await world.register();
    const request = await world.submit(locator);
    expect(request.status).toBe('SUBMITTED');
    expect(await world.decide('approve', request.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'CredentialingRequest is SUBMITTED and cannot become APPROVED.' });
    expect(await world.decide('review', request.locator)).toMatchObject({ status: 'IN_REVIEW', reviewedAt: null });
    const before = await directory.data(member, 'query ($l: ID!) { provider(locator: $l) { networkStatus activatedAt credentialingDueOn } }', { l: locator });
    expect(before.provider).toEqual({ networkStatus: 'PENDING', activatedAt: null, credentialingDueOn: null });
    expect(await world.decide('approve', request.locator, { notes: 'Welcome' })).toMatchObject({ status: 'APPROVED', reviewedAt: '2026-03-01T09:00:00.000Z', reviewerNotes: 'Welcome' });
    const after = await directory.data(member, 'query ($l: ID!) { provider(locator: $l) { networkStatus activatedAt credentialingDueOn networks { network } } }', { l: locator });
    expect(after.provider).toEqual({ networkStatus: 'ACTIVE', activatedAt: '2026-03-01T09:00:00.000Z', credentialingDueOn: '2029-03-01', networks: [{ network: 'STANDARD' }] });
    const steps = await db.pool.query('SELECT command, from_status, to_status FROM provider.credentialing_steps WHERE request_id = $1 ORDER BY id', [request.id]);
    expect(steps.rows.map((row) => `${row.from_status} ${row.command} ${row.to_status}`)).toEqual(['null submit SUBMITTED', 'SUBMITTED review IN_REVIEW', 'IN_REVIEW approve APPROVED']);
  });

  it('allows one open request at a time, also when many ask at once, and a new one after a rejection', async () => {
    const { locator } = await world.register();
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.submit(locator)));
    const [won] = answers.filter((answer) => answer.locator);
    expect(answers.filter((answer) => answer.code === 'CREDENTIALING_OPEN')).toHaveLength(9);
    await world.decide('review', won.locator);
    expect(await world.decide('reject', won.locator, { notes: ' ' })).toMatchObject({ code: 'REASON_MISSING', field: 'notes' });
    expect(await world.decide('reject', won.locator, { notes: 'Licence expired' })).toMatchObject({ status: 'REJECTED', reviewerNotes: 'Licence expired' });
    expect(await world.submit(locator)).toMatchObject({ status: 'SUBMITTED' });
  });

  it('gives the same request for the same key', async () => {
    const { locator } = await world.register();
    const idempotencyKey = key();
    const first = await world.submit(locator, admin, idempotencyKey);
    expect(await world.submit(locator, admin, idempotencyKey)).toEqual(first);
  });

  it('is decided once when an approval and a withdrawal meet', async () => {
    const { locator } = await world.register();
    const request = await world.submit(locator);
    await world.decide('review', request.locator);
    const answers = await Promise.all([world.decide('approve', request.locator), world.decide('withdraw', request.locator)]);
    expect(answers.filter((answer) => answer.code === 'ILLEGAL_TRANSITION')).toHaveLength(1);
  });

  it('activates from a future day on only then, and refuses who was terminated', async () => {
    const { locator } = await world.register();
    await world.credential(locator, { from: '2026-04-01' });
    const { provider: today } = await directory.data(member, 'query ($l: ID!) { provider(locator: $l) { networkStatus networkStatusOn(date: "2026-04-01") networks { network } } }', { l: locator });
    expect(today).toEqual({ networkStatus: 'PENDING', networkStatusOn: 'ACTIVE', networks: [] });
    await world.change('terminate', locator, { from: '2026-05-01' });
    expect(await world.submit(locator)).toMatchObject({ code: 'PROVIDER_TERMINATED' });
  });

  it('renews an active provider without a second activation, and changes its networks when they are named', async () => {
    const { locator } = await world.register();
    await world.credential(locator, { networks: ['GOLD', 'SILVER'] });
    await world.credential(locator, { from: '2026-06-01', networks: ['GOLD', 'BRONZE'] });
    const { provider: found } = await directory.data(member, 'query ($l: ID!) { provider(locator: $l) { credentialingDueOn now: networks { network } june: networks(date: "2026-06-01") { network } statusHistory { status } } }', { l: locator });
    expect(found.credentialingDueOn).toBe('2029-06-01');
    expect(found.now.map((row: { network: string }) => row.network)).toEqual(['GOLD', 'SILVER']);
    expect(found.june.map((row: { network: string }) => row.network)).toEqual(['BRONZE', 'GOLD']);
    expect(found.statusHistory).toHaveLength(2);
  });

  it('shows a request to its provider and to staff, and to others as if there were none', async () => {
    const party = world.newParty();
    const { locator } = await world.register({}, admin, party);
    const request = await world.submit(locator, person(['provider'], party));
    const read = 'query ($r: ID!, $p: ID!) { credentialingRequest(locator: $r) { locator } credentialingRequests(filter: { provider: $p }) { nodes { locator } } provider(locator: $p) { credentialing { locator } } }';
    const all = { credentialingRequest: { locator: request.locator }, credentialingRequests: { nodes: [{ locator: request.locator }] }, provider: { credentialing: [{ locator: request.locator }] } };
    const none = { credentialingRequest: null, credentialingRequests: { nodes: [] }, provider: { credentialing: [] } };
    const vars = { r: request.locator, p: locator };
    expect(await directory.data(admin, read, vars)).toEqual(all);
    expect(await directory.data(person(['provider'], party), read, vars)).toEqual(all);
    expect(await directory.data(person(['provider'], world.newParty(), { provider: locator }), read, vars)).toEqual(all);
    const other = person(['provider'], world.newParty(), { provider: (await world.register()).locator });
    for (const stranger of [other, member]) expect(await directory.data(stranger, read, vars)).toEqual(none);
    const entity = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on CredentialingRequest { status } } }';
    const ask = (reference: string) => directory.data(other, entity, { r: [{ __typename: 'CredentialingRequest', locator: reference }] });
    expect(await ask(request.locator)).toEqual(await ask('crd_00000000000000000000000000'));
    const withdraw = 'mutation ($r: ID!) { withdrawCredentialing(input: { request: $r }) { __typename } }';
    const [mine, absent] = await Promise.all([directory.ask(other, withdraw, { r: request.locator }), directory.ask(other, withdraw, { r: 'crd_00000000000000000000000000' })]);
    expect(mine.errors.map(({ message, code }) => [message, code])).toEqual(absent.errors.map(({ message, code }) => [message, code]));
    expect(mine.codes).toEqual(['NOT_FOUND']);
  });

  it('costs as many statements for 50 requests as for one', async () => {
    for (let i = 0; i < 50; i += 1) await world.submit((await world.register()).locator);
    const list = 'query ($first: Int) { credentialingRequests(first: $first) { nodes { locator provider { name } } } }';
    const [one, fifty] = [await directory.ask(admin, list, { first: 1 }), await directory.ask(admin, list, { first: 50 })];
    expect(fifty.data.credentialingRequests.nodes).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
  });

  it('tells once that credentialing is due again, however often the job runs', async () => {
    const { locator } = await world.register();
    await world.credential(locator);
    const origin = { service: 'provider', schema: 'provider', ids: directory.deps.ids, clock: directory.clock };
    const told = async () => (await db.pool.query("SELECT payload FROM provider.outbox WHERE key = $1 AND type LIKE '%credentialing_due%'", [locator])).rows;
    await tellCredentialingDue(db.pool, origin);
    expect(await told()).toEqual([]);
    directory.clock.set('2029-01-15T09:00:00Z');
    await tellCredentialingDue(db.pool, origin);
    await tellCredentialingDue(db.pool, origin);
    directory.clock.set('2026-03-01T09:00:00Z');
    const events = await told();
    expect(events).toHaveLength(1);
    expect(events[0].payload.data).toMatchObject({ provider: locator, dueOn: '2029-03-01' });
  });

  it('has its state tables in the README', async () => {
    const { readFile } = await import('node:fs/promises');
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(transitionTable(provider));
    expect(readme).toContain(transitionTable(credentialing));
  });
});
