/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { chargePostedData } from './charge/events.ts';
import { arrearsData } from './dunning/events.ts';
import { invoiceFinalisedData } from './invoice/events.ts';
import { paymentData } from './payment/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'billing.charge',
    types: ['olly.billing.charge.posted.v1'],
    key: "the charge's locator",
    description: 'An amount is owed or was paid out.',
    data: chargePostedData,
  },
  {
    topic: 'billing.invoice',
    types: ['olly.billing.invoice.finalised.v1'],
    key: "the invoice's locator",
    description: 'An invoice was sent.',
    data: invoiceFinalisedData,
  },
  {
    topic: 'billing.payment',
    types: ['olly.billing.payment.settled.v1', 'olly.billing.payment.failed.v1'],
    key: "the payment's locator",
    description: 'A payment came in, or did not.',
    data: paymentData,
  },
  {
    topic: 'billing.policy',
    types: ['olly.billing.policy.grace_started.v1', 'olly.billing.policy.grace_ended.v1', 'olly.billing.policy.lapsed.v1'],
    key: "the policy's locator",
    description: 'Premium of a policy is unpaid, paid again, or so long unpaid that cover lapses.',
    data: arrearsData,
  },
];
