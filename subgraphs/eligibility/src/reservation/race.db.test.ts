/** 200 claims of one family at once, as the claims service sends them: snapshot, decide, reserve, and again when stale; then confirmed or released. */
import { scaled, seed, type TestDatabase, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeable } from '../accumulator/arithmetic.ts';
import { NOTHING, type Quantity, quantity, quantityText } from '../accumulator/quantity.ts';
import subgraph from '../subgraph.ts';
import { medical } from '../testing/fixtures.ts';
import { type AccumulatorView, apply, claimLocator, claimsService, newPerson, newPolicy, type Person, policyEvent } from '../testing/world.ts';

const CLAIMS = 200;
const TRIES_MAX = 60;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase('eligibility');
  // 200 callers stand in line for ten connections; how long is the machine's affair, not this test's
  db.pool.options.connectionTimeoutMillis = 300_000;
});
afterAll(() => db.close());

/** A small generator of chance, so that a seed plays the same charges again. */
function chance(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it(`lets ${CLAIMS} claims of a family race: no limit is passed, every sum is exact, nobody is stuck`, { timeout: 1_800_000 }, async () => {
  const claims = claimsService(testSubgraph(subgraph, db));
  const random = chance(seed);
  for (let round = 0; round < scaled(50); round += 1) {
    const family = Array.from({ length: 4 }, newPerson);
    const policy = newPolicy(family, { coverage: medical({ deductible: { kind: 'EMBEDDED', period: 'CALENDAR_YEAR', in: { person: '1500.00', family: '3000.00' } } }) });
    await apply(db, policyEvent(policy));
    let charged = NOTHING;

    const run = async (index: number, who: Person, charge: Quantity): Promise<Quantity> => {
      const claim = claimLocator(`race-${round}-${index}`);
      for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
        const { lines } = await claims.cover(policy, who, { claim });
        const met = (lines[0].accumulators as AccumulatorView[]).filter((one) => one.type === 'DEDUCTIBLE');
        const taken = takeable(charge, met.map((one) => ({ limit: quantity(one.limit), used: quantity(one.used) })));
        const amount = quantityText(taken, 'USD');
        const { outcome } = await claims.reserve({
          claim,
          partyId: who.id,
          policyId: policy.policyId,
          expected: met.map((one) => ({ accumulator: one.key, version: one.version, used: one.used })),
          movements: taken === NOTHING ? [] : met.map((one) => ({ accumulator: one.key, amount, serviceDate: '2026-03-01' })),
        });
        if (outcome !== 'RESERVED') continue;
        if (index % 10 === 9) {
          expect(await claims.release(claim)).toBe('RELEASED');
          return NOTHING;
        }
        expect(await claims.confirm(claim)).toBe('CONFIRMED');
        return taken;
      }
      throw new Error(`claim ${index} is stuck`);
    };
    const taken = await Promise.all(
      Array.from({ length: CLAIMS }, (_claim, index) => {
        const charge = quantity((10 + Math.floor(random() * 90)).toFixed(2));
        charged += charge;
        return run(index, family[index % 4] as Person, charge);
      }),
    );

    expect(charged > quantity('3000')).toBe(true);
    const { rows } = await db.pool.query(
      `SELECT a.level, a.limit_amount, a.consumed_amount, a.reserved_amount, COALESCE(sum(m.amount), 0) AS moved FROM eligibility.coverage_accumulators a
       LEFT JOIN eligibility.accumulator_movements m ON m.accumulator_id = a.id AND m.given_back_at IS NULL WHERE a.policy_id = $1 GROUP BY a.id`,
      [policy.policyId],
    );
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      expect(quantity(row.consumed_amount) <= quantity(row.limit_amount)).toBe(true);
      expect(quantity(row.consumed_amount)).toBe(quantity(row.moved));
      expect(row.reserved_amount).toBe('0.0000');
    }
    const used = (level: string) => rows.filter((row) => row.level === level).reduce((sum, row) => sum + quantity(row.consumed_amount), NOTHING);
    const total = taken.reduce((a, b) => a + b, NOTHING);
    expect(used('FAMILY')).toBe(total);
    expect(used('PERSON')).toBe(total);
  }
});
