/** Decided claims to look at again, in the database. */
import { notFound, Refused } from '@olly/kit/errors';
import { newId } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import type { LineFacts } from '../adjudication/facts.ts';
import { actorOf } from '../claim/store.ts';
import type { Context } from '../context.ts';
import type { ClaimReviewRow } from '../mappers.ts';
import { affectedBy, type PolicyChanged } from './changes.ts';

export const DECIDED_OF_POLICY = `
  SELECT c.id, c.claimant_party_id, d.inputs->'lines' AS lines FROM claims.claims c JOIN claims.claim_decisions d ON d.id = c.decision_id
  WHERE c.policy_id = $1 AND c.status NOT IN ('WITHDRAWN', 'REVERSED')`;

/** Lists what a change of a policy touches; the same event again lists nothing more. */
export async function listAffected(tx: PoolClient, event: CloudEvent, change: PolicyChanged): Promise<void> {
  const { rows } = await tx.query<{ id: string; claimant_party_id: string; lines: LineFacts[] }>(DECIDED_OF_POLICY, [change.policyId]);
  const found = rows.flatMap(({ id, claimant_party_id: patient, lines }) => {
    const affected = affectedBy(change, patient, lines);
    return affected ? [{ id, ...affected }] : [];
  });
  for (const { id, reason, lines } of found) {
    await tx.query(
      `INSERT INTO claims.claim_reviews (id, claim_id, event_id, reason, line_numbers, effective_on, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT ON CONSTRAINT claim_reviews_once DO NOTHING`,
      [newId(), id, event.id, reason, lines, change.transaction.effectiveDate, event.time],
    );
  }
}

export async function settleReview(ctx: Context, { review }: { review: string }): Promise<ClaimReviewRow> {
  return transaction(ctx.pool, async (tx) => {
    const { rows } = await tx.query<ClaimReviewRow>('SELECT * FROM claims.claim_reviews WHERE id = $1 FOR UPDATE', [review]);
    const [row] = rows;
    if (!row) throw notFound('The row');
    if (row.settled_at) throw new Refused('REVIEW_SETTLED', 'Somebody has looked at it already.', 'review');
    const settled = await tx.query<ClaimReviewRow>('UPDATE claims.claim_reviews SET settled_at = $2, settled_by = $3 WHERE id = $1 RETURNING *', [review, ctx.clock.now(), actorOf(ctx)]);
    return settled.rows[0] as ClaimReviewRow;
  });
}
