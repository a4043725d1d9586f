/** Rows of cover in the database. The projection alone writes them; everybody else reads live rows, or history by key. */
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { MemberCoverageRow } from '../mappers.ts';
import type { Continuation } from './continuity.ts';
import type { CoverChange, EventMoment } from './from-event.ts';

type Queryable = Pick<Pool | PoolClient, 'query'>;

/** The live rows of a policy's term. */
export async function liveRowsOfTerm(tx: PoolClient, policyId: string, termId: string): Promise<MemberCoverageRow[]> {
  const { rows } = await tx.query<MemberCoverageRow>({
    name: 'cover:term',
    text: `SELECT * FROM eligibility.member_coverage WHERE policy_id = $1 AND term_id = $2 AND status <> 'SUPERSEDED' ORDER BY id`,
    values: [policyId, termId],
  });
  return rows;
}

const COLUMNS = [
  'id', 'party_id', 'party_locator', 'policy_id', 'policy_locator', 'policy_element_id', 'element_static_id', 'term_id', 'term_from', 'term_to', 'product_code',
  'element_type', 'coverage_terms', 'element_terms', 'currency', 'scheme', 'status', 'effective_from', 'effective_to', 'event_id', 'recorded_at',
] as const;

/** Marks rows as superseded by an event, and adds those that it tells of. */
export async function saveCover(tx: PoolClient, event: EventMoment, { superseded, added }: CoverChange): Promise<void> {
  if (superseded.length > 0) {
    await tx.query({
      name: 'cover:supersede',
      text: `UPDATE eligibility.member_coverage SET status = 'SUPERSEDED', superseded_by = $2, superseded_at = $3 WHERE id = ANY($1::uuid[])`,
      values: [superseded, event.id, event.time],
    });
  }
  if (added.length === 0) return;
  await tx.query({
    name: 'cover:add',
    text: `INSERT INTO eligibility.member_coverage (${COLUMNS.join(', ')})
           SELECT ${COLUMNS.join(', ')} FROM jsonb_populate_recordset(null::eligibility.member_coverage, $1::jsonb) ON CONFLICT (id) DO NOTHING`,
    values: [JSON.stringify(added)],
  });
}

/** Live rows of many parties, each named by id or locator, in one statement. */
export async function liveRowsOfParties(pool: Queryable, ids: readonly string[], locators: readonly string[]): Promise<MemberCoverageRow[]> {
  const { rows } = await pool.query<MemberCoverageRow>({
    name: 'cover:parties',
    text: `SELECT * FROM eligibility.member_coverage
           WHERE status <> 'SUPERSEDED' AND (party_id = ANY($1::uuid[]) OR party_locator = ANY($2::text[])) ORDER BY effective_from, id`,
    values: [ids, locators],
  });
  return rows;
}

/** Everybody's live rows under many policies. */
export async function liveRowsOfPolicies(pool: Queryable, policyIds: readonly string[]): Promise<MemberCoverageRow[]> {
  const { rows } = await pool.query<MemberCoverageRow>({
    name: 'cover:policies',
    text: `SELECT * FROM eligibility.member_coverage WHERE status <> 'SUPERSEDED' AND policy_id = ANY($1::uuid[]) ORDER BY effective_from, id`,
    values: [policyIds],
  });
  return rows;
}

/** A person's live rows of every policy, and all rows, history too, of the one that is asked about. */
export async function rowsForClaim(tx: Queryable, partyId: string, policyId: string): Promise<MemberCoverageRow[]> {
  const { rows } = await tx.query<MemberCoverageRow>({
    name: 'cover:claim',
    text: `SELECT * FROM eligibility.member_coverage WHERE party_id = $1 AND (policy_id = $2 OR status <> 'SUPERSEDED') ORDER BY effective_from, id`,
    values: [partyId, policyId],
  });
  return rows;
}

/** See `continuity.ts`. The oldest earlier policy comes first. */
export async function continuationsOf(pool: Queryable, policyIds: readonly string[]): Promise<Continuation[]> {
  const { rows } = await pool.query<Continuation>({
    name: 'cover:continuations',
    text: `WITH live AS NOT MATERIALIZED (SELECT * FROM eligibility.member_coverage WHERE status <> 'SUPERSEDED' AND effective_from < effective_to AND scheme IS NOT NULL),
                opening AS (SELECT policy_id, min(effective_from) AS day FROM live WHERE policy_id = ANY($1::uuid[]) GROUP BY policy_id)
           SELECT o.policy_id, now.party_id, now.element_type, o.day AS opened_on, before.policy_id AS home
           FROM opening o
           JOIN live now ON now.policy_id = o.policy_id AND now.effective_from = o.day
           JOIN live before ON before.party_id = now.party_id AND before.scheme = now.scheme AND before.element_type = now.element_type
             AND before.policy_id <> now.policy_id AND before.effective_to <= o.day AND before.effective_to > date_trunc('year', o.day)::date
           ORDER BY before.effective_from, before.policy_id`,
    values: [policyIds],
  });
  return rows;
}
