/** The access projection, on a real service's table, as the service's own role. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudEvent } from '../outbox/index.ts';
import { transaction } from '../postgres/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { accessProjection } from './index.ts';

const PARTY = '01900000-0000-7000-8000-00000000000a';
const POLICY = '01900000-0000-7000-8000-00000000000b';
const grant = (party: string, role: string, to: string | null = null) => ({ party, partyId: PARTY, target: 'pol_1', targetId: POLICY, role, from: '2026-01-01', to });
const event = (id: number, data: Record<string, unknown>, subject = 'pol_1'): CloudEvent => ({
  specversion: '1.0',
  id: `01900000-0000-7000-8000-${String(id).padStart(12, '0')}`,
  source: '/olly/enrollment',
  type: 'olly.enrollment.policy.issued.v1',
  subject,
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  data,
});

describe('the access projection', () => {
  let db: TestDatabase;
  const projection = accessProjection({ service: 'billing', schema: 'billing', topics: ['enrollment.policy'] });
  const apply = (...events: CloudEvent[]) => transaction(db.pool, async (tx) => {
    for (const each of events) await projection.apply(tx, each);
  });
  const rows = async () => (await db.pool.query('SELECT id, source, party_locator, target, target_id, role, valid_from, valid_to FROM billing.access ORDER BY source, role, party_locator')).rows;
  beforeAll(async () => {
    db = await testDatabase('billing');
  });
  afterAll(() => db.close());

  it('keeps the whole set of a subject and replaces it with the next', async () => {
    await apply(event(1, { access: [grant('pty_1', 'HOLDER'), grant('pty_2', 'INSURED', '2026-12-31')] }), event(2, { access: [grant('pty_9', 'HOLDER')] }, 'pol_2'));
    expect((await rows()).map(({ source, role, party_locator, valid_from, valid_to }) => [source, role, party_locator, valid_from, valid_to])).toEqual([
      ['pol_1', 'HOLDER', 'pty_1', '2026-01-01', null],
      ['pol_1', 'INSURED', 'pty_2', '2026-01-01', '2026-12-31'],
      ['pol_2', 'HOLDER', 'pty_9', '2026-01-01', null],
    ]);
    await apply(event(3, { access: [grant('pty_1', 'HOLDER'), grant('brk_1', 'BROKER')] }));
    expect((await rows()).map(({ source, role }) => `${source} ${role}`)).toEqual(['pol_1 BROKER', 'pol_1 HOLDER', 'pol_2 HOLDER']);
  });

  it('leaves everything as it is for an event without grants, and takes all away for an empty set', async () => {
    const before = await rows();
    await apply(event(4, { premium: '1.00' }));
    expect(await rows()).toEqual(before);
    await apply(event(5, { access: [] }, 'pol_2'));
    expect((await rows()).map(({ source }) => source)).toEqual(['pol_1', 'pol_1']);
  });

  it('gives the same rows, ids and all, when the events are applied again', async () => {
    const before = await rows();
    await db.pool.query('DELETE FROM billing.access');
    await apply(event(1, { access: [grant('pty_1', 'HOLDER')] }), event(3, { access: [grant('pty_1', 'HOLDER'), grant('brk_1', 'BROKER')] }));
    expect(await rows()).toEqual(before);
  });

  it('refuses a grant that it cannot read, and keeps what it had', async () => {
    const before = await rows();
    await expect(apply(event(6, { access: [{ ...grant('pty_1', 'HOLDER'), from: 'soon' }] }))).rejects.toThrow();
    expect(await rows()).toEqual(before);
  });
});
