/**
 * Who sees which claim and prior authorisation; docs/access.md says what each relation gives. A claim is health data: holding the policy is not enough, a row is its
 * patient's own. Guardians see a child's until sixteen, then amounts and dates only.
 */
import type { AccessRules, Grants } from '@olly/kit/auth';

/** The patient is one towards whom the caller has the role, by either of the patient's names. */
const patient = (grants: Grants, role: string, id: string, locator: string) => ({
  OR: [{ [id]: { in: grants.ids(role) } }, { [locator]: { in: grants.targets(role) } }],
});

export const access: AccessRules = {
  claims: {
    type: 'Claim',
    relations: {
      OWN: (who) => (who.party ? { claimant_party_id: who.party.id } : undefined),
      WARD: (_who, grants) => patient(grants, 'GUARDIAN', 'claimant_party_id', 'claimant_locator'),
      FAMILY: (_who, grants) => patient(grants, 'FAMILY', 'claimant_party_id', 'claimant_locator'),
      CLIENT: (who) => (who.actsFor.provider ? { provider_locator: who.actsFor.provider } : undefined),
    },
  },
  prior_auths: {
    type: 'PriorAuthorisation',
    relations: {
      OWN: (who) => (who.party ? { member_party_id: who.party.id } : undefined),
      WARD: (_who, grants) => patient(grants, 'GUARDIAN', 'member_party_id', 'member_locator'),
      CLIENT: (who) => (who.actsFor.provider ? { provider_locator: who.actsFor.provider } : undefined),
    },
  },
};
