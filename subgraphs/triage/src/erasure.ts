/** What triage forgets: everything that was said, at once. An audit of steps by the id of a session that is gone stays. */
import type { ErasurePlan } from '@olly/kit/erasure';

export const erasure: ErasurePlan = {
  rules: [
    { what: 'What was said in triage', dataClass: 'TRIAGE', table: 'turns', rows: 't.session_id IN (SELECT s.id FROM triage.sessions s WHERE s.party_id = party.id)', endedOn: 'party.today' },
    { what: 'Triage sessions', dataClass: 'TRIAGE', table: 'sessions', rows: 't.party_id = party.id AND NOT EXISTS (SELECT FROM triage.turns n WHERE n.session_id = t.id)', endedOn: 'party.today' },
  ],
};
