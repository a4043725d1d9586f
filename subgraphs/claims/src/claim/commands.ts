/**
 * Everything that happens to a claim after it has come in. Each command finds the claim as the caller may see it, checks the step in the state table, and saves row,
 * audit row and event in one transaction under the row's lock; what eligibility must be told comes after the commit, and is remembered until it has been told.
 */
import { hasRole } from '@olly/kit/auth';
import { badInput, forbidden, notFound, Refused } from '@olly/kit/errors';
import { amountOf, money } from '@olly/kit/money';
import { appendToOutbox, type NewEvent } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import type { GroupCode, HoldReason, Ruling } from '../adjudication/facts.ts';
import type { Context } from '../context.ts';
import type { ClaimRow } from '../mappers.ts';
import { giveUnitsBack } from '../priorAuthorisation/units.ts';
import { type ClaimCommand, claimMachine } from './claim.ts';
import { DOCUMENTS_MAX, type NewDocument, storedDocuments } from './document.ts';
import { rulesOf } from '../market/rules.ts';
import { configuredRules } from '../market/store.ts';
import { claimMoneyMoved, claimTold } from './events.ts';
import { handlingOf } from './handling.ts';
import { sealFor } from './notes.ts';
import { busy, decideClaim, leased, settle } from './process.ts';
import { actorOf, type ClaimChange, changeClaim, giveLeaseUp, insertAudit, insertDocuments, linesOf, lockClaim, takeLease } from './store.ts';

const CODE = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;

/** The claim, whole; NOT_FOUND when the caller may not see all of it. */
async function visibleClaim(ctx: Context, locator: string): Promise<ClaimRow> {
  const claim = await ctx.loaders.claimByLocator.load(locator);
  if (!claim || !(await ctx.ability()).seesFully('claims', claim)) throw notFound('The claim');
  return claim;
}

/** Patients, their guardians, providers and adjusters act for a claim; other staff only look at it. */
function checkActsFor(ctx: Context): void {
  if (!hasRole(ctx.identity, 'member', 'provider', 'adjuster', 'admin')) throw forbidden();
}

interface Step {
  readonly change: ClaimChange;
  readonly reason?: string;
  readonly note?: string | null;
  readonly event?: (after: ClaimRow, before: ClaimRow) => NewEvent;
  readonly also?: (tx: PoolClient, before: ClaimRow) => Promise<void>;
}

/** One step of the state table under the row's lock. `step` may answer null: nothing is to be done. */
async function transition(ctx: Context, claim: ClaimRow, command: ClaimCommand, type: string, step: (before: ClaimRow) => Step | null): Promise<ClaimRow> {
  const after = await transaction(ctx.pool, async (tx) => {
    const before = await lockClaim(tx, claim.id);
    const found = step(before);
    if (!found) return before;
    const to = claimMachine.next(before.status, command, found.change.status);
    if (before.is_leased) throw busy();
    await found.also?.(tx, before);
    const row = await changeClaim(tx, ctx, claim.id, { ...found.change, status: to });
    await insertAudit(tx, ctx, claim.id, [
      { type, from: before.status, to, reason: found.reason, note: await sealFor(tx, claim.claimant_party_id, found.note, ctx.clock.now()) },
    ]);
    if (found.event) await appendToOutbox(tx, ctx, [found.event(row, before)]);
    return row;
  });
  ctx.loaders.claimByLocator.clear(claim.locator);
  ctx.loaders.claimById.clear(claim.id);
  return after.settling ? settle(ctx, after) : after;
}

function code(text: string, field: string): string {
  if (!CODE.test(text)) throw badInput(`${field}: a code or reference of at most 64 letters, digits, spaces, dots and dashes`, field);
  return text;
}

interface RulingInput {
  readonly line: number;
  readonly allowed?: { readonly amount: string; readonly currency: string } | null;
  readonly denialReasonCode?: string | null;
  readonly denialGroup?: GroupCode | null;
}

/** Checks what is decided by hand. Throws `Refused`. */
export function readRulings(rulings: readonly RulingInput[], lineNumbers: readonly number[], currency: string): Record<string, Ruling> {
  const read = rulings.map(({ line, allowed, denialReasonCode, denialGroup }, index): [string, Ruling] => {
    const at = (field: string): string => `rulings[${index}].${field}`;
    if (!lineNumbers.includes(line)) throw new Refused('LINE_UNKNOWN', `The claim has no line ${line}.`, at('line'));
    if ((allowed == null) === (denialReasonCode == null)) throw new Refused('RULING_INVALID', 'A ruling allows an amount or denies the line.', at('allowed'));
    if (denialReasonCode != null) {
      if (!/^[A-Z]?\d{1,3}$/.test(denialReasonCode))
        throw new Refused('RULING_INVALID', 'A denial names a Claim Adjustment Reason Code.', at('denialReasonCode'));
      return [String(line), { denial: { group: denialGroup ?? 'PR', reason: denialReasonCode } }];
    }
    if (allowed?.currency !== currency) throw new Refused('CURRENCY_MISMATCH', `The claim is in ${currency}.`, at('allowed'));
    if (allowed.amount.startsWith('-')) throw badInput('allowed: not negative', at('allowed'));
    try {
      return [String(line), { allowed: amountOf(money(allowed.amount, currency)) }];
    } catch {
      throw badInput(`allowed: an amount in ${currency}`, at('allowed'));
    }
  });
  return Object.fromEntries(read);
}

export interface AdjudicateInput {
  readonly claim: string;
  readonly release?: readonly HoldReason[] | null;
  readonly rulings?: readonly RulingInput[] | null;
  readonly note?: string | null;
}

/** Decides a claim that a person has looked at. What was said is stored first, so that it counts even if this run is cut off. */
export async function adjudicateClaim(ctx: Context, { claim: locator, release, rulings, note }: AdjudicateInput): Promise<ClaimRow> {
  const seen = await visibleClaim(ctx, locator);
  const numbers = (await linesOf(ctx.pool, seen.id)).map((line) => line.line_number);
  const ruled = readRulings(rulings ?? [], numbers, seen.currency);
  const token = ctx.ids.id();
  if (!(await takeLease(ctx.pool, seen.id, token))) throw busy();
  const claim = await storeSaid(ctx, seen, release ?? [], ruled).catch(async (error: unknown) => {
    await giveLeaseUp(ctx.pool, seen.id, token);
    throw error;
  });
  ctx.loaders.claimByLocator.clear(locator);
  return decideClaim(ctx, leased(claim, token), await handlingOf(ctx, claim), { note });
}

/** Keeps what an adjuster has said with the claim, and takes an appealed one up. */
function storeSaid(ctx: Context, seen: ClaimRow, release: readonly HoldReason[], ruled: Record<string, Ruling>): Promise<ClaimRow> {
  return transaction(ctx.pool, async (tx) => {
    const before = await lockClaim(tx, seen.id);
    const status = before.status === 'APPEALED' ? claimMachine.next('APPEALED', 'hold') : before.status;
    if (status !== 'SUBMITTED') claimMachine.next(status, 'hold'); // IN_REVIEW alone can be held again, and so be decided
    const released = [...new Set([...(before.document.released ?? []), ...release, ...(before.hold_reason ? [before.hold_reason] : [])])];
    const document = { ...before.document, released, rulings: { ...before.document.rulings, ...ruled } };
    if (before.status === 'APPEALED') await insertAudit(tx, ctx, seen.id, [{ type: 'REVIEWED', from: 'APPEALED', to: status }]);
    return changeClaim(tx, ctx, seen.id, { status, document });
  });
}

export async function holdClaim(
  ctx: Context,
  { claim: locator, reason, note }: { claim: string; reason: HoldReason; note?: string | null },
): Promise<ClaimRow> {
  const claim = await visibleClaim(ctx, locator);
  return transition(ctx, claim, 'hold', 'HELD', ({ document }) => ({
    change: { status: 'IN_REVIEW', hold_reason: reason, document: { ...document, released: (document.released ?? []).filter((one) => one !== reason) } },
    reason,
    note,
    event: (after) => claimTold('held', after),
  }));
}

/** Paying again with the same reference changes nothing: banks and queues repeat themselves. */
export async function payClaim(ctx: Context, { claim: locator, paymentReference }: { claim: string; paymentReference: string }): Promise<ClaimRow> {
  const claim = await visibleClaim(ctx, locator);
  const reference = code(paymentReference, 'paymentReference');
  return transition(ctx, claim, 'pay', 'PAID', (before) =>
    before.status === 'PAID' && before.payment_reference === reference
      ? null
      : {
          change: {
            status: 'PAID',
            payment_reference: reference,
            paid: before.plan_pays as string,
            paid_at: ctx.clock.now(),
            document: { ...before.document, paidBefore: before.paid },
          },
          event: (after) => claimMoneyMoved('paid', after, { alreadyPaid: before.paid }),
        },
  );
}

export async function failClaimPayment(ctx: Context, { claim: locator, reason }: { claim: string; reason: string }): Promise<ClaimRow> {
  const claim = await visibleClaim(ctx, locator);
  const why = code(reason, 'reason');
  return transition(ctx, claim, 'failPayment', 'PAYMENT_FAILED', (before) => {
    if (before.status === 'PAID' && before.payment_reference === null)
      throw new Refused('ILLEGAL_TRANSITION', 'The claim is PAID without a payment and cannot become APPROVED.');
    return {
      change: { status: 'APPROVED', payment_reference: null, paid: before.document.paidBefore ?? '0', paid_at: null },
      reason: why,
      event: (after) => claimMoneyMoved('payment_failed', after, { alreadyPaid: before.paid, reason: why }),
    };
  });
}

/** Releases what was reserved. A claim that has been decided before is not withdrawn: its decision is appealed, or its payment reversed. */
export async function withdrawClaim(ctx: Context, { claim: locator }: { claim: string }): Promise<ClaimRow> {
  checkActsFor(ctx);
  const claim = await visibleClaim(ctx, locator);
  return transition(ctx, claim, 'withdraw', 'WITHDRAWN', (before) => {
    if (before.decisions > 0) throw new Refused('ILLEGAL_TRANSITION', `The claim has been decided, is ${before.status} and cannot become WITHDRAWN.`);
    return { change: { status: 'WITHDRAWN', hold_reason: null, settling: 'RELEASE' }, event: (after) => claimTold('withdrawn', after) };
  });
}

export async function reverseClaim(ctx: Context, { claim: locator, reason, note }: { claim: string; reason: string; note?: string | null }): Promise<ClaimRow> {
  const claim = await visibleClaim(ctx, locator);
  const why = code(reason, 'reason');
  return transition(ctx, claim, 'reverse', 'REVERSED', (before) => ({
    change: { status: 'REVERSED', settling: 'RELEASE', paid: '0' },
    reason: why,
    note,
    also: (tx) => giveUnitsBack(tx, ctx, claim.id),
    event: (after) => claimMoneyMoved('reversed', after, { alreadyPaid: before.paid, reason: why }),
  }));
}

/** Opens a decision again for chosen lines, within the market's levels and deadline. */
export async function appealClaim(
  ctx: Context,
  { claim: locator, lines, reason }: { claim: string; lines: readonly number[]; reason: string },
): Promise<ClaimRow> {
  checkActsFor(ctx);
  const claim = await visibleClaim(ctx, locator);
  const numbers = (await linesOf(ctx.pool, claim.id)).map((line) => line.line_number);
  const reopened = [...new Set(lines)].sort((a, b) => a - b);
  const unknown = reopened.find((line) => !numbers.includes(line));
  if (reopened.length === 0 || unknown !== undefined) throw new Refused('LINE_UNKNOWN', 'An appeal names lines of the claim.', 'lines');
  if (reason.trim() === '') throw new Refused('REASON_MISSING', 'An appeal says why.', 'reason');
  const { appealLevels } = rulesOf(await configuredRules(ctx.pool), claim.market, claim.currency);
  return transition(ctx, claim, 'appeal', 'APPEALED', (before) => {
    claimMachine.next(before.status, 'appeal');
    if (before.appeal_until !== null && ctx.clock.today() > before.appeal_until)
      throw new Refused('APPEAL_TOO_LATE', `The decision could be appealed until ${before.appeal_until}.`);
    if (before.appeal_level >= appealLevels)
      throw new Refused('APPEAL_LEVELS_EXHAUSTED', `The decision has been appealed ${before.appeal_level} times, as often as it can be.`);
    // an appealed line is looked at afresh: what was ruled about it before no longer counts
    const rulings = Object.fromEntries(Object.entries(before.document.rulings ?? {}).filter(([line]) => !reopened.includes(Number(line))));
    return {
      change: { status: 'APPEALED', hold_reason: 'APPEALED', appeal_level: before.appeal_level + 1, document: { ...before.document, rulings, reopened } },
      event: (after) => claimTold('appealed', after),
      also: async (tx) => {
        await tx.query(
          'INSERT INTO claims.appeals (id, claim_id, level, line_numbers, reason, filed_on, filed_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
          [
            ctx.ids.id(),
            claim.id,
            before.appeal_level + 1,
            reopened,
            (await sealFor(tx, claim.claimant_party_id, reason, ctx.clock.now())) ?? '',
            ctx.clock.today(),
            actorOf(ctx),
            ctx.clock.now(),
          ],
        );
      },
    };
  });
}

export async function addClaimDocument(ctx: Context, { claim: locator, document }: { claim: string; document: NewDocument }): Promise<ClaimRow> {
  checkActsFor(ctx);
  const claim = await visibleClaim(ctx, locator);
  const [stored] = await storedDocuments(ctx, [document], claim.claimant_locator, () => 'document');
  await transaction(ctx.pool, async (tx) => {
    const before = await lockClaim(tx, claim.id);
    const { rows } = await tx.query<{ count: string }>('SELECT count(*) FROM claims.claim_documents WHERE claim_id = $1', [claim.id]);
    if (Number(rows[0]?.count) >= DOCUMENTS_MAX) throw new Refused('TOO_MANY_DOCUMENTS', `A claim has at most ${DOCUMENTS_MAX} documents.`, 'document');
    await insertDocuments(tx, ctx, claim.id, stored ? [stored] : []);
    await insertAudit(tx, ctx, claim.id, [{ type: 'DOCUMENT_ADDED', from: before.status, to: before.status }]);
  });
  return claim;
}
