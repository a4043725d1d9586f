/** What care forgets, seven years after an episode was closed: what it was about, notes, links and medication. A slot somebody holds at the moment is given back by its own time. */
import type { ErasurePlan } from '@olly/kit/erasure';

const CLOSED = '(SELECT e.closed_at::date FROM public.episodes e WHERE e.id = t.episode_id)';
const MINE = 't.party_locator = party.locator';

export const erasure: ErasurePlan = {
  rules: [
    { what: 'Prescriptions', dataClass: 'CARE', table: 'prescriptions', rows: MINE, endedOn: CLOSED },
    { what: 'Referrals', dataClass: 'CARE', table: 'diagnostics_referrals', rows: MINE, endedOn: CLOSED },
    { what: 'Notes and links of appointments', dataClass: 'CARE', table: 'appointments', rows: MINE, endedOn: CLOSED, set: { notes: 'NULL', link_out_url: 'NULL' } },
    { what: 'What episodes were about', dataClass: 'CARE', table: 'episodes', rows: MINE, endedOn: 't.closed_at::date', set: { summary: 'NULL' } },
  ],
};
