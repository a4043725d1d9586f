/** The projection on PostgreSQL: history is kept, a replay is boring, and a rebuild makes the same bytes. */
import { newId } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { accessProjection, rebuild, startProjection } from '@olly/kit/projection';
import { scaled, scratchDatabase, seed, type TestDatabase, testDatabase } from '@olly/kit/testing';
import { createEmbeddedTransport } from '@olly/kit/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { medical } from '../testing/fixtures.ts';
import { apply, newPerson, newPolicy, type PolicyState, policyEvent } from '../testing/world.ts';
import { policyProjection } from './policy.ts';

describe('cover from policy events', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('eligibility');
  });
  afterAll(() => db.close());

  const cover = async (policy: PolicyState) =>
    (await db.pool.query('SELECT * FROM eligibility.member_coverage WHERE policy_id = $1 ORDER BY recorded_at, id', [policy.policyId])).rows;
  const live = async (policy: PolicyState) => (await cover(policy)).filter((row) => row.status !== 'SUPERSEDED').map((row) => [row.status, row.effective_from, row.effective_to]).toSorted();
  const bytes = async () => {
    const tables = ['member_coverage', 'access'];
    return Promise.all(tables.map(async (table) => (await db.pool.query(`SELECT t::text AS row FROM eligibility.${table} t ORDER BY id`)).rows.map((row) => row.row)));
  };

  /** A policy's life: issued, a child added, changed, cancelled, reinstated, renewed. */
  function life(): { policy: PolicyState; events: CloudEvent[] } {
    const people = [newPerson(), newPerson()];
    const issued = newPolicy(people);
    const child = { ...newPerson(), from: '2026-03-10', isWard: true };
    const grown: PolicyState = { ...issued, insured: [...people, child] };
    const changed: PolicyState = { ...grown, coverage: medical({ cross: 'BOTH' }) };
    const renewed: PolicyState = { ...changed, insured: [...people, { ...child, from: '2027-01-01' }], elementId: newId(), term: { ...issued.term, id: newId(), number: 2, from: '2027-01-01', to: '2028-01-01' } };
    const events = [
      policyEvent(issued),
      policyEvent(grown, 'endorsed', '2026-03-10'),
      policyEvent(changed, 'endorsed', '2026-05-01'),
      policyEvent(changed, 'cancelled', '2026-07-01'),
      policyEvent(changed, 'reinstated', '2026-07-01'),
      policyEvent(renewed, 'renewed'),
    ];
    return { policy: issued, events };
  }

  it('supersedes what a later event says otherwise and overwrites nothing', async () => {
    const { policy, events } = life();
    const [issued, grown, changed, cancelled, reinstated, renewed] = events as [CloudEvent, CloudEvent, CloudEvent, CloudEvent, CloudEvent, CloudEvent];
    await apply(db, issued);
    const before = await cover(policy);
    await apply(db, grown);
    expect(await live(policy)).toEqual([['ACTIVE', '2026-01-01', '2027-01-01'], ['ACTIVE', '2026-01-01', '2027-01-01'], ['ACTIVE', '2026-03-10', '2027-01-01']]);
    await apply(db, changed, cancelled);
    expect(await live(policy)).toEqual([['CANCELLED', '2026-01-01', '2026-07-01'], ['CANCELLED', '2026-01-01', '2026-07-01'], ['CANCELLED', '2026-03-10', '2026-07-01']]);
    await apply(db, reinstated, renewed);
    expect((await live(policy)).filter(([status]) => status === 'ACTIVE')).toHaveLength(6);
    const after = await cover(policy);
    expect(after).toHaveLength(15);
    for (const row of before) {
      const now = after.find((one) => one.id === row.id);
      expect({ ...now, status: row.status, superseded_by: null, superseded_at: null }).toEqual(row);
      expect(now).toMatchObject({ status: 'SUPERSEDED', superseded_by: changed.id });
    }
  });

  it('takes ids and times from the event', async () => {
    const { policy, events } = life();
    await apply(db, events[0] as CloudEvent);
    for (const row of await cover(policy)) expect(row).toMatchObject({ event_id: events[0]?.id, recorded_at: new Date('2026-01-01T09:00:00Z') });
  });

  it('is the same for the same event three times', async () => {
    const { policy, events } = life();
    const [issued] = events as [CloudEvent];
    await apply(db, issued);
    const once = await cover(policy);
    await apply(db, issued, issued);
    expect(await cover(policy)).toEqual(once);
  });

  it('ignores what tells nothing of cover, and stops at what is wrong', async () => {
    const { policy, events } = life();
    const event = events[0] as CloudEvent;
    await apply(db, { ...event, id: newId(), data: { policyId: policy.policyId, policy: policy.policy } });
    await apply(db, { ...event, id: newId(), type: 'olly.enrollment.quote.priced.v1' });
    expect(await cover(policy)).toEqual([]);
    await expect(apply(db, { ...event, id: newId(), data: { ...event.data, currency: 'dollars' } })).rejects.toThrow();
  });

  it('makes byte-identical rows when all events are read again from the beginning', async () => {
    await db.pool.query('DELETE FROM eligibility.member_coverage');
    await db.pool.query('DELETE FROM eligibility.access');
    const lives = Array.from({ length: scaled(200, 10) }, life);
    // policies interleave as a topic's do; each one's own order stays
    const events: CloudEvent[] = [];
    let state = seed >>> 0;
    const waiting = lives.map(({ events: own }) => [...own]);
    while (waiting.length > 0) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const index = state % waiting.length;
      const next = waiting[index]?.shift();
      if (next) events.push(next);
      if (waiting[index]?.length === 0) waiting.splice(index, 1);
    }
    const log = await scratchDatabase();
    const transport = createEmbeddedTransport({ url: log.url, name: 'replay' });
    const quiet = { info: () => {}, warn: () => {}, error: () => {} };
    const kept = [
      { projection: policyProjection, table: 'member_coverage' },
      { projection: accessProjection({ service: 'eligibility', schema: 'eligibility', topics: ['enrollment.policy'] }), table: 'access' },
    ];
    const store = { pool: db.pool, schema: 'eligibility' };
    const applied = async () => (await db.pool.query('SELECT count(*)::int AS count FROM eligibility.projection_inbox')).rows[0].count;
    for (const event of events) await transport.send('enrollment.policy', [{ key: event.subject, value: JSON.stringify(event) }]);
    const running = kept.map(({ projection }) => startProjection({ ...store, projection, transport, log: quiet }));
    await expect.poll(applied, { timeout: 60_000 }).toBe(events.length * 2);
    const first = await bytes();
    expect(first[0]).toHaveLength(lives.length * 15);
    for (const { projection, table } of kept) await rebuild({ ...store, projection, empty: async (tx) => void (await tx.query(`DELETE FROM eligibility.${table}`)) });
    expect(await applied()).toBeLessThan(events.length * 2);
    await expect.poll(applied, { timeout: 60_000 }).toBe(events.length * 2);
    for (const one of running) await one.stop();
    await transport.close();
    await log.close();
    expect(await bytes()).toEqual(first);
  });
});
