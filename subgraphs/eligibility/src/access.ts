/**
 * Who sees whose cover and what is left of it; docs/access.md says what each relation gives. Cover is health data: a policyholder sees their own rows and their
 * wards', and of another adult only dates and amounts. What the family shares is seen by everybody insured by the policy and by its holder.
 */
import { type AccessRules, hasRole, type Identity } from '@olly/kit/auth';

export const access: AccessRules = {
  member_coverage: {
    type: 'MemberCoverage',
    relations: {
      OWN: (who) => (who.party ? { party_id: who.party.id } : undefined),
      WARD: (_who, grants) => ({ party_id: { in: grants.ids('GUARDIAN') } }),
      FAMILY: (_who, grants) => ({ party_id: { in: grants.ids('FAMILY') } }),
    },
  },
  coverage_accumulators: {
    type: 'Accumulator',
    relations: {
      OWN: (who, grants) => ({ OR: [...(who.party ? [{ party_id: who.party.id }] : []), { party_id: null, policy_id: { in: grants.ids('HOLDER', 'INSURED') } }] }),
      WARD: (_who, grants) => ({ party_id: { in: grants.ids('GUARDIAN') } }),
      FAMILY: (_who, grants) => ({ party_id: { in: grants.ids('FAMILY') } }),
    },
  },
};

/** The last claim of a family's accumulator may be another adult's: only staff are told. */
export const seesFamilyClaims = (who: Identity): boolean => who.scopes.includes('service') || hasRole(who, 'adjuster', 'admin');
