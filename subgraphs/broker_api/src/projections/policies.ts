/**
 * From policy events to commissions. Premium written earns a share; a cancellation takes back what is not yet earned; a reinstatement restores what the cancellation took. Rows and the
 * event that tells of them carry ids made from the policy's event, so a replay makes the same ones.
 */
import { derivedId, derivedLocator } from '@olly/kit/locator';
import { amountOf, type Money, money, negate, sum, zero } from '@olly/kit/money';
import { appendToOutbox, type CloudEvent, type EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';
import { clawback, commissionOf } from '../commission/commission.ts';
import { commissionTold } from '../commission/events.ts';
import { commissionsOfPolicy, insertCommission, lockBroker, type NewCommission } from '../commission/store.ts';
import { saveBookPolicy } from '../book/store.ts';
import { termsOf } from '../commission/recalculate.ts';
import type { BrokerRow } from '../mappers.ts';

const policyEvent = z.looseObject({
  policyId: z.uuid(),
  policy: z.string(),
  currency: z.string(),
  broker: z.string().nullish(),
  account: z.string(),
  productCode: z.string(),
  status: z.string(),
  holder: z.looseObject({ party: z.string() }),
  cancellation: z.looseObject({ kind: z.enum(['PRO_RATA', 'SHORT_RATE', 'FLAT']) }).nullish(),
  term: z.looseObject({ from: z.iso.date(), to: z.iso.date() }),
  transaction: z.looseObject({ locator: z.string(), category: z.string(), effectiveDate: z.iso.date() }),
  charges: z.array(z.looseObject({ category: z.string(), amount: z.string() })),
});
type PolicyEvent = z.infer<typeof policyEvent>;

const premiumOf = ({ charges, currency }: PolicyEvent): Money => sum(charges.filter((one) => one.category === 'PREMIUM').map((one) => money(one.amount, currency)), currency);

interface Decision {
  readonly months: number;
  readonly isFlat: boolean;
  readonly kind: NewCommission['kind'];
  readonly base: Money;
  readonly amount: Money;
  readonly rate: string;
}

/** What the event means for the broker; undefined when it means nothing. */
async function decide(tx: PoolClient, type: string, event: PolicyEvent, broker: BrokerRow): Promise<Decision | undefined> {
  const base = premiumOf(event);
  const before = await commissionsOfPolicy(tx, event.policy, broker.locator);
  const now = { rate: broker.commission_rate, months: broker.commission_months, isFlat: false };
  if (type === 'endorsed' && base.minor < 0n) {
    // Returned premium takes back at the rate at which it was earned, over the same months.
    const first = before.findLast((row) => row.kind === 'ACCRUAL' && row.earned_from === event.term.from && money(row.base_amount, row.currency).minor > 0n);
    const rate = before.findLast((row) => row.kind === 'RECALCULATION')?.rate ?? first?.rate ?? broker.commission_rate;
    return { ...now, kind: 'ACCRUAL', base, rate, months: first?.earned_months ?? now.months, amount: first?.is_flat ? zero(event.currency) : commissionOf(base, rate) };
  }
  if (type === 'issued' || type === 'renewed' || type === 'endorsed') {
    const terms = termsOf(broker, event.currency);
    if ('rate' in terms) return { ...now, kind: 'ACCRUAL', base, amount: commissionOf(base, terms.rate) };
    return { ...now, kind: 'ACCRUAL', base, isFlat: true, amount: type === 'endorsed' ? zero(event.currency) : terms.flat };
  }
  if (type === 'cancelled') {
    const earned = before.map((row) => ({ amount: money(row.amount, row.currency), from: row.earned_from, months: row.earned_months }));
    return { ...now, kind: 'CLAWBACK', base, amount: clawback(earned, event.transaction.effectiveDate, event.cancellation?.kind === 'FLAT', event.currency) };
  }
  const last = before.at(-1);
  if (type === 'reinstated' && last?.kind === 'CLAWBACK') return { ...now, kind: 'REINSTATEMENT', base, amount: negate(money(last.amount, last.currency)), rate: last.rate, months: last.earned_months };
  return undefined;
}

const TYPE = /^olly\.enrollment\.policy\.(issued|endorsed|renewed|cancelled|reinstated)\.v1$/;

async function apply(tx: PoolClient, envelope: CloudEvent, origin: EventOrigin): Promise<void> {
  const type = TYPE.exec(envelope.type)?.[1];
  if (!type) return;
  const event = policyEvent.parse(envelope.data);
  const broker = event.broker ? await lockBroker(tx, event.broker) : null;
  if (broker) {
    await saveBookPolicy(tx, {
      id: event.policyId,
      policy_locator: event.policy,
      broker_locator: broker.locator,
      holder_party_locator: event.holder.party,
      account_locator: event.account,
      product_code: event.productCode,
      status: event.status,
      currency: event.currency,
      term_from: event.term.from,
      term_to: event.term.to,
      ended_on: type === 'cancelled' ? event.transaction.effectiveDate : null,
      premium: amountOf(premiumOf(event)),
    });
  }
  const decision = broker && (await decide(tx, type, event, broker));
  if (!broker || !decision || decision.amount.minor === 0n) return;
  const row: NewCommission = {
    id: derivedId(envelope.id, 'commission'),
    locator: derivedLocator('com', envelope.id, 'commission'),
    broker_id: broker.broker_id,
    broker_locator: broker.locator,
    policy_id: event.policyId,
    policy_locator: event.policy,
    transaction_locator: event.transaction.locator,
    kind: decision.kind,
    rate: decision.rate,
    base_amount: amountOf(decision.base),
    amount: amountOf(decision.amount),
    currency: event.currency,
    earned_from: event.term.from,
    earned_months: decision.months,
    is_flat: decision.isFlat,
    effective_date: event.transaction.effectiveDate,
    source_event_id: envelope.id,
    created_at: envelope.time,
  };
  await insertCommission(tx, row);
  await appendToOutbox(tx, origin, [commissionTold('accrued', row, derivedId(envelope.id, 'accrued'))]);
}

export const policyProjection = (origin: EventOrigin): Projection => ({
  group: 'broker_api.commissions',
  topics: ['enrollment.policy'],
  apply: (tx, event) => apply(tx, event, origin),
});
