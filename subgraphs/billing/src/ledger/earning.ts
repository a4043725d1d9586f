/**
 * Earning at month end, by a job on the business clock: for each premium charge R(amount × elapsed share) less what was posted. Months that a stopped system
 * has missed are earned one after the other. A run that dies is run again: a journal's source names charge and month, so nothing is booked twice.
 */
import { isZero, type Money, subtract, zero } from '@olly/kit/money';
import { type Pool, type PoolClient, transaction } from '@olly/kit/postgres';
import { addDays, addMonths, type IsoDate, monthEnd, monthStart } from '@olly/kit/time';
import { closeCharges, premiumToEarn, referenceOf } from '../charge/store.ts';
import { type ChargeRow, moneyOf } from '../mappers.ts';
import type { Origin } from '../origin.ts';
import { journalOf } from './journal.ts';
import { type Earnable, earnedUntil, earningMoves } from './rules.ts';
import { postJournals, unearnedOf } from './store.ts';

const BATCH = 500;
const NIL = '00000000-0000-0000-0000-000000000000';

/** A premium charge with what of it is unearned. */
export function earnableOf(charge: ChargeRow, unearned: Money): Earnable {
  if (!charge.period_from || !charge.period_to) throw new Error('a premium charge has a period');
  return { amount: moneyOf(charge), from: charge.period_from, to: charge.period_to, basis: charge.proration_basis ?? 'DAY', unearned, about: referenceOf(charge) };
}

/** Earns one batch up to the end of a month; answers the last id, or null when there was none. */
async function earnBatch(tx: PoolClient, origin: Origin, lastDay: IsoDate, afterId: string): Promise<string | null> {
  const until = addDays(lastDay, 1);
  const charges = await premiumToEarn(tx, until, afterId, BATCH);
  const unearned = await unearnedOf(tx, charges.map((charge) => charge.id));
  const earnable = charges.map((charge) => ({ charge, facts: earnableOf(charge, unearned.get(charge.id) ?? zero(charge.currency)) }));
  const postingDate = origin.clock.today();
  await postJournals(
    tx,
    origin,
    earnable.map(({ charge, facts }) => journalOf({ kind: 'EARNING', source: `earning:${charge.id}:${lastDay}`, effectiveDate: lastDay, postingDate }, earningMoves(facts, until))),
  );
  const isDone = ({ facts }: { facts: Earnable }) => facts.to <= until && isZero(subtract(facts.unearned, earnedUntil(facts, until)));
  await closeCharges(tx, earnable.filter(isDone).map(({ charge }) => charge.id), null);
  return charges.at(-1)?.id ?? null;
}

/** Month ends that have passed and are not earned, oldest first. */
async function monthsToEarn(pool: Pool, today: IsoDate): Promise<IsoDate[]> {
  const { rows } = await pool.query<{ last: IsoDate | null; first: IsoDate | null }>(
    `SELECT (SELECT max(month_end) FROM billing.earning_runs) AS last,
            (SELECT min(period_from) FROM billing.charges WHERE component = 'PREMIUM' AND closed_on IS NULL) AS first`,
  );
  const { last = null, first = null } = rows[0] ?? {};
  let month = last ? addMonths(monthStart(last), 1) : first && monthStart(first);
  const months: IsoDate[] = [];
  for (; month && monthEnd(month) < today; month = addMonths(month, 1)) months.push(monthEnd(month));
  return months;
}

/** Earns every month that has ended. */
export async function earnPremium(pool: Pool, origin: Origin): Promise<void> {
  for (const lastDay of await monthsToEarn(pool, origin.clock.today())) {
    for (let after: string | null = NIL; after !== null; ) {
      const from: string = after;
      after = await transaction(pool, (tx) => earnBatch(tx, origin, lastDay, from));
    }
    await pool.query('INSERT INTO billing.earning_runs (month_end, finished_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [lastDay, origin.clock.now()]);
  }
}
