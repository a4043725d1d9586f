/** Who sees a session: the person, and the guardian of one under 16. Nobody else, staff included. */
import type { AccessRules } from '@olly/kit/auth';

export const access: AccessRules = {
  sessions: {
    type: 'TriageSession',
    relations: {
      OWN: (who) => (who.party ? { party_locator: who.party.locator } : undefined),
      WARD: (_who, grants) => ({ party_locator: { in: grants.targets('GUARDIAN') } }),
    },
  },
};
