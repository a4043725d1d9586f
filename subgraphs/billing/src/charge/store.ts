/** Charges in the database; nothing else writes them. */
import type { PoolClient } from '@olly/kit/postgres';
import { appendToOutbox } from '@olly/kit/outbox';
import { derivedId } from '@olly/kit/locator';
import type { IsoDate } from '@olly/kit/time';
import type { Reference } from '../ledger/journal.ts';
import type { ChargeRow } from '../mappers.ts';
import { audit, insertRows, type Origin } from '../origin.ts';
import { type ChargeCommand, chargeMachine } from './charge.ts';
import { chargePosted } from './events.ts';

export const referenceOf = (charge: Pick<ChargeRow, 'id' | 'account_id' | 'policy_id' | 'lob'>): Reference => ({
  type: 'CHARGE',
  id: charge.id,
  accountId: charge.account_id,
  policyId: charge.policy_id,
  lob: charge.lob,
});

/** Adds charges that are not there yet, with audit and event each. Answers those that are new. */
export async function insertCharges(tx: PoolClient, origin: Origin, charges: readonly ChargeRow[], account: string): Promise<ChargeRow[]> {
  const inserted = new Set((await insertRows(tx, 'charges', charges, '(source_event_id, source_key)')).map((row) => row.id));
  const fresh = charges.filter((charge) => inserted.has(charge.id));
  await audit(tx, origin, fresh.map((charge) => ({ entity: 'CHARGE', id: charge.id, command: 'post', from: null, to: charge.status })));
  await appendToOutbox(tx, origin, fresh.map((charge) => ({ ...chargePosted(charge, account), id: derivedId(charge.id, 'posted') })));
  return fresh;
}

/** Takes charges one step on, in one statement, with their audit rows. Throws `IllegalTransition` for one that cannot. */
export async function moveCharges(tx: PoolClient, origin: Origin, charges: readonly Pick<ChargeRow, 'id' | 'status'>[], command: ChargeCommand): Promise<void> {
  if (charges.length === 0) return;
  const changes = charges.map(({ id, status }) => ({ entity: 'CHARGE' as const, id, command, from: status, to: chargeMachine.next(status, command) }));
  await tx.query('UPDATE billing.charges c SET status = given.status FROM unnest($1::uuid[], $2::text[]) AS given(id, status) WHERE c.id = given.id', [
    changes.map((change) => change.id),
    changes.map((change) => change.to),
  ]);
  await audit(tx, origin, changes);
}

/** Premium charges of a term that still earn, locked, so that earning and cancelling do not cross. */
export async function openPremiumOfTerm(tx: PoolClient, termId: string): Promise<ChargeRow[]> {
  return (await tx.query<ChargeRow>(`SELECT * FROM billing.charges WHERE term_id = $1 AND component = 'PREMIUM' AND closed_on IS NULL AND period_from IS NOT NULL ORDER BY id FOR UPDATE`, [termId])).rows;
}

/** Up to `limit` premium charges after an id that have begun before `date`, locked. */
export async function premiumToEarn(tx: PoolClient, date: IsoDate, afterId: string, limit: number): Promise<ChargeRow[]> {
  const { rows } = await tx.query<ChargeRow>(
    `SELECT * FROM billing.charges WHERE component = 'PREMIUM' AND closed_on IS NULL AND period_from < $1::date AND id > $2 ORDER BY id LIMIT $3 FOR UPDATE`,
    [date, afterId, limit],
  );
  return rows;
}

/** Nothing of these charges is earned after this day. */
export async function closeCharges(tx: PoolClient, chargeIds: readonly string[], date: IsoDate | null): Promise<void> {
  if (chargeIds.length > 0) await tx.query('UPDATE billing.charges SET closed_on = coalesce($2::date, period_to) WHERE id = ANY($1::uuid[])', [chargeIds, date]);
}

/** The charge of a claim's decision that is in force, locked; null when there is none. */
export async function claimCharge(tx: PoolClient, claimId: string): Promise<ChargeRow | null> {
  return (await tx.query<ChargeRow>(`SELECT * FROM billing.charges WHERE claim_id = $1 AND status <> 'REVERSED' FOR UPDATE`, [claimId])).rows[0] ?? null;
}

export interface ChargeToInvoice extends ChargeRow {
  readonly installments: number;
}

/** Premium, tax and fees of an account that are on no invoice, in the order of an invoice's lines: as they were charged, by policy, premium before its tax. */
export async function chargesToInvoice(tx: PoolClient, accountId: string): Promise<ChargeToInvoice[]> {
  const { rows } = await tx.query<ChargeToInvoice>(
    `SELECT c.*, p.installments FROM billing.charges c JOIN billing.policies p ON p.id = c.policy_id
     WHERE c.account_id = $1 AND c.status = 'POSTED' AND c.category IN ('PREMIUM', 'TAX', 'FEE')
     ORDER BY c.created_at, c.policy_id, array_position(ARRAY['PREMIUM', 'TAX', 'FEE'], c.component), c.source_key`,
    [accountId],
  );
  return rows;
}

/** Accounts that have charges on no invoice. */
export async function accountsToInvoice(tx: PoolClient, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ account_id: string }>(
    `SELECT DISTINCT account_id FROM billing.charges WHERE status = 'POSTED' AND category IN ('PREMIUM', 'TAX', 'FEE') LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.account_id);
}

/** The charges that an invoice holds. */
export async function chargesOfInvoice(tx: PoolClient, invoiceId: string): Promise<ChargeRow[]> {
  const { rows } = await tx.query<ChargeRow>(
    'SELECT c.* FROM billing.charges c JOIN billing.invoiced_charges held ON held.charge_id = c.id WHERE held.invoice_id = $1 ORDER BY c.id',
    [invoiceId],
  );
  return rows;
}

