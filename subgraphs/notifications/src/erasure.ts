/** What notifications forgets: every message, its attempts, addresses and wishes, at once. Who is noted as erased is told nothing any more, whatever work was under way. */
import type { ErasurePlan } from '@olly/kit/erasure';

export const erasure: ErasurePlan = {
  hasTombstones: true,
  rules: [
    { what: 'Messages and what became of them', dataClass: 'NOTIFICATIONS', table: 'notification_log', rows: 't.party_id = party.id', endedOn: 'party.today' },
    { what: 'Addresses and wishes', dataClass: 'NOTIFICATIONS', table: 'notification_preferences', rows: 't.party_id = party.id', endedOn: 'party.today' },
  ],
};
