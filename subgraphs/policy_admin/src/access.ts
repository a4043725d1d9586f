/**
 * Who sees which party and account; docs/access.md says what each relation gives. Products, versions and markets are reference data: everybody signed in may
 * read what is published, drafts are for staff.
 */
import { type AccessRules, hasRole, type Identity } from '@olly/kit/auth';
import type { ProductVersionRow } from './mappers.ts';

export const access: AccessRules = {
  parties: {
    type: 'Party',
    relations: {
      OWN: (who) => (who.party ? { id: who.party.id } : undefined),
      WARD: (_who, grants) => ({ locator: { in: grants.targets('GUARDIAN') } }),
      FAMILY: (_who, grants) => ({ locator: { in: grants.targets('FAMILY') } }),
      CLIENT: (_who, grants) => ({ locator: { in: grants.targets('BROKER', 'SCHEME', 'PROVIDER') } }),
    },
  },
  accounts: {
    type: 'Account',
    relations: {
      OWN: (who) => (who.party ? { holder_party_id: who.party.id } : undefined),
      CLIENT: (who, grants) => ({ OR: [{ locator: { in: grants.targets('BROKER') } }, ...(who.actsFor.broker ? [{ broker: who.actsFor.broker }] : [])] }),
    },
  },
};

const isStaff = (who: Identity): boolean => who.scopes.includes('service') || hasRole(who, 'underwriter', 'adjuster', 'finance', 'admin');

/** A draft is seen by staff only. */
export const seesVersion = (who: Identity, version: Pick<ProductVersionRow, 'status'>): boolean => version.status === 'PUBLISHED' || isStaff(who);
