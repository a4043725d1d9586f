/** Who sees which scheme, membership and job: those who act for the scheme, the member themselves, and staff by docs/access.md. */
import type { AccessRules, RelationRule } from '@olly/kit/auth';

const ofScheme =
  (column: 'locator' | 'scheme_locator'): RelationRule =>
  (who) =>
    who.actsFor.scheme ? { [column]: who.actsFor.scheme } : undefined;

export const access: AccessRules = {
  schemes: { type: 'Scheme', relations: { OWN: ofScheme('locator') } },
  scheme_members: { type: 'SchemeMember', relations: { OWN: (who) => (who.party ? { member_party_locator: who.party.locator } : undefined), CLIENT: ofScheme('scheme_locator') } },
  bulk_enrollment_jobs: { type: 'BulkEnrollmentJob', relations: { OWN: ofScheme('scheme_locator') } },
};
