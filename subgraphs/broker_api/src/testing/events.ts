/** Policy events as enrollment publishes them, for tests. */
import { newId } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';

export const POLICY = { id: '01900000-0000-7000-8000-00000000aaaa', locator: 'pol_01kb1w5c9hf3xb2m9y6q0d4t7e' };

/** One event of a policy with a premium of its own. */
export function policyEvent(what: string, broker: string, { premium = '3333.33', effectiveDate = '2026-01-01', cancellation }: { premium?: string; effectiveDate?: string; cancellation?: object } = {}): CloudEvent {
  return {
    specversion: '1.0',
    id: newId(),
    source: '/olly/enrollment',
    type: `olly.enrollment.policy.${what}.v1`,
    subject: POLICY.locator,
    time: `${effectiveDate}T10:00:00.000Z`,
    datacontenttype: 'application/json',
    data: {
      policyId: POLICY.id,
      policy: POLICY.locator,
      currency: 'GBP',
      account: 'acc_01kb1w5c9hf3xb2m9y6q0d4t7e',
      productCode: 'UK_HEALTH',
      status: what === 'cancelled' ? 'CANCELLED' : 'ACTIVE',
      holder: { party: 'pty_01kb1w5c9hf3xb2m9y6q0d4t7e' },
      broker,
      cancellation,
      term: { from: '2026-01-01', to: '2027-01-01' },
      transaction: { locator: 'txn_01kb1w5c9hf3xb2m9y6q0d4t7e', category: what.toUpperCase(), effectiveDate },
      charges: [{ category: 'PREMIUM', amount: premium }, { category: 'TAX', amount: '400.00' }, { category: 'FEE', amount: '25.00' }],
    },
  };
}
