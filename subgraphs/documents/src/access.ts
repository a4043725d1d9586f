/** Who sees which document: whose it is, and who is their guardian; docs/access.md says what that gives. Uploaded files go through services only. */
import type { AccessRules } from '@olly/kit/auth';

export const access: AccessRules = {
  documents: {
    type: 'Document',
    relations: {
      OWN: (who) => (who.party ? { party_locator: who.party.locator } : undefined),
      WARD: (_who, grants) => ({ party_locator: { in: grants.targets('GUARDIAN') } }),
    },
  },
};
