/** What a claim costs the database: a fixed, small number of statements, and none that reads a whole table however long it grows. */
import { type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { answeredBy, asMember, claimInput, dollars, grantPolicy, makeWorld, newPerson, type World } from '../testing/world.ts';
import { AUTHORISATIONS, HISTORY, NAMES } from './history.ts';
import { DECIDED_OF_POLICY } from '../review/store.ts';
import { FREED_BY_PREMIUM, LEFT_IN_THE_MIDDLE } from './store.ts';

let db: TestDatabase;
let claims: TestSubgraph;
let world: World;

beforeAll(async () => {
  db = await testDatabase('claims');
  world = makeWorld();
  claims = testSubgraph(subgraph, db, { services: answeredBy(() => world) });
  await grantPolicy(db, world);
});
afterAll(() => db.close());

describe('a claim that goes straight through', () => {
  it('takes as many statements with 100 lines as with one', async () => {
    const submit = async (count: number, day: string) => {
      const lines = Array.from({ length: count }, (_one, index) => ({ serviceDate: day, amount: dollars(`${index + 1}.00`) }));
      const answer = await claims.ask(asMember(world.member), 'mutation ($input: SubmitClaimInput!) { submitClaim(input: $input) { __typename } }', {
        input: claimInput(world, {}, ...lines),
      });
      expect(answer.data.submitClaim.__typename).toBe('Claim');
      return answer.statements;
    };
    const one = await submit(1, '2026-01-05');
    expect(await submit(100, '2026-01-06')).toBe(one);
    expect(one).toBeLessThanOrEqual(20);
  });
});

describe('the hottest statements', () => {
  const id = newPerson().id;
  it.each<[string, string, unknown[]]>([
    ['a patient’s other claims of the same days', HISTORY, [id, ['2026-01-05'], [], id, null]],
    ['a patient’s authorisations', AUTHORISATIONS, [id, [], id, ['office_visit']]],
    ['what a policy and its people are called', NAMES, [id, id]],
    ['claims left in the middle', LEFT_IN_THE_MIDDLE, [100]],
    ['claims by locator', 'SELECT * FROM claims.claims WHERE locator = ANY($1::text[])', [['clm_x']]],
    ['lines of claims', 'SELECT * FROM claims.claim_lines WHERE claim_id = ANY($1::uuid[]) ORDER BY line_number', [[id]]],
    ['adjustments of decisions', 'SELECT * FROM claims.line_adjustments WHERE decision_id = ANY($1::uuid[]) ORDER BY line_number, sequence', [[id]]],
    ['a patient’s claims, newest first', 'SELECT * FROM claims.claims WHERE claimant_party_id = $1 ORDER BY id DESC LIMIT 21', [id]],
    ['an adjuster’s queue', "SELECT id FROM claims.claims WHERE status = 'IN_REVIEW' ORDER BY id DESC LIMIT $1", [21]],
    ['a queue by its reason, oldest first', "SELECT id FROM claims.claims WHERE status = 'IN_REVIEW' AND hold_reason = 'NO_FEE_SCHEDULE' ORDER BY id LIMIT $1", [21]],
    ['claims that a premium has freed', FREED_BY_PREMIUM, [100]],
    ['decided claims of a policy', DECIDED_OF_POLICY, [id]],
    ['claims to look at again', 'SELECT id FROM claims.claim_reviews WHERE settled_at IS NULL ORDER BY id LIMIT $1', [21]],
    ['what is open of a batch', 'SELECT claim_id FROM claims.claim_batch_items WHERE batch_id = $1 AND result IS NULL ORDER BY claim_id LIMIT $2', [id, 64]],
    ['grants of a caller', 'SELECT target FROM claims.access WHERE party_locator = ANY($1::text[])', [['pty_x']]],
  ])('%s are found by an index', async (_title, text, values) => {
    const client = await db.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SET LOCAL enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      expect(rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes('Seq Scan'))).toEqual([]);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
  });
});
