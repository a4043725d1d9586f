/**
 * What becomes of an endorsement that underwriting holds. An underwriter approves it, and it is made as it was asked for, at the price of then; or it is refused, by the customer or for them.
 * A policy that has moved on since has invalidated it: it is asked for again.
 */
import { notFound, Refused } from '@olly/kit/errors';
import { transaction } from '@olly/kit/postgres';
import type { Context } from '../context.ts';
import type { PolicyTransactionRow } from '../mappers.ts';
import { findTransaction, gatherEndorsement, type HeldDocument, saveEndorsement, saveOnce } from './endorse.ts';
import { policyFor } from './gather.ts';
import { transactionMachine } from './policy.ts';
import { findPolicy, insertPolicyEvent } from './store.ts';

const REASON_CHARACTERS_MAX = 500;

/** A held transaction by locator, for who may change its policy. */
async function heldFor(ctx: Context, locator: string): Promise<{ made: PolicyTransactionRow; policy: string }> {
  const made = (await ctx.pool.query<PolicyTransactionRow>('SELECT * FROM enrollment.policy_transactions WHERE locator = $1', [locator])).rows[0];
  const policy = made && (await findPolicy(ctx.pool, made.policy_id));
  if (!made || !policy) throw notFound('The transaction');
  await policyFor(ctx, policy.locator);
  return { made, policy: policy.locator };
}

/** REFERRED or DECLINED → ISSUED, by an underwriter, with a reason that is kept. */
export async function approveEndorsement(ctx: Context, { locator, reason, idempotencyKey }: { locator: string; reason: string; idempotencyKey: string }): Promise<PolicyTransactionRow> {
  const why = reason.trim();
  if (why === '' || why.length > REASON_CHARACTERS_MAX) throw new Refused('REASON_REQUIRED', `reason: 1 to ${REASON_CHARACTERS_MAX} characters.`, 'reason');
  return saveOnce(ctx, 'approveEndorsement', { key: idempotencyKey, body: { locator, reason } }, async () => {
    const { made } = await heldFor(ctx, locator);
    const underwritten = transactionMachine.next(made.status, 'underwrite', 'UNDERWRITTEN');
    const planned = await gatherEndorsement(ctx, (made.document as HeldDocument).input, made.id);
    if (planned.held.outcome !== 'UNDERWRITTEN') throw new Refused('UNDERWRITING_BLOCKED', 'The rules reject this change for good.');
    transactionMachine.next(transactionMachine.next(underwritten, 'accept'), 'issue');
    const approval = { approvedBy: ctx.identity.subject, reason: why };
    return { now: planned.now, save: (tx) => saveEndorsement(tx, ctx, planned, approval) };
  });
}

/** Gives a held endorsement up: the customer does not want it any more. */
export async function refuseEndorsement(ctx: Context, locator: string): Promise<PolicyTransactionRow> {
  const { made } = await heldFor(ctx, locator);
  await transaction(ctx.pool, async (tx) => {
    const policy = (await tx.query<{ status: string }>('SELECT status FROM enrollment.policies WHERE id = $1 FOR UPDATE', [made.policy_id])).rows[0];
    const now = (await tx.query<PolicyTransactionRow>('SELECT * FROM enrollment.policy_transactions WHERE id = $1', [made.id])).rows[0] as PolicyTransactionRow;
    await tx.query('UPDATE enrollment.policy_transactions SET status = $2 WHERE id = $1', [made.id, transactionMachine.next(now.status, 'refuse')]);
    const status = policy?.status as string;
    await insertPolicyEvent(tx, ctx, { policyId: made.policy_id, command: 'refuse endorsement', from: status, to: status, actor: ctx.identity.subject });
  });
  return findTransaction(ctx, made.id);
}
