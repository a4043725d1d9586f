/** Payments and refunds in the database; nothing else writes them. */
import type { PoolClient } from '@olly/kit/postgres';
import type { PaymentRow, RefundRow } from '../mappers.ts';
import { audit, type Origin } from '../origin.ts';
import { type PaymentCommand, paymentMachine } from './payment.ts';

export async function lockPayment(tx: PoolClient, id: string): Promise<PaymentRow> {
  return (await tx.query<PaymentRow>('SELECT * FROM billing.payments WHERE id = $1 FOR UPDATE', [id])).rows[0] as PaymentRow;
}

export async function lockRefund(tx: PoolClient, id: string): Promise<RefundRow> {
  return (await tx.query<RefundRow>('SELECT * FROM billing.refunds WHERE id = $1 FOR UPDATE', [id])).rows[0] as RefundRow;
}

export interface PaymentChange {
  readonly reference?: string | null;
  readonly failureReason?: string;
}

/** Takes a payment one step on, with its audit row. What the provider was asked with is forgotten as soon as it has decided. */
export async function movePayment(tx: PoolClient, origin: Origin, payment: PaymentRow, command: PaymentCommand, { reference, failureReason }: PaymentChange = {}): Promise<PaymentRow> {
  const to = paymentMachine.next(payment.status, command);
  const isSettling = command === 'settle';
  const { rows } = await tx.query<PaymentRow>(
    `UPDATE billing.payments SET status = $2, settled_at = CASE WHEN $3 THEN $4::timestamptz ELSE settled_at END, reference = coalesce($5, reference),
       failure_reason = coalesce($6, failure_reason), source_token = NULL
     WHERE id = $1 RETURNING *`,
    [payment.id, to, isSettling, origin.clock.now(), reference ?? null, failureReason ?? null],
  );
  await audit(tx, origin, [{ entity: 'PAYMENT', id: payment.id, command, from: payment.status, to }]);
  return rows[0] as PaymentRow;
}

/** Remembers what the provider calls a payment that it has not decided. */
export async function keepReference(tx: PoolClient, payment: PaymentRow, reference: string): Promise<PaymentRow> {
  return (await tx.query<PaymentRow>('UPDATE billing.payments SET reference = $2 WHERE id = $1 RETURNING *', [payment.id, reference])).rows[0] as PaymentRow;
}

/** What was given back of a payment, or is about to be. */
export async function refundedOf(tx: PoolClient, paymentId: string, statuses: readonly RefundRow['status'][]): Promise<string> {
  const { rows } = await tx.query<{ sum: string }>('SELECT coalesce(sum(amount), 0) AS sum FROM billing.refunds WHERE payment_id = $1 AND status = ANY($2::text[])', [paymentId, statuses]);
  return rows[0]?.sum ?? '0';
}

/** Payments and refunds on which the provider has not been heard since `before`: a process may have died between asking and writing down. */
export async function unfinished(tx: PoolClient, before: Date, limit: number): Promise<{ payments: string[]; refunds: string[] }> {
  const ids = async (table: 'payments' | 'refunds') =>
    (await tx.query<{ id: string }>(`SELECT id FROM billing.${table} WHERE status = 'PENDING' AND created_at < $1 ORDER BY created_at LIMIT $2`, [before, limit])).rows.map((row) => row.id);
  return { payments: await ids('payments'), refunds: await ids('refunds') };
}
