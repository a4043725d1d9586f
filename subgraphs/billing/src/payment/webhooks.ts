/** Does what a provider's signed notice asks for: a payment is finished as the provider answers when it is asked, a chargeback is recorded once. */
import { systemClock } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { PaymentRow } from '../mappers.ts';
import { originOfCommand } from '../origin.ts';
import { WebhookRefused } from '../ports/webhook.ts';
import { paymentMachine } from './payment.ts';
import { recordChargeback, winChargeback } from './refunds.ts';

export interface WebhookInput {
  readonly provider: string;
  readonly signature: string;
  readonly body: string;
}

export type WebhookOutcome = 'DONE' | 'IGNORED' | 'REFUSED' | 'UNKNOWN_PROVIDER';

async function payments(ctx: Context, column: 'locator' | 'reference', value: string): Promise<PaymentRow | undefined> {
  return (await ctx.pool.query<PaymentRow>(`SELECT * FROM billing.payments WHERE ${column} = $1 LIMIT 1`, [value])).rows[0];
}

/** Answers what came of it; what is REFUSED was not read. */
export async function receiveWebhook(ctx: Context, { provider, signature, body }: WebhookInput): Promise<WebhookOutcome> {
  const { gateway } = ctx;
  if (gateway.name !== provider || !gateway.readWebhook) return 'UNKNOWN_PROVIDER';
  try {
    // Signatures are of the real time, whatever the business clock says.
    const notice = gateway.readWebhook({ signature, body, now: systemClock.now() });
    if (notice === null) return 'IGNORED';
    if (notice.kind === 'PAYMENT') {
      const payment = await payments(ctx, 'locator', notice.payment);
      if (payment?.status !== 'PENDING') return 'IGNORED';
      await ctx.finishPayment(ctx.pool, originOfCommand(ctx), payment.id);
      return 'DONE';
    }
    const payment = await payments(ctx, 'reference', notice.reference);
    const command = notice.kind === 'CHARGEBACK' ? 'chargeBack' : 'winChargeback';
    if (!payment || !paymentMachine.can(payment.status, command)) return 'IGNORED';
    await (notice.kind === 'CHARGEBACK' ? recordChargeback : winChargeback)(ctx, { payment: payment.locator });
    return 'DONE';
  } catch (error) {
    if (error instanceof WebhookRefused) return 'REFUSED';
    throw error;
  }
}
