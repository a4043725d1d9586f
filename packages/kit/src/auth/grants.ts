/**
 * Writes the `access` table: who stands how to what. The rows of one source (an aggregate's locator) are always replaced as a whole, so that what an aggregate no longer
 * grants is gone with its next event. The access projection calls it for what others publish, a command for what its own service grants.
 */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { derivedId } from '../locator/index.ts';

export const accessEntry = z.object({
  /** A party's locator, or that of a broker, scheme or provider that people act for. */
  party: z.string(),
  partyId: z.uuid(),
  /** The locator of what is granted. */
  target: z.string(),
  targetId: z.uuid().nullish(),
  /** One of the roles of docs/contracts.md. */
  role: z.string(),
  from: z.iso.date(),
  to: z.iso.date().nullish(),
});
export type AccessEntry = z.infer<typeof accessEntry>;

/** Replaces what `source` grants. `base` is the event's or aggregate's id: the rows' ids follow from it, so that a replay writes the same rows. */
export async function replaceAccess(tx: PoolClient, schema: string, source: string, entries: readonly AccessEntry[], base: string): Promise<void> {
  await tx.query({ name: `access-clear:${schema}`, text: `DELETE FROM ${schema}.access WHERE source = $1`, values: [source] });
  if (entries.length === 0) return;
  await tx.query({
    name: `access-add:${schema}`,
    text: `INSERT INTO ${schema}.access (id, source, party_id, party_locator, target, target_id, role, valid_from, valid_to)
           SELECT id, $1, party_id, party_locator, target, target_id, role, valid_from, valid_to
           FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::date[], $9::date[])
             AS entry(id, party_id, party_locator, target, target_id, role, valid_from, valid_to)`,
    values: [
      source,
      entries.map((_entry, index) => derivedId(base, `access:${index}`)),
      entries.map((entry) => entry.partyId),
      entries.map((entry) => entry.party),
      entries.map((entry) => entry.target),
      entries.map((entry) => entry.targetId ?? null),
      entries.map((entry) => entry.role),
      entries.map((entry) => entry.from),
      entries.map((entry) => entry.to ?? null),
    ],
  });
}
