/** The services' question: where does each party stand on each kind? Every pair is answered, in the order asked for; never asked is not granted. */
import { badInput } from '@olly/kit/errors';
import type { Pool } from '@olly/kit/postgres';
import type { ConsentStateRow } from '../mappers.ts';
import type { ConsentType } from './consent.ts';
import { findRecords } from './store.ts';

const PARTIES_MAX = 1_000;

/** One statement, whatever the number of parties. Throws BAD_USER_INPUT above 1,000 parties. */
export async function consentsOf(pool: Pool, parties: readonly string[], types: readonly ConsentType[]): Promise<ConsentStateRow[]> {
  if (parties.length > PARTIES_MAX) throw badInput(`partyLocators: at most ${PARTIES_MAX}`, 'partyLocators');
  const records = await findRecords(pool, parties, types);
  const known = new Map(records.map((record) => [`${record.party_locator} ${record.consent_type}`, record]));
  return parties.flatMap((partyLocator) =>
    types.map((consentType) => {
      const record = known.get(`${partyLocator} ${consentType}`);
      return { partyLocator, consentType, granted: record?.granted ?? false, changedAt: record?.changed_at ?? null };
    }),
  );
}
