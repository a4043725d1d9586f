/**
 * What documents forgets: what was produced for somebody, each kind with the years of what it is about, and what they handed in. Who is noted as erased gets no new documents, whatever work
 * was under way.
 */
import type { ErasurePlan, ErasureRule } from '@olly/kit/erasure';

const MINE = 't.party_locator = party.locator';
const DAY = 't.created_at::date';
const kind = (what: string, dataClass: string, type: string): ErasureRule => ({ what, dataClass, table: 'documents', rows: `${MINE} AND t.template_type = '${type}'`, endedOn: DAY });

export const erasure: ErasurePlan = {
  hasTombstones: true,
  rules: [
    kind('Policy schedules', 'POLICY', 'POLICY_SCHEDULE'),
    kind('Invoices', 'LEDGER', 'INVOICE'),
    kind('Explanations of benefits', 'CLAIMS', 'EXPLANATION_OF_BENEFITS'),
    kind('Letters', 'NOTIFICATIONS', 'LETTER'),
    { what: 'Files handed in', dataClass: 'CLAIMS', table: 'files', rows: 't.owner_party_locator = party.locator', endedOn: DAY },
  ],
};
