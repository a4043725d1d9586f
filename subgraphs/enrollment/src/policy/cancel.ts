/**
 * Cancellation in three kinds, and reinstatement. A cancellation gives back what its kind says, at the rates that were charged; a reinstatement, without a gap, owes exactly that again.
 */
import { Refused } from '@olly/kit/errors';
import type { PoolClient } from '@olly/kit/postgres';
import { addDays, type IsoDate, later } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { PolicyRow, PolicyTransactionRow } from '../mappers.ts';
import type { QuotingFacts } from '../ports/policyAdmin.ts';
import { isOfficer } from '../quote/who.ts';
import { checkInForce, saveOnce } from './endorse.ts';
import { chargedIn, changesOf, checkDay, everybody, factsOfPolicy, type PolicyNow, policyFor, readPolicy, termFacts } from './gather.ts';
import { type CancellationKind, type CancellationPlan, linesOf, planCancellation } from './plan.ts';
import { termMachine, termStatusOn } from './policy.ts';
import { insertTransaction, mirrored, saveLines, tellChange } from './save.ts';

export interface CancellationInput {
  readonly locator: string;
  readonly effectiveDate: IsoDate;
  readonly kind: CancellationKind;
}

interface Planned {
  readonly now: PolicyNow;
  readonly facts: QuotingFacts;
  readonly input: CancellationInput;
  readonly shortRate: string;
  readonly plan: CancellationPlan;
}

/** Flat is for the cooling-off days: counted from the day after the policy was concluded. */
function checkFlat({ policy, term }: PolicyNow, { document }: QuotingFacts['version'], { effectiveDate }: CancellationInput, today: IsoDate, officer: boolean): void {
  if (effectiveDate !== term.effective_from) throw new Refused('PERIOD_INVALID', `A flat cancellation is from the term's first day, ${term.effective_from}.`, 'effectiveDate');
  const last = addDays(policy.issued_at.toISOString().slice(0, 10), document.cancellation.coolingOffDays);
  if ((today > last || term.term_number > 1) && !officer) throw new Refused('COOLING_OFF_OVER', `The cooling-off days ended on ${last}; an underwriter may still cancel flat.`, 'kind');
}

/** Whether the policy has been used: then cooling off gives back what is still to come, from today, and not everything. */
async function hasIncurredClaim({ pool }: Context, { policy }: PolicyNow): Promise<boolean> {
  return ((await pool.query('SELECT 1 FROM enrollment.incurred_claims WHERE policy_id = $1 AND is_incurred LIMIT 1', [policy.id])).rowCount ?? 0) > 0;
}

/** Everything but the saving. */
export async function gatherCancellation(ctx: Context, input: CancellationInput): Promise<Planned> {
  const now = await readPolicy(ctx.pool, await policyFor(ctx, input.locator));
  const facts = await factsOfPolicy(ctx, now);
  const today = ctx.clock.today(facts.market.timeZone);
  const { document } = facts.version;
  const officer = isOfficer(ctx.identity);
  checkInForce(now, today);
  if (input.kind === 'FLAT') checkFlat(now, facts.version, input, today, officer);
  else checkDay(input.effectiveDate, now, addDays(today, -document.retroDays), officer);
  const asked = input.kind === 'FLAT' && (await hasIncurredClaim(ctx, now)) ? { ...input, kind: 'PRO_RATA' as const, effectiveDate: later(today, now.term.effective_from) } : input;
  const shortRate = document.cancellation.shortRate ?? '0';
  const plan = planCancellation(termFacts(now, facts), { kind: asked.kind, on: asked.effectiveDate, shortRate, fees: chargedIn(now, 'FEE') });
  return { now, facts, input: asked, shortRate, plan };
}

/** Sets where term and policy stand after a step; the caller holds the policy's lock. */
async function moveTerm(tx: PoolClient, ctx: Context, { policy, term }: PolicyNow, to: { status: 'ACTIVE' | 'CANCELLED'; endedOn: IsoDate | null }): Promise<PolicyRow> {
  await tx.query('UPDATE enrollment.policy_terms SET status = $2, ended_on = $3 WHERE id = $1', [term.id, to.status, to.endedOn]);
  const { rows } = await tx.query<PolicyRow>('UPDATE enrollment.policies SET status = $2, covered_to = $3, version = version + 1, updated_at = $4 WHERE id = $1 RETURNING *', [
    policy.id,
    to.status,
    to.endedOn ?? term.effective_to,
    ctx.clock.now(),
  ]);
  return rows[0] as PolicyRow;
}

async function saveCancellation(tx: PoolClient, ctx: Context, { now, facts, input, shortRate, plan }: Planned): Promise<string> {
  const { kind, effectiveDate } = input;
  termMachine.next(termStatusOn(now.term, ctx.clock.today(facts.market.timeZone)), 'cancel');
  const cancellation = { kind, ...(kind === 'SHORT_RATE' && { shortRate }) };
  const made = await insertTransaction(tx, ctx, now, { id: ctx.ids.id(), category: 'CANCELLATION', effectiveDate, document: { cancellation }, charges: plan.charges });
  const saved = await saveLines(tx, ctx, now, plan.lines, facts.version.document);
  const policy = await moveTerm(tx, ctx, now, { status: 'CANCELLED', endedOn: effectiveDate });
  await tellChange(tx, ctx, { kind: 'cancelled', now, policy, transaction: made, facts, charges: plan.charges, ...saved, people: everybody(now), cancellation });
  return made.id;
}

export async function cancelPolicy(ctx: Context, { cancellation, idempotencyKey }: { cancellation: CancellationInput; idempotencyKey: string }): Promise<PolicyTransactionRow> {
  return saveOnce(ctx, 'cancelPolicy', { key: idempotencyKey, body: cancellation }, async () => {
    const planned = await gatherCancellation(ctx, cancellation);
    return { now: planned.now, save: (tx) => saveCancellation(tx, ctx, planned) };
  });
}

/** Whether somebody of the policy has since been covered elsewhere by the same kind of element of the same product. */
async function checkOverlap(tx: PoolClient, { policy, term }: PolicyNow): Promise<void> {
  const { rows } = await tx.query(
    `SELECT 1 FROM enrollment.policy_insureds AS mine
     JOIN enrollment.policy_elements AS element ON element.id = mine.element_id
     JOIN enrollment.policy_insureds AS other ON other.party_locator = mine.party_locator AND other.policy_id <> mine.policy_id
     JOIN enrollment.policy_elements AS theirs ON theirs.id = other.element_id AND theirs.element_type = element.element_type
     JOIN enrollment.policies AS policy ON policy.id = other.policy_id AND policy.product_code = $4
     WHERE element.term_id = $1 AND other.effective_from < $3 AND $2 < LEAST(other.effective_to, policy.covered_to) LIMIT 1`,
    [term.id, term.ended_on, term.effective_to, policy.product_code],
  );
  if (rows.length > 0) throw new Refused('COVER_OVERLAPS', 'Somebody of this policy is covered by another one since; it cannot be brought back beside it.');
}

async function saveReinstatement(tx: PoolClient, ctx: Context, now: PolicyNow, facts: QuotingFacts): Promise<string> {
  const cancellation = now.transactions.filter(({ category, status }) => category === 'CANCELLATION' && status === 'ISSUED').at(-1) as PolicyTransactionRow;
  const charges = mirrored(now.charges.filter((one) => one.transaction_id === cancellation.id));
  await tx.query("UPDATE enrollment.policy_transactions SET status = 'REVERSED' WHERE id = $1", [cancellation.id]);
  const document = { reinstates: cancellation.locator };
  const made = await insertTransaction(tx, ctx, now, { id: ctx.ids.id(), category: 'REINSTATEMENT', effectiveDate: cancellation.effective_date, document, charges });
  const saved = await saveLines(tx, ctx, now, linesOf(termFacts(now, facts), changesOf(now)), facts.version.document);
  const policy = await moveTerm(tx, ctx, now, { status: 'ACTIVE', endedOn: null });
  await checkOverlap(tx, now);
  await tellChange(tx, ctx, { kind: 'reinstated', now, policy, transaction: made, facts, charges, ...saved, people: everybody(now) });
  return made.id;
}

/** Without a gap: cover goes on as if it had never ended. */
export async function reinstatePolicy(ctx: Context, { locator, idempotencyKey }: { locator: string; idempotencyKey: string }): Promise<PolicyTransactionRow> {
  return saveOnce(ctx, 'reinstatePolicy', { key: idempotencyKey, body: { locator } }, async () => {
    const now = await readPolicy(ctx.pool, await policyFor(ctx, locator));
    // A cancellation that still lies ahead is taken back all the same: what was decided counts, not the day.
    termMachine.next(now.term.status, 'reinstate');
    const facts = await factsOfPolicy(ctx, now);
    return { now, save: (tx) => saveReinstatement(tx, ctx, now, facts) };
  });
}
