/**
 * What claims cost: approved, Dr claims expense, Cr claims payable; paid, Dr payable, Cr cash; reversed, the mirror. A claim that is decided again (appeal)
 * has its former decision mirrored in full first. What was paid beyond the decision is recoverable from the payee. Never invoiced, never netted with premium.
 */
import { derivedLocator } from '@olly/kit/locator';
import { isPositive, type Money, money, zero } from '@olly/kit/money';
import type { CloudEvent } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import { accountOfPolicy } from '../account/store.ts';
import { claimCharge, insertCharges, moveCharges } from '../charge/store.ts';
import { type JournalKind, journalOf, type Move, type Reference } from '../ledger/journal.ts';
import { type ClaimBalance, claimDecisionMoves, claimPaymentFailedMoves, claimPaymentMoves } from '../ledger/rules.ts';
import { claimBalanceOf, postJournals } from '../ledger/store.ts';
import type { ChargeRow } from '../mappers.ts';
import { type Origin, originOfEvent, timedId } from '../origin.ts';
import { type ClaimDecided, claimDecided } from './events.ts';

const typeOf = (kind: string): string => `olly.claims.claim.${kind}.v1`;
const DECIDED: ReadonlySet<string> = new Set(['approved', 'partially_approved', 'denied'].map(typeOf));
const MOVED: ReadonlySet<string> = new Set(['paid', 'payment_failed', 'reversed'].map(typeOf));

interface Facts {
  readonly tx: PoolClient;
  readonly origin: Origin;
  readonly event: CloudEvent;
  readonly data: ClaimDecided;
  readonly balance: ClaimBalance;
  readonly about: Reference;
  readonly account: { readonly id: string; readonly locator: string };
}

async function post({ tx, origin, event }: Facts, kind: JournalKind, moves: readonly Move[]): Promise<boolean> {
  const today = origin.clock.today();
  return (await postJournals(tx, origin, [journalOf({ kind, source: `event:${event.id}`, effectiveDate: today, postingDate: today }, moves)])).size > 0;
}

const chargeOf = ({ event, data, origin, account }: Facts, amount: string): ChargeRow => ({
  id: timedId(event.id, 'charge:claim'),
  locator: derivedLocator('chg', event.id, 'charge:claim'),
  account_id: account.id,
  policy_id: data.policyId,
  term_id: data.termId ?? null,
  claim_id: data.claimId,
  party_id: data.claimantPartyId,
  category: 'CLAIM_PAYMENT',
  component: 'CLAIM',
  amount,
  currency: data.currency,
  status: 'POSTED',
  charge_date: origin.clock.today(),
  period_from: null,
  period_to: null,
  proration_basis: null,
  closed_on: null,
  element_static_id: null,
  lob: null,
  payee_kind: data.payee?.kind ?? null,
  payee_locator: data.payee?.locator ?? null,
  source_event_id: event.id,
  source_key: 'claim',
  created_at: event.time,
});

/** Posts a decision that the plan pays so much; the charge of the former decision is reversed. */
async function decide(facts: Facts, kind: JournalKind, planPays: Money): Promise<void> {
  const { tx, origin, event, data, balance, about } = facts;
  const former = await claimCharge(tx, data.claimId);
  if (former?.source_event_id === event.id) return;
  await post(facts, kind, claimDecisionMoves(balance, planPays, about));
  if (former) await moveCharges(tx, origin, [former], 'reverse');
  if (isPositive(planPays)) await insertCharges(tx, origin, [chargeOf(facts, data.planPays)], facts.account.locator);
}

/** Applies one event of a claim. Applied again it changes nothing. */
export async function applyClaimEvent(tx: PoolClient, event: CloudEvent): Promise<void> {
  const kind = event.type;
  if (!DECIDED.has(kind) && !MOVED.has(kind)) return;
  const data = claimDecided.parse(event.data);
  // A claim's events are in one partition, but another process may hold an older batch of it: this lock keeps their decisions apart.
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`billing.claim:${data.claimId}`]);
  if (((await tx.query('SELECT 1 FROM billing.journals WHERE source = $1', [`event:${event.id}`])).rowCount ?? 0) > 0) return;
  const account = data.accountId && data.account ? { id: data.accountId, locator: data.account } : await accountOfPolicy(tx, data.policyId);
  if (!account) {
    // A claim that is denied because there is no such policy moves no money. One that does comes after its policy has been heard of: later is soon enough.
    if (kind === typeOf('denied')) return;
    throw new Error('the policy of a claim is not known yet');
  }
  const about: Reference = { type: 'CLAIM', id: data.claimId, accountId: account.id, policyId: data.policyId };
  const facts: Facts = { tx, origin: originOfEvent(event), event, data, balance: await claimBalanceOf(tx, data.claimId, data.currency), about, account };
  if (DECIDED.has(kind)) return decide(facts, 'CLAIM_APPROVAL', kind === typeOf('denied') ? zero(data.currency) : money(data.planPays, data.currency));
  if (kind === typeOf('reversed')) return decide(facts, 'CLAIM_REVERSAL', zero(data.currency));
  const isPaid = kind === typeOf('paid');
  if (!(await post(facts, 'CLAIM_PAYMENT', isPaid ? claimPaymentMoves(facts.balance, about) : claimPaymentFailedMoves(facts.balance, about)))) return;
  const charge = await claimCharge(tx, data.claimId);
  if (charge?.status === (isPaid ? 'POSTED' : 'SETTLED')) await moveCharges(tx, facts.origin, [charge], isPaid ? 'settle' : 'unsettle');
}
