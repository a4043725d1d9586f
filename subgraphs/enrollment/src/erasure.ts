/**
 * What enrollment forgets: the answers that people gave and what underwriting wrote about them. What never became a contract goes at once; the rest when the contract has ended and its years are over.
 * Prices, terms and audit rows stay: they name people by locator, and nobody can tell any more who that was.
 */
import type { ErasurePlan } from '@olly/kit/erasure';

const POLICY_END = (policy: string) => `(SELECT CASE WHEN p.covered_to <= party.today THEN p.covered_to END FROM enrollment.policies p WHERE p.id = ${policy})`;
const OWN_POLICY = (policy: string) =>
  `${policy} IN (SELECT p.id FROM enrollment.policies p WHERE p.holder_party_id = party.id UNION SELECT i.policy_id FROM enrollment.policy_insureds i WHERE i.party_id = party.id)`;
const QUOTES = `(SELECT q.id FROM enrollment.quotes q WHERE q.holder_party_id = party.id OR q.document -> 'insured' @> jsonb_build_array(jsonb_build_object('party', party.locator)))`;
const ISSUED = 'EXISTS (SELECT FROM enrollment.policies p WHERE p.quote_id = t.quote_id)';
const QUOTE_POLICY_END = '(SELECT CASE WHEN p.covered_to <= party.today THEN p.covered_to END FROM enrollment.policies p WHERE p.quote_id = t.quote_id)';

export const erasure: ErasurePlan = {
  rules: [
    { what: 'Answers in quotes that were never taken', dataClass: 'MARKETING', table: 'quote_field_values', rows: `t.quote_id IN ${QUOTES} AND NOT ${ISSUED}`, endedOn: 'party.today' },
    { what: 'Answers in the quote of a policy', dataClass: 'POLICY', table: 'quote_field_values', rows: `t.quote_id IN ${QUOTES} AND ${ISSUED}`, endedOn: QUOTE_POLICY_END },
    { what: 'Answers in a policy', dataClass: 'POLICY', table: 'policy_field_values', rows: OWN_POLICY('t.policy_id'), endedOn: POLICY_END('t.policy_id') },
    {
      what: 'Answers in changes of a policy',
      dataClass: 'POLICY',
      table: 'transaction_field_values',
      rows: `t.transaction_id IN (SELECT x.id FROM enrollment.policy_transactions x WHERE ${OWN_POLICY('x.policy_id')})`,
      endedOn: `(SELECT CASE WHEN p.covered_to <= party.today THEN p.covered_to END FROM enrollment.policies p JOIN enrollment.policy_transactions x ON x.policy_id = p.id WHERE x.id = t.transaction_id)`,
    },
    {
      what: 'Underwriting of quotes that were never taken',
      dataClass: 'MARKETING',
      table: 'underwriting_flags',
      rows: `t.policy_id IS NULL AND t.quote_id IN ${QUOTES} AND NOT ${ISSUED}`,
      endedOn: 'party.today',
      set: { value: "'ERASED'", cleared_reason: 'NULL' },
    },
    {
      what: 'Underwriting of a policy',
      dataClass: 'POLICY',
      table: 'underwriting_flags',
      rows: `(${OWN_POLICY('t.policy_id')}) OR (t.policy_id IS NULL AND t.quote_id IN ${QUOTES} AND ${ISSUED})`,
      endedOn: `coalesce(${POLICY_END('t.policy_id')}, ${QUOTE_POLICY_END})`,
      set: { value: "'ERASED'", cleared_reason: 'NULL' },
    },
    { what: 'Region and document of a policy', dataClass: 'POLICY', table: 'policies', rows: OWN_POLICY('t.id'), endedOn: 'CASE WHEN t.covered_to <= party.today THEN t.covered_to END', set: { region: 'NULL' } },
  ],
};
