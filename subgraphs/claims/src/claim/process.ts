/**
 * Decides a stored claim, under its lease: gather → decide → reserve accumulators by claim locator → save claim, lines, audit row and events in one transaction → confirm.
 * Whatever is cut off in the middle is repaired by running it again: reserving and confirming are idempotent by claim, and until the transaction commits nothing
 * has happened. A reservation that turns out stale is recalculated, a few times; then the claim waits.
 */
import { appError, Refused } from '@olly/kit/errors';
import { amountOf, compare, isPositive, isZero, money } from '@olly/kit/money';
import { appendToOutbox, type NewEvent } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { addDays } from '@olly/kit/time';
import { adjudicate, type Decision } from '../adjudication/adjudicate.ts';
import type { ClaimFacts, HoldReason } from '../adjudication/facts.ts';
import type { Context } from '../context.ts';
import type { ClaimRow } from '../mappers.ts';
import { giveUnitsBack, useUnits } from '../priorAuthorisation/units.ts';
import { claimMachine, UNDECIDED } from './claim.ts';
import { claimDecidedEvent, claimMoneyMoved, claimTold } from './events.ts';
import { type Gathered, gather, type Handling } from './gather.ts';
import { handlingOf } from './handling.ts';
import { sealFor } from './notes.ts';
import { saveDecision, setDecided } from './decisionStore.ts';
import { type AuditRow, changeClaim, draftOf, giveLeaseUp, insertAudit, LEASE_S, linesOf, settled, takeLease } from './store.ts';

const TRIES_MAX = 5;
/** What must be left of the lease before another service is told anything: its answer takes five seconds at most. */
const LEASE_MARGIN_S = 10;

/** Something that the decision was made from has moved meanwhile: decide again. */
class Stale extends Error {}

export interface Leased {
  readonly claim: ClaimRow;
  readonly lease: string;
  /** Real time in milliseconds. */
  readonly takenAt: number;
}

export const leased = (claim: ClaimRow, lease: string): Leased => ({ claim, lease, takenAt: Date.now() });

export interface DecideOptions {
  /** What has been gathered already, for the first try. */
  readonly gathered?: Gathered;
  /** True when nothing can have been reserved before. */
  readonly isFresh?: boolean;
  readonly note?: string | null;
}

/** Decides or holds the claim; answers it as it then is. The lease is given up in the end, also after an error. */
export async function decideClaim(ctx: Context, held: Leased, handling: Handling, options: DecideOptions = {}): Promise<ClaimRow> {
  let isLeased = true;
  try {
    const claim = await decideOrHold(ctx, held, handling, options);
    if (!claim.settling) return claim;
    const after = await settle(ctx, claim);
    isLeased = after.settling !== null; // settling gives the lease up in the same statement
    return after;
  } finally {
    if (isLeased) await giveLeaseUp(ctx.pool, held.claim.id, held.lease);
  }
}

async function decideOrHold(ctx: Context, held: Leased, handling: Handling, options: DecideOptions): Promise<ClaimRow> {
  const { claim } = held;
  const draft = options.gathered?.draft ?? draftOf(claim, await linesOf(ctx.pool, claim.id));
  let { gathered } = options;
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    gathered ??= await gather(ctx, draft, handling, claim);
    const { facts } = gathered;
    if (!facts) return hold(ctx, held, 'COVER_NOT_YET_KNOWN', gathered, options);
    const decision = adjudicate(facts);
    const [first] = decision.holds;
    if (first) return hold(ctx, held, first.reason, gathered, options);
    if ((await reserve(ctx, held, gathered, decision)) === 'RESERVED') {
      try {
        return await save(ctx, held, gathered, facts, decision, options);
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
      }
    }
    gathered = undefined;
  }
  return hold(ctx, held, 'ACCUMULATORS_BUSY', undefined, { ...options, isFresh: false });
}

async function reserve(ctx: Context, { claim, takenAt }: Leased, { draft }: Gathered, { expected, movements }: Decision): Promise<'RESERVED' | 'STALE'> {
  if (Date.now() - takenAt > (LEASE_S - LEASE_MARGIN_S) * 1_000) throw appError('TIMEOUT', 'The claim took too long to decide; it is taken up again.');
  return ctx.ports.eligibility.reserve({
    claim: claim.locator,
    partyId: draft.claimantPartyId,
    policyId: draft.policyId,
    expected: [...expected].map(([accumulator, found]) => ({ accumulator, ...found })),
    movements: movements.map(({ accumulator, amount, serviceDate }) => ({ accumulator, amount, serviceDate })),
    replaces: draft.replaces,
  });
}

/** In network, or where the member has assigned the benefit, the provider is paid; else the member. */
function payeeOf({ draft, names }: Gathered, facts: ClaimFacts): { kind: 'PROVIDER' | 'MEMBER'; locator: string | null } {
  const isProviders = draft.provider !== null && (draft.isAssigned || facts.lines.some((line) => line.provider?.isInNetwork));
  return isProviders ? { kind: 'PROVIDER', locator: draft.provider } : { kind: 'MEMBER', locator: names.claimant };
}

async function save(
  ctx: Context,
  { claim, lease }: Leased,
  gathered: Gathered,
  facts: ClaimFacts,
  decision: Decision,
  { note }: DecideOptions,
): Promise<ClaimRow> {
  const { outcome } = decision;
  claimMachine.next(claim.status, 'decide', outcome);
  // Nothing (more) to pay: closed at once. After an appeal what was paid before counts; what was paid too much is offset from the payee's next payments.
  const paid = money(claim.paid, claim.currency);
  const isClosed = outcome !== 'DENIED' && (isZero(decision.planPays) || (isPositive(paid) && compare(decision.planPays, paid) <= 0));
  const decisionId = ctx.ids.id();
  return transaction(ctx.pool, async (tx) => {
    const row = await setDecided(tx, ctx, {
      id: claim.id,
      lease,
      from: claim.status,
      to: isClosed ? 'PAID' : outcome,
      decisionId,
      decision,
      termId: facts.lines.find((line) => line.cover.termId)?.cover.termId ?? null,
      names: gathered.names,
      account: { id: gathered.policy.accountId, locator: gathered.policy.account },
      providerId: gathered.providerId,
      payee: payeeOf(gathered, facts),
      appealUntil: addDays(ctx.clock.today(), gathered.rules.appealDays),
    });
    if (!row) throw appError('CONFLICT', 'The claim was changed meanwhile; read it again.');
    if (claim.decisions > 0) await giveUnitsBack(tx, ctx, claim.id);
    if (!(await useUnits(tx, ctx, claim.id, decision.authorisedUnits))) throw new Stale();
    const audit: AuditRow[] = [{ type: 'DECIDED', from: claim.status, to: outcome, note: await sealFor(tx, claim.claimant_party_id, note, ctx.clock.now()) }];
    if (isClosed) audit.push({ type: 'CLOSED_WITHOUT_PAYMENT', from: outcome, to: 'PAID' });
    await saveDecision(tx, ctx, claim.id, { decisionId, number: row.decisions, facts, decision, audit });
    await appendToOutbox(tx, ctx, eventsOf(row, decision, isClosed));
    return row;
  });
}

function eventsOf(row: ClaimRow, decision: Decision, isClosed: boolean): NewEvent[] {
  const lines = decision.lines.map(({ number, claimed, allowed, planPays, memberOwes }) => ({
    number,
    claimed: amountOf(claimed),
    allowed: amountOf(allowed),
    planPays: amountOf(planPays),
    memberOwes: amountOf(memberOwes),
  }));
  const decided = claimDecidedEvent(row, decision.outcome, lines, decision.movements);
  return isClosed ? [decided, claimMoneyMoved('paid', row, { alreadyPaid: row.paid })] : [decided];
}

/** Holds the claim for a reason. One that is held for it already is left as it is, so that a job may try again and again. */
export async function hold(
  ctx: Context,
  { claim, lease }: Leased,
  reason: HoldReason,
  gathered: Gathered | undefined,
  { note, isFresh }: DecideOptions,
): Promise<ClaimRow> {
  if (claim.status === 'IN_REVIEW' && claim.hold_reason === reason && !note) return claim;
  const to = claimMachine.next(claim.status, 'hold');
  return transaction(ctx.pool, async (tx) => {
    const { rowCount } = await tx.query('SELECT 1 FROM claims.claims WHERE id = $1 AND lease = $2 AND status = $3 FOR UPDATE', [claim.id, lease, claim.status]);
    if (rowCount === 0) throw appError('CONFLICT', 'The claim was changed meanwhile; read it again.');
    const row = await changeClaim(tx, ctx, claim.id, {
      status: to,
      hold_reason: reason,
      // an earlier run may have reserved and then been cut off
      ...(!isFresh && claim.decisions === 0 && { settling: 'RELEASE' as const }),
      ...(gathered?.names.policy && { policy_locator: gathered.names.policy }),
      ...(gathered?.names.claimant && { claimant_locator: gathered.names.claimant }),
    });
    await insertAudit(tx, ctx, claim.id, [
      { type: 'HELD', from: claim.status, to, reason, note: await sealFor(tx, claim.claimant_party_id, note, ctx.clock.now()) },
    ]);
    await appendToOutbox(tx, ctx, [claimTold('held', row)]);
    return row;
  });
}

/** Tells eligibility what has been decided: final, or given back. Nothing is lost when it does not answer; a job tells it again. */
export async function settle(ctx: Context, claim: ClaimRow): Promise<ClaimRow> {
  try {
    if (claim.settling === 'CONFIRM') await ctx.ports.eligibility.confirm(claim.locator);
    if (claim.settling === 'RELEASE') await ctx.ports.eligibility.release(claim.locator);
  } catch (error) {
    ctx.log.warn({ claim: claim.locator, error: error instanceof Error ? error.name : 'unknown' }, 'eligibility is told later');
    return claim;
  }
  await settled(ctx.pool, claim);
  return { ...claim, settling: null };
}

/** Takes up what was left in the middle: tells eligibility what it does not know yet, decides what is undecided. Null when somebody else is at it. */
export async function takeUp(ctx: Context, id: string): Promise<ClaimRow | null> {
  const token = ctx.ids.id();
  const claim = await takeLease(ctx.pool, id, token);
  if (!claim) return null;
  if (claim.settling === null && UNDECIDED.includes(claim.status)) return decideClaim(ctx, leased(claim, token), await handlingOf(ctx, claim));
  try {
    return claim.settling ? await settle(ctx, claim) : claim;
  } finally {
    await giveLeaseUp(ctx.pool, id, token);
  }
}

export const busy = (): Refused => new Refused('CLAIM_BUSY', 'The claim is being adjudicated at this moment; try again.');
