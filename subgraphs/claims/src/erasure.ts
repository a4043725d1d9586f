/**
 * What claims forgets, seven years after a claim was last touched: the key under which notes and appeals are encrypted (their rows can never change; without the key they are noise), the names of
 * what was handed in, and why an authorisation was denied. Decisions stay: codes and amounts by locator.
 */
import type { ErasurePlan } from '@olly/kit/erasure';

const OPEN = "('SUBMITTED', 'IN_REVIEW', 'APPROVED', 'PARTIALLY_APPROVED', 'APPEALED')";
const CLAIMS = '(SELECT c.id FROM claims.claims c WHERE c.claimant_party_id = party.id)';
/** The day on which a claim came to rest; null while it has not. */
const rest = (claim: string) => `CASE WHEN ${claim}.status NOT IN ${OPEN} THEN ${claim}.updated_at::date END`;

export const erasure: ErasurePlan = {
  rules: [
    {
      what: 'The key of notes and appeals: what it encrypted cannot be read any more',
      dataClass: 'CLAIMS',
      table: 'party_keys',
      rows: 't.party_id = party.id AND t.key IS NOT NULL',
      endedOn: `(SELECT CASE WHEN bool_or(c.status IN ${OPEN}) THEN NULL ELSE coalesce(max(c.updated_at)::date, party.today) END FROM claims.claims c WHERE c.claimant_party_id = party.id)`,
      set: { key: 'NULL', destroyed_at: 'party.today' },
    },
    {
      what: 'Documents handed in with claims',
      dataClass: 'CLAIMS',
      table: 'claim_documents',
      rows: `t.claim_id IN ${CLAIMS}`,
      endedOn: `(SELECT ${rest('c')} FROM claims.claims c WHERE c.id = t.claim_id)`,
    },
    {
      what: 'What was submitted, and the reference of the payment',
      dataClass: 'CLAIMS',
      table: 'claims',
      rows: 't.claimant_party_id = party.id',
      endedOn: rest('t'),
      set: { document: "'{}'", payment_reference: 'NULL' },
    },
    {
      what: 'Requests for authorisation',
      dataClass: 'CLAIMS',
      table: 'prior_auths',
      rows: 't.member_party_id = party.id',
      endedOn: 'CASE WHEN t.valid_to <= party.today THEN t.valid_to END',
      set: { document: "'{}'", denial_reason: "CASE WHEN t.denial_reason IS NOT NULL THEN 'ERASED' END" },
    },
  ],
};
