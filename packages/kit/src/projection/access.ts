/**
 * Keeps a service's `access` table: who stands how to which account, policy or scheme. An event that changes it carries the whole set of its subject, so the
 * rows of that source are replaced; an event without `access` changes nothing, and an empty set takes every row away. Row rules read the table.
 */
import type { PoolClient } from 'pg';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import type { CloudEvent } from '../outbox/event.ts';
import type { Projection } from './types.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

const grants = z.array(
  z.object({
    party: z.string().min(1),
    partyId: z.uuid(),
    target: z.string().min(1),
    targetId: z.uuid().nullish(),
    role: z.string().min(1),
    from: z.string().regex(DATE),
    to: z.string().regex(DATE).nullish(),
  }),
);

/** One entry of `data.access`: the party stands in `role` towards the target in `[from, to)`; without `to` for ever. */
export type AccessGrant = z.infer<typeof grants>[number];

export interface AccessOptions {
  /** The service, for the group's name `<service>.access`. */
  readonly service: string;
  /** The schema with the `access` table. */
  readonly schema: string;
  /** The topics whose events carry grants that this service's row rules need. */
  readonly topics: readonly string[];
}

/** The projection that keeps `<schema>.access`. Ids are derived from the event, so that a rebuild gives the same rows. */
export function accessProjection({ service, schema, topics }: AccessOptions): Projection {
  return {
    group: `${service}.access`,
    topics,
    apply: (tx, event) => replaceGrants(tx, schema, event),
  };
}

async function replaceGrants(tx: PoolClient, schema: string, event: CloudEvent): Promise<void> {
  const { access } = event.data;
  if (access === undefined) return;
  const rows = grants.parse(access);
  await tx.query({ name: `access:forget:${schema}`, text: `DELETE FROM ${schema}.access WHERE source = $1`, values: [event.subject] });
  if (rows.length === 0) return;
  await tx.query({
    name: `access:add:${schema}`,
    text: `INSERT INTO ${schema}.access (id, source, party_id, party_locator, target, target_id, role, valid_from, valid_to)
           SELECT id, $1, party_id, party, target, target_id, role, valid_from, valid_to
           FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::date[], $9::date[])
             AS given (id, party_id, party, target, target_id, role, valid_from, valid_to)`,
    values: [
      event.subject,
      rows.map((_, index) => uuidv5(`access:${index}`, event.id)),
      rows.map((row) => row.partyId),
      rows.map((row) => row.party),
      rows.map((row) => row.target),
      rows.map((row) => row.targetId ?? null),
      rows.map((row) => row.role),
      rows.map((row) => row.from),
      rows.map((row) => row.to ?? null),
    ],
  });
}
