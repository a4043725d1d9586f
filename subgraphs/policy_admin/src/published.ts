/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { accountOpened } from './account/events.ts';
import { partyRegistered } from './party/events.ts';
import { versionPublished } from './product/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'policy_admin.party',
    types: ['olly.policy_admin.party.registered.v1'],
    key: "the party's locator",
    description: 'A party exists.',
    data: partyRegistered,
  },
  {
    topic: 'policy_admin.account',
    types: ['olly.policy_admin.account.opened.v1'],
    key: "the account's locator",
    description: 'An account can be billed.',
    data: accountOpened,
  },
  {
    topic: 'policy_admin.product',
    types: ['olly.policy_admin.product.version_published.v1'],
    key: "the product's locator",
    description: 'A version of a product is in force from a day on.',
    data: versionPublished,
  },
];
