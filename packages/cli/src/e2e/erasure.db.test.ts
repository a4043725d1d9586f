/**
 * One member is forgotten by all 13 systems: canary values in every column that can hold what somebody said or is called, the whole saga by events, then a scan of every row of every database.
 * Nothing is found but what the certificate says is kept. The events are carried by hand, in any order that a broker may choose, each twice; and a kill is a transaction that rolls back.
 */
import { erasureProjection } from '@olly/kit/erasure';
import { newId, newLocator } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { connect, type Pool, transaction } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import type { Subgraph } from '@olly/kit/server';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUBGRAPHS } from '../repository.ts';
import { plant, type Planted } from './canaries.ts';

interface System {
  readonly name: string;
  readonly subgraph: Subgraph;
  readonly db: TestDatabase;
  readonly test: TestSubgraph;
  readonly projections: readonly Projection[];
}

const member = { id: newId(), locator: newLocator('pty') };
const CANARY = 'Canary-Zwitscher';
const systems = new Map<string, System>();
const system = (name: string): System => systems.get(name) as System;

beforeAll(async () => {
  const contacts = () => ({ contacts: [{ partyLocator: member.locator, partyId: member.id, dateOfBirth: '1980-05-17' }] });
  for (const name of SUBGRAPHS) {
    const { default: subgraph } = (await import(`../../../../subgraphs/${name}/src/subgraph.ts`)) as { default: Subgraph };
    const db = await testDatabase(name);
    const test = testSubgraph(subgraph, db, { services: { policy_admin: contacts } });
    const origin = { ...test.deps, service: name, schema: subgraph.schema };
    const own = subgraph.projections?.(test.services, test.deps) ?? [];
    systems.set(name, { name, subgraph, db, test, projections: [...own, ...(subgraph.erasure ? [erasureProjection(origin, subgraph.erasure)] : [])] });
  }
}, 240_000);
afterAll(async () => {
  for (const { db } of systems.values()) await db.close();
});

/** Every event that has ever been told, in the order in which it was carried. */
const told: CloudEvent[] = [];

async function waiting({ db, subgraph }: System): Promise<CloudEvent[]> {
  const { rows } = await db.pool.query<{ payload: CloudEvent }>(`UPDATE ${subgraph.schema}.outbox SET published_at = now() WHERE published_at IS NULL RETURNING payload`);
  return rows.map((row) => row.payload);
}

/** Gives an event to whoever listens, twice, after a transaction that died at its end. */
async function deliver(event: CloudEvent): Promise<void> {
  for (const { projections, db } of systems.values()) {
    for (const projection of projections.filter(({ group }) => group.endsWith('.erasure') || group === 'consent.acknowledgements')) {
      const killed = transaction(db.pool, async (tx) => {
        await projection.apply(tx, event);
        throw new Error('killed');
      });
      await expect(killed).rejects.toThrow('killed');
      await transaction(db.pool, (tx) => projection.apply(tx, event));
      await transaction(db.pool, (tx) => projection.apply(tx, event));
    }
  }
}

/** Carries events until nobody says anything more. */
async function settle(): Promise<void> {
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const events = (await Promise.all([...systems.values()].filter(({ subgraph }) => subgraph.publishes).map(waiting))).flat();
    if (events.length === 0) return;
    told.push(...events);
    for (const event of events) await deliver(event);
  }
  throw new Error('the saga does not end');
}

/** Table.column of every value in which the canary is found, as text or as bytes. */
async function scan(needle: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, db } of systems.values()) {
    const admin = await connect(db.adminUrl, 'test');
    const { rows: columns } = await admin.query<{ schema: string; table: string; column: string }>(
      `SELECT c.table_schema AS schema, c.table_name AS table, c.column_name AS column FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { schema, table, column } of columns) {
      const { rowCount } = await admin.query(`SELECT 1 FROM "${schema}"."${table}" WHERE "${column}"::text ILIKE $1 OR "${column}"::text LIKE $2 LIMIT 1`, [`%${needle}%`, `%${Buffer.from(needle).toString('hex')}%`]);
      if (rowCount) found.push(`${name}.${table}.${column}`);
    }
    await admin.end();
  }
  return found.sort();
}

const officer = person(['privacy']);
const run = async (mutation: string, input: object, result = 'DeletionRequest', selection = 'locator status') => {
  const type = { requestDeletion: 'RequestDeletionInput', placeLegalHold: 'PlaceLegalHoldInput', liftLegalHold: 'LiftLegalHoldInput', saveRetentionRule: 'SaveRetentionRuleInput' }[mutation] ?? 'DeletionRequestInput';
  const who = mutation === 'requestDeletion' ? person(['member'], member) : officer;
  const answer = await system('consent').test.data(who, `mutation ($input: ${type}!) { done: ${mutation}(input: $input) { ... on ${result} { ${selection} } ... on DeletionRefusal { code } } }`, { input });
  return answer.done;
};
const look = async (locator: string) =>
  (await system('consent').test.data(officer, 'query ($l: ID!) { deletionRequest(locator: $l) { status dueOn completedAt progress { system acknowledgedAt } certificate { system what outcome rowCount keptUntil reason } } }', { l: locator })).deletionRequest;

async function trialBalance(pool: Pool): Promise<string> {
  const { rows } = await pool.query("SELECT coalesce(sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END), 0)::text AS difference, count(*)::int AS entries FROM billing.ledger_entries");
  return `${Number(rows[0].difference)} in ${rows[0].entries}`;
}

describe('a member who asks to be forgotten', () => {
  let planted: Planted;
  let request: string;
  let balanceBefore: string;

  it('is held in every system that holds people, in every column that can hold words', async () => {
    planted = await plant(new Map([...systems].map(([name, { db }]) => [name, db])), member, CANARY);
    const found = await scan(CANARY);
    expect(found).toEqual([...planted.columns].sort());
    balanceBefore = await trialBalance(system('billing').db.pool);
    expect(balanceBefore).toBe('0 in 2');
  });

  it('waits under a legal hold before the first system, and goes on when it is lifted', async () => {
    request = (await run('requestDeletion', { deleteType: 'ERASE', reason: CANARY, idempotencyKey: 'erase' })).locator;
    expect((await run('verifyDeletionRequest', { locator: request })).status).toBe('VERIFIED');
    const hold = await run('placeLegalHold', { partyLocator: member.locator, reason: 'A claim before the ombudsman' }, 'LegalHold', 'id');
    expect((await run('startDeletionRequest', { locator: request })).status).toBe('ON_HOLD');
    await settle();
    expect((await look(request)).progress.filter((one: { acknowledgedAt: string | null }) => one.acknowledgedAt)).toEqual([]);
    expect((await scan(CANARY)).length).toBeGreaterThan(planted.columns.length);
    await run('liftLegalHold', { id: hold.id }, 'LegalHold', 'id');
    expect((await look(request)).status).toBe('IN_PROGRESS');
  });

  it('is forgotten by all 13, each once, in spite of kills and doubles; what the law keeps is on the certificate and nothing else is found', async () => {
    await settle();
    const { status, progress, certificate } = await look(request);
    expect(status).toBe('COMPLETED');
    expect(progress.map((one: { system: string }) => one.system).sort()).toEqual([...SUBGRAPHS].sort());
    expect(progress.every((one: { acknowledgedAt: string | null }) => one.acknowledgedAt)).toBe(true);
    const kept = certificate.filter((one: { outcome: string }) => one.outcome === 'KEPT');
    expect(kept.every((one: { reason: string | null }) => one.reason)).toBe(true);
    const keepers = new Set(
      kept.flatMap(({ system: name, what }: { system: string; what: string }) => system(name).subgraph.erasure?.rules.filter((rule) => rule.what === what).map(({ table }) => `${name}.${table}`) ?? []),
    );
    if (keepers.has('documents.documents')) keepers.add('documents.document_renditions');
    const found = await scan(CANARY);
    expect(found.filter((where) => !keepers.has(where.replace(/\.\w+$/, '')))).toEqual([]);
    expect(found.some((where) => /^(policy_admin|triage|notifications|consent)\./.test(where))).toBe(false);
  });

  it('is forgotten entirely once the years are over, and the books balance as before', async () => {
    for (const { test } of systems.values()) test.clock.set('2048-01-02T09:00:00Z');
    const consent = system('consent');
    const jobs = consent.subgraph.jobs?.(consent.test.services, consent.test.deps);
    await jobs?.tasks.take_up_deletions?.({}, { id: '1', attempt: 1 });
    await settle();
    expect(await scan(CANARY)).toEqual([]);
    expect(await trialBalance(system('billing').db.pool)).toBe(balanceBefore);
    const { status, certificate } = await look(request);
    expect(status).toBe('COMPLETED');
    expect(certificate.some((one: { keptUntil: string | null }) => one.keptUntil)).toBe(false);
  });

  it('is not brought back by reading every topic from the beginning', async () => {
    expect(JSON.stringify(told)).not.toContain(CANARY);
    for (const event of [...told]) await deliver(event);
    await settle();
    expect(await scan(CANARY)).toEqual([]);
  });
});
