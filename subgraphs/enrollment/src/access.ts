/**
 * Who sees which quote and policy; docs/access.md says what each relation gives. A policy is one's own when one holds it, holds its account, or is insured by it. What hangs on
 * a policy (terms, transactions, elements, charges) is seen through it.
 */
import type { AccessRules, Identity } from '@olly/kit/auth';
import type { PolicyRow } from './mappers.ts';

export const access: AccessRules = {
  quotes: {
    type: 'Quote',
    relations: {
      OWN: (who, grants) => (who.party ? { OR: [{ holder_party_id: who.party.id }, { account_locator: { in: grants.targets('HOLDER') } }] } : undefined),
      CLIENT: (who, grants) => ({ OR: [{ account_locator: { in: grants.targets('BROKER') } }, ...(who.actsFor.broker ? [{ broker: who.actsFor.broker }] : [])] }),
    },
  },
  policies: {
    type: 'Policy',
    relations: {
      OWN: (who, grants) =>
        who.party ? { OR: [{ holder_party_id: who.party.id }, { locator: { in: grants.targets('HOLDER', 'INSURED') } }, { account_locator: { in: grants.targets('HOLDER') } }] } : undefined,
      CLIENT: (who, grants) => ({
        OR: [
          { locator: { in: grants.targets('BROKER', 'SCHEME') } },
          { account_locator: { in: grants.targets('BROKER') } },
          ...(who.actsFor.broker ? [{ broker: who.actsFor.broker }] : []),
          ...(who.actsFor.scheme ? [{ scheme: who.actsFor.scheme }] : []),
        ],
      }),
    },
  },
};

/** Answers and flags of a policy can speak of health: a broker never sees them, unless the policy is their own. */
export const seesHealth = (who: Identity, policy: Pick<PolicyRow, 'holder_party_id'>): boolean =>
  !who.roles.includes('broker') || who.party?.id === policy.holder_party_id || who.roles.includes('underwriter') || who.roles.includes('admin');
