/**
 * Keeps a service's `access` table: who stands how to which account, policy or scheme. An event that changes it carries the whole set of its subject, so the
 * rows of that source are replaced; an event without `access` changes nothing, and an empty set takes every row away. Row rules read the table.
 */
import { z } from 'zod';
import { accessEntry, replaceAccess } from '../auth/grants.ts';
import type { Projection } from './types.ts';

const entries = z.array(accessEntry);

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
    async apply(tx, event) {
      const { access } = event.data;
      if (access !== undefined) await replaceAccess(tx, schema, event.subject, entries.parse(access), event.id);
    },
  };
}
