/**
 * What a policy's transactions charge: charges and one journal for each event, whichever kind it is. A cancellation earns up to its day first, then settles
 * what is unearned. What is given back becomes the member's credit and pays what is open at once.
 */
import { isNegative, isZero, money, subtract, zero } from '@olly/kit/money';
import type { PoolClient } from '@olly/kit/postgres';
import type { CloudEvent } from '@olly/kit/outbox';
import { learnAccount, learnPolicy, lockAccount } from '../account/store.ts';
import { closeCharges, insertCharges, openPremiumOfTerm, referenceOf } from '../charge/store.ts';
import { endLapse } from '../dunning/commands.ts';
import { setOffCredit } from '../invoice/credit.ts';
import { journalOf, type JournalHead } from '../ledger/journal.ts';
import { cancellationMoves, chargeMoves, type ComponentAmount, earnedUntil, earningMoves } from '../ledger/rules.ts';
import { earnableOf } from '../ledger/earning.ts';
import { postJournals, unearnedOf } from '../ledger/store.ts';
import { derivedLocator } from '@olly/kit/locator';
import { type ChargeRow, moneyOf } from '../mappers.ts';
import { type Origin, originOfEvent, timedId } from '../origin.ts';
import { type PolicyCharged, policyCharged } from './events.ts';

export const POLICY_EVENTS: ReadonlySet<string> = new Set(['issued', 'endorsed', 'renewed', 'cancelled', 'reinstated'].map((kind) => `olly.enrollment.policy.${kind}.v1`));

function chargesOf(event: CloudEvent, data: PolicyCharged): ChargeRow[] {
  const { effectiveDate } = data.transaction;
  return data.charges
    .map((charge) => ({ charge, amount: money(charge.amount, data.currency) }))
    .filter(({ amount }) => !isZero(amount))
    .map(({ charge, amount }) => ({
      id: timedId(event.id, `charge:${charge.key}`),
      locator: derivedLocator('chg', event.id, `charge:${charge.key}`),
      account_id: data.accountId,
      policy_id: data.policyId,
      term_id: data.term.id,
      claim_id: null,
      party_id: null,
      category: isNegative(amount) ? 'REFUND' : charge.category,
      component: charge.category,
      amount: charge.amount,
      currency: data.currency,
      status: isNegative(amount) ? 'SETTLED' : 'POSTED',
      charge_date: effectiveDate,
      period_from: charge.from < charge.to ? charge.from : null,
      period_to: charge.from < charge.to ? charge.to : null,
      proration_basis: data.term.prorationBasis,
      // What a cancellation gives back is settled with it and earns nothing any more.
      closed_on: data.cancellation && isNegative(amount) && charge.category === 'PREMIUM' ? effectiveDate : null,
      element_static_id: charge.elementStaticId ?? null,
      lob: data.lob ?? null,
      payee_kind: null,
      payee_locator: null,
      source_event_id: event.id,
      source_key: charge.key,
      created_at: event.time,
    }));
}

const amountsOf = (charges: readonly ChargeRow[]): ComponentAmount[] =>
  charges.map((charge) => ({ component: charge.component as ComponentAmount['component'], amount: moneyOf(charge), about: referenceOf(charge), isEarned: charge.period_from === null }));

/** Earns every open premium charge of the term up to the day, then settles what is left with what is given back. */
async function cancel(tx: PoolClient, origin: Origin, head: Omit<JournalHead, 'kind'>, data: PolicyCharged, given: readonly ChargeRow[]): Promise<void> {
  const date = data.transaction.effectiveDate;
  const open = await openPremiumOfTerm(tx, data.term.id);
  const unearned = await unearnedOf(tx, open.map((charge) => charge.id));
  const earnable = open.map((charge) => earnableOf(charge, unearned.get(charge.id) ?? zero(charge.currency)));
  const left = earnable.map((charge) => ({ about: charge.about, unearned: subtract(charge.unearned, earnedUntil(charge, date)) }));
  const amounts = amountsOf(given);
  const refunds = amounts.filter(({ amount }) => isNegative(amount));
  await postJournals(tx, origin, [
    journalOf({ ...head, kind: 'EARNING', source: `${head.source}:earning` }, earnable.flatMap((charge) => earningMoves(charge, date))),
    journalOf({ ...head, kind: 'CANCELLATION' }, [
      ...cancellationMoves(left, refunds, data.currency),
      ...amounts.filter(({ amount }) => !isNegative(amount)).flatMap(chargeMoves),
    ]),
  ]);
  await closeCharges(tx, open.map((charge) => charge.id), date);
}

/** Applies one event of a policy. Applied again it changes nothing. */
export async function applyPolicyEvent(tx: PoolClient, event: CloudEvent): Promise<void> {
  const data = policyCharged.parse(event.data);
  const origin = originOfEvent(event);
  const at = new Date(event.time);
  await learnAccount(tx, { id: data.accountId, locator: data.account, billing_level: data.billingLevel, currency: data.currency }, at);
  await learnPolicy(
    tx,
    {
      id: data.policyId,
      locator: data.policy,
      account_id: data.accountId,
      product_code: data.productCode,
      lob: data.lob ?? null,
      proration_basis: data.term.prorationBasis,
      installments: data.billing.installments,
      grace_days: data.billing.graceDays,
    },
    at,
  );
  await lockAccount(tx, data.accountId);
  const head = { source: `event:${event.id}`, effectiveDate: data.transaction.effectiveDate, postingDate: origin.clock.today() };
  const isCancellation = event.type === 'olly.enrollment.policy.cancelled.v1';
  const charges = chargesOf(event, data);
  // Premium of a cancellation's own positive charges (a fee, say) is new and stays open; it must not be among what the cancellation settles.
  if (isCancellation && !(await isKnown(tx, head.source))) await cancel(tx, origin, head, data, charges);
  const fresh = await insertCharges(tx, origin, charges, data.account);
  if (!isCancellation) await postJournals(tx, origin, [journalOf({ ...head, kind: 'CHARGE' }, amountsOf(fresh).flatMap(chargeMoves))]);
  if (event.type === 'olly.enrollment.policy.reinstated.v1') await endLapse(tx, origin, data.policyId);
  if (fresh.some((charge) => charge.category === 'REFUND')) await setOffCredit(tx, origin, data.accountId, isCancellation ? data.policyId : null);
}

async function isKnown(tx: PoolClient, source: string): Promise<boolean> {
  return ((await tx.query('SELECT 1 FROM billing.journals WHERE source = $1', [source])).rowCount ?? 0) > 0;
}
