/** What others learn of a claim: locators, ids, codes and amounts. Never a diagnosis, a procedure, a name or a note. */
import { type AccessEntry, accessEntry } from '@olly/kit/auth';
import { amountOf, money } from '@olly/kit/money';
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { Movement } from '../adjudication/facts.ts';
import type { ClaimRow } from '../mappers.ts';

const amount = z.string().regex(/^\d{1,15}(\.\d{1,4})?$/);

export const claimEvent = z.object({
  claimId: z.uuid(),
  claim: z.string(),
  policyId: z.uuid(),
  /** Null as long as enrollment's events have not told it. */
  policy: z.string().nullable(),
  claimantPartyId: z.uuid(),
  claimant: z.string().nullable(),
  providerLocator: z.string().nullish(),
  currency: z.string(),
  claimed: amount,
  holdReason: z.string().nullish(),
  access: z.array(accessEntry),
});

export const claimDecided = claimEvent.extend({
  termId: z.uuid().nullable(),
  accountId: z.uuid().nullable(),
  account: z.string().nullable(),
  planPays: amount,
  memberOwes: amount,
  /** What has been paid before this decision: only the difference is paid or recovered. */
  alreadyPaid: amount,
  payee: z.object({ kind: z.enum(['PROVIDER', 'MEMBER']), locator: z.string().nullable() }),
  movements: z.array(z.object({ accumulator: z.string(), amount, measure: z.string() })),
  lines: z.array(z.object({ number: z.int(), claimed: amount, allowed: amount, planPays: amount, memberOwes: amount })),
});

export const claimPaid = claimDecided.omit({ movements: true, lines: true }).extend({ paymentReference: z.string().nullable(), reason: z.string().nullish() });

export type ClaimEventKind =
  | 'submitted'
  | 'held'
  | 'withdrawn'
  | 'appealed'
  | 'approved'
  | 'partially_approved'
  | 'denied'
  | 'paid'
  | 'payment_failed'
  | 'reversed';

/** The provider may see its claim and its patient, as long as the claim is there. */
export function grantsOf(claim: ClaimRow): AccessEntry[] {
  const { provider_id: partyId, provider_locator: party, claimant_locator: claimant } = claim;
  if (!partyId || !party) return [];
  const entry = { party, partyId, role: 'PROVIDER', from: claim.received_on, to: null };
  const own = { ...entry, target: claim.locator, targetId: claim.id };
  return claimant ? [own, { ...entry, target: claimant, targetId: claim.claimant_party_id }] : [own];
}

const event = (kind: ClaimEventKind, claim: ClaimRow, data: Record<string, unknown>): NewEvent => ({
  topic: 'claims.claim',
  key: claim.locator,
  type: `olly.claims.claim.${kind}.v1`,
  data,
});

/** The currency's own number of places, whatever the database keeps. */
const text = (amountInDatabase: string | null, { currency }: ClaimRow): string | null => amountInDatabase && amountOf(money(amountInDatabase, currency));

const common = (claim: ClaimRow) => ({
  claimId: claim.id,
  claim: claim.locator,
  policyId: claim.policy_id,
  policy: claim.policy_locator,
  claimantPartyId: claim.claimant_party_id,
  claimant: claim.claimant_locator,
  providerLocator: claim.provider_locator,
  currency: claim.currency,
  claimed: text(claim.claimed, claim),
  holdReason: claim.hold_reason,
  access: grantsOf(claim),
});

const shares = (claim: ClaimRow) => ({
  termId: claim.term_id,
  accountId: claim.account_id,
  account: claim.account_locator,
  planPays: text(claim.plan_pays, claim),
  memberOwes: text(claim.member_owes, claim),
  alreadyPaid: text(claim.paid, claim),
  payee: { kind: claim.payee_kind, locator: claim.payee_locator },
});

export const claimTold = (kind: 'submitted' | 'held' | 'withdrawn' | 'appealed', claim: ClaimRow): NewEvent =>
  event(kind, claim, claimEvent.parse(common(claim)));

/** `before` is the claim's row as it was before payment or reversal. */
export const claimMoneyMoved = (kind: 'paid' | 'payment_failed' | 'reversed', claim: ClaimRow, more: { alreadyPaid: string; reason?: string }): NewEvent =>
  event(
    kind,
    claim,
    claimPaid.parse({
      ...common(claim),
      ...shares(claim),
      alreadyPaid: text(more.alreadyPaid, claim),
      reason: more.reason,
      paymentReference: claim.payment_reference,
    }),
  );

export interface DecidedLine {
  readonly number: number;
  readonly claimed: string;
  readonly allowed: string;
  readonly planPays: string;
  readonly memberOwes: string;
}

export function claimDecidedEvent(
  claim: ClaimRow,
  outcome: 'APPROVED' | 'PARTIALLY_APPROVED' | 'DENIED',
  lines: readonly DecidedLine[],
  movements: readonly Movement[],
): NewEvent {
  const moved = movements.map(({ accumulator, amount: taken, measure }) => ({ accumulator, amount: taken, measure }));
  const kind = outcome.toLowerCase() as 'approved' | 'partially_approved' | 'denied';
  return event(kind, claim, claimDecided.parse({ ...common(claim), holdReason: null, ...shares(claim), movements: moved, lines }));
}
