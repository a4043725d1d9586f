/** What policy administration forgets: who somebody is and how to reach them, as soon as no contract needs it. Ids and locators stay, so that kept rows elsewhere still hold together. */
import type { ErasurePlan } from '@olly/kit/erasure';

const ENDED = 'CASE WHEN NOT party.is_in_force THEN party.today END';

export const erasure: ErasurePlan = {
  rules: [
    {
      what: 'Name, birth date, address, e-mail and telephone',
      dataClass: 'IDENTITY',
      table: 'parties',
      rows: 't.id = party.id',
      endedOn: ENDED,
      set: {
        name: "'Erased person'",
        first_name: "CASE WHEN t.type = 'INDIVIDUAL' THEN 'Erased' END",
        last_name: "CASE WHEN t.type = 'INDIVIDUAL' THEN 'person' END",
        date_of_birth: "CASE WHEN t.type = 'INDIVIDUAL' THEN date '1900-01-01' END",
        email: 'NULL',
        phone: 'NULL',
        address: 'NULL',
        version: 't.version + 1',
      },
    },
    { what: 'Names of accounts', dataClass: 'IDENTITY', table: 'accounts', rows: 't.holder_party_id = party.id', endedOn: ENDED, set: { name: "'Erased account'" } },
  ],
};
