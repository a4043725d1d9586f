/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { commissionEvent } from './commission/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'broker_api.commission',
    types: ['olly.broker_api.commission.accrued.v1', 'olly.broker_api.commission.paid.v1'],
    key: "the commission's locator",
    description: 'A commission was earned, taken back, or paid.',
    data: commissionEvent,
  },
];
