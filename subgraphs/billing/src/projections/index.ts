/** What billing learns from others: accounts, what policies charge and claims cost, and who may see it. */
import { accessProjection, type Projection } from '@olly/kit/projection';
import { learnAccount } from '../account/store.ts';
import { applyClaimEvent } from './claim.ts';
import { commissionProjection } from './commission.ts';
import { accountOpened } from './events.ts';
import { applyPolicyEvent, POLICY_EVENTS } from './policy.ts';

/** Charges and journals of what policies and claims tell. */
const ledgerProjection: Projection = {
  group: 'billing.ledger',
  topics: ['policy_admin.account', 'enrollment.policy', 'claims.claim'],
  async apply(tx, event) {
    if (event.type === 'olly.policy_admin.account.opened.v1') {
      const { accountId, account, billingLevel, currency } = accountOpened.parse(event.data);
      await learnAccount(tx, { id: accountId, locator: account, billing_level: billingLevel, currency }, new Date(event.time));
    } else if (POLICY_EVENTS.has(event.type)) await applyPolicyEvent(tx, event);
    else await applyClaimEvent(tx, event);
  },
};

export const projections: readonly Projection[] = [
  ledgerProjection,
  commissionProjection,
  accessProjection({ service: 'billing', schema: 'billing', topics: ['policy_admin.account', 'policy_admin.party', 'enrollment.quote', 'enrollment.policy'] }),
];
