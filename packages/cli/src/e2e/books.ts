/**
 * Whether a house's books agree, read from the services' databases: every problem in one line, none when all is well. What a claim's decision says stands in billing and
 * eligibility exactly once, journals balance, nothing waits to be sent and nothing is held that no claim needs.
 */
import { unsent } from './settled.ts';
import type { House } from './system.ts';

interface ClaimFact {
  readonly id: string;
  readonly locator: string;
  readonly status: string;
  readonly pays: string | null;
}

const counted = (rows: readonly { readonly locator: string; readonly amount: string }[]): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const { locator, amount } of rows) found.set(locator, [...(found.get(locator) ?? []), amount]);
  return found;
};

/** Of claims that were answered as accepted: there, decided or held, and each paid for by exactly one charge and one journal of two entries. */
async function claimProblems({ sql }: House, accepted: readonly string[], patients: readonly string[]): Promise<string[]> {
  const claims = await sql<ClaimFact>('claims', 'SELECT id, locator, status, plan_pays::numeric(19,2)::text AS pays FROM claims.claims WHERE claimant_party_id = ANY($1::uuid[])', [patients]);
  const charges = counted(await sql('billing', "SELECT claim_id AS locator, amount::numeric(19,2)::text AS amount FROM billing.charges WHERE category = 'CLAIM_PAYMENT' AND claim_id = ANY($1::uuid[])", [claims.map(({ id }) => id)]));
  const entries = counted(await sql('billing', 'SELECT reference_id AS locator, direction AS amount FROM billing.ledger_entries WHERE reference_id = ANY($1::uuid[]) ORDER BY direction', [claims.map(({ id }) => id)]));
  const known = new Set(claims.map(({ locator }) => locator));
  const ids = new Set(accepted);
  return [
    ...accepted.filter((locator) => !known.has(locator)).map((locator) => `${locator} was accepted and is not there`),
    ...(ids.size === accepted.length ? [] : ['two requests were answered with one claim']),
    ...claims.filter(({ locator }) => !ids.has(locator)).map(({ locator }) => `${locator} is there and was answered to nobody`),
    ...claims.filter(({ status }) => status === 'SUBMITTED').map(({ locator }) => `${locator} is neither decided nor held`),
    ...claims.flatMap(({ id, locator, status, pays }) => {
      const due = ['APPROVED', 'PARTIALLY_APPROVED', 'PAID'].includes(status) && pays !== null && Number(pays) > 0 ? [pays] : [];
      const has = (charges.get(id) ?? []).join();
      const booked = (entries.get(id) ?? []).join();
      return [
        ...(has === due.join() ? [] : [`${locator}, ${status}, should have charges of [${due.join()}] and has [${has}]`]),
        ...(booked === (due.length > 0 ? 'CREDIT,DEBIT' : '') ? [] : [`${locator}, ${status}, is booked as [${booked}]`]),
      ];
    }),
  ];
}

const DIFFERENCE = "sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END)";

async function ledgerProblems({ sql, data }: House): Promise<string[]> {
  const journals = await sql<{ journal_id: string }>('billing', `SELECT journal_id FROM billing.ledger_entries GROUP BY journal_id, currency HAVING ${DIFFERENCE} <> 0`);
  const { trialBalance } = await data('finance', '{ trialBalance { totals { debit { amount currency } credit { amount } } } }');
  return [
    ...journals.map(({ journal_id }) => `the journal ${journal_id} does not balance`),
    ...(trialBalance.totals.length > 0 ? [] : ['the ledger is empty']),
    ...trialBalance.totals.filter((one: { debit: { amount: string }; credit: { amount: string } }) => one.debit.amount !== one.credit.amount).map((one: object) => `the trial balance differs: ${JSON.stringify(one)}`),
  ];
}

async function accumulatorProblems({ sql }: House): Promise<string[]> {
  const wrong = await sql<{ key: string; consumed: string; moved: string }>('eligibility', `SELECT a.key, a.consumed_amount::text AS consumed, coalesce(sum(m.amount), 0)::text AS moved FROM eligibility.coverage_accumulators a
    LEFT JOIN eligibility.accumulator_movements m ON m.accumulator_id = a.id AND m.given_back_at IS NULL GROUP BY a.id HAVING a.consumed_amount <> coalesce(sum(m.amount), 0) OR a.reserved_amount <> 0`);
  const held = await sql<{ claim_locator: string }>('eligibility', "SELECT claim_locator FROM eligibility.applied_claims WHERE status = 'RESERVED'");
  const confirmed = await sql<{ claim_locator: string }>('eligibility', "SELECT claim_locator FROM eligibility.applied_claims WHERE status = 'CONFIRMED'");
  const decided = new Set((await sql<{ locator: string }>('claims', "SELECT locator FROM claims.claims WHERE status NOT IN ('SUBMITTED', 'WITHDRAWN', 'REVERSED')")).map(({ locator }) => locator));
  return [
    ...wrong.map(({ key, consumed, moved }) => `the accumulator ${key} says ${consumed}, its movements ${moved}`),
    ...held.map(({ claim_locator }) => `${claim_locator} still holds a reservation`),
    ...confirmed.filter(({ claim_locator }) => !decided.has(claim_locator)).map(({ claim_locator }) => `${claim_locator} has used limits and is not decided`),
  ];
}

/** Effects that an event has once: a message to a person by a channel, a document. */
async function doubled({ sql }: House): Promise<string[]> {
  const messages = await sql<{ event_id: string }>('notifications', 'SELECT event_id FROM notifications.notification_log WHERE event_id IS NOT NULL GROUP BY event_id, party_locator, channel HAVING count(*) > 1');
  const documents = await sql<{ source_event_id: string }>('documents', 'SELECT source_event_id FROM documents.documents GROUP BY source_event_id, template_type, party_locator HAVING count(*) > 1');
  return [...messages.map(({ event_id }) => `people were told twice of ${event_id}`), ...documents.map(({ source_event_id }) => `two documents were made of ${source_event_id}`)];
}

/** Every problem there is. `accepted` are the claims that were answered, `patients` the ids of those they were for. */
export async function problems(house: House, accepted: readonly string[], patients: readonly string[]): Promise<string[]> {
  const waiting = Object.entries(await unsent(house)).map(([service, count]) => `${count} rows wait in the outbox of ${service}`);
  return [...waiting, ...(await Promise.all([claimProblems(house, accepted, patients), ledgerProblems(house), accumulatorProblems(house), doubled(house)])).flat()];
}
