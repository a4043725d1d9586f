/** What group schemes forget: the employer's number of a member, and what a bulk file said of them. */
import type { ErasurePlan } from '@olly/kit/erasure';

export const erasure: ErasurePlan = {
  rules: [
    {
      what: 'The number under which an employer knows a member',
      dataClass: 'POLICY',
      table: 'scheme_members',
      rows: 't.member_party_id = party.id',
      endedOn: 't.left_on',
      set: { employee_number: 'NULL', cover_refusal: 'NULL' },
    },
    { what: 'What a bulk file said of a member', dataClass: 'MARKETING', table: 'bulk_enrollment_rows', rows: 't.party_id = party.id', endedOn: "CASE WHEN t.status NOT IN ('STAGED', 'QUOTED') THEN party.today END" },
  ],
};
