/** What eligibility keeps: cover and limits by ids and locators. Nothing here says who somebody is, so there is nothing to erase; the certificate says what stays. */
import type { ErasurePlan } from '@olly/kit/erasure';

export const erasure: ErasurePlan = {
  rules: [],
  keeps: [{ what: 'Cover and limits by locator', dataClass: 'POLICY', table: 'member_coverage', rows: 't.party_id = party.id', why: 'Claims are decided by it. It holds ids, locators, dates and amounts, and no longer points to a person.' }],
};
