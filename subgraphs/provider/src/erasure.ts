/** What the directory forgets when a provider asks who no longer treats: how to reach them, and what was written about their credentials. While they treat the directory is public. */
import type { ErasurePlan } from '@olly/kit/erasure';

const LEFT = "CASE WHEN t.network_status = 'TERMINATED' THEN t.updated_at::date END";

export const erasure: ErasurePlan = {
  rules: [
    {
      what: 'What reviewers wrote of credentials',
      dataClass: 'CARE',
      table: 'credentialing_requests',
      rows: 't.provider_id IN (SELECT p.id FROM provider.providers p WHERE p.party_id = party.id)',
      endedOn: "(SELECT CASE WHEN p.network_status = 'TERMINATED' THEN p.updated_at::date END FROM provider.providers p WHERE p.id = t.provider_id)",
      set: { reviewer_notes: "CASE WHEN t.status = 'REJECTED' THEN 'ERASED' END" },
    },
    { what: 'Name, address, e-mail and telephone in the directory', dataClass: 'CARE', table: 'providers', rows: 't.party_id = party.id', endedOn: LEFT, set: { name: "'Erased provider'", address: 'NULL', phone: 'NULL', email: 'NULL', version: 't.version + 1' } },
  ],
};
