/** What consent forgets of itself: the words of requests, and where a person stood. The proof of each yes and no is kept, by locator, as long as somebody may ask for it. */
import type { ErasurePlan } from '@olly/kit/erasure';

export const erasure: ErasurePlan = {
  rules: [
    { what: 'Where the person stood on each kind of consent', dataClass: 'MARKETING', table: 'consent_records', rows: 't.party_locator = party.locator', endedOn: 'party.today' },
    {
      what: 'Words of requests',
      dataClass: 'MARKETING',
      table: 'deletion_requests',
      rows: "t.party_locator = party.locator AND (t.reason IS NOT NULL OR t.refusal_reason <> 'ERASED')",
      endedOn: 'party.today',
      set: { reason: 'NULL', refusal_reason: "CASE WHEN t.refusal_reason IS NOT NULL THEN 'ERASED' END" },
    },
  ],
  keeps: [{ what: 'The proof of consent', dataClass: 'CONSENT_AUDIT', table: 'consent_audit', rows: 't.party_locator = party.locator', why: 'It proves what was agreed to, for six years; it holds locators and codes only.' }],
};
