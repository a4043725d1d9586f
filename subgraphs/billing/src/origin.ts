/**
 * Who writes, when, and with which ids: a person's command, a job, or an event that is applied. Rows made of an event take ids and times from it, so that
 * applying it again makes the same rows.
 */
import type { PoolClient } from '@olly/kit/postgres';
import { derivedId, derivedLocator, type Ids } from '@olly/kit/locator';
import type { CloudEvent, EventOrigin } from '@olly/kit/outbox';
import type { SubgraphDeps } from '@olly/kit/server';
import { manualClock } from '@olly/kit/time';
import type { Context } from './context.ts';

export interface Origin extends EventOrigin {
  /** A token's subject, or a service's name. */
  readonly actor: string;
}

const SERVICE = { service: 'billing', schema: 'billing' } as const;

export const originOfCommand = (ctx: Context): Origin => ({ service: ctx.service, schema: ctx.schema, clock: ctx.clock, ids: ctx.ids, traceparent: ctx.traceparent, actor: ctx.identity.subject });
export const originOfJob = ({ clock, ids }: Pick<SubgraphDeps, 'clock' | 'ids'>): Origin => ({ ...SERVICE, clock, ids, actor: 'billing' });

/** A UUIDv7 of the base's time, the same every time for the same base and name; rows made of events page in the order of their events. */
export function timedId(base: string, name: string): string {
  const rest = derivedId(base, name);
  return `${base.slice(0, 13)}-7${rest.slice(15)}`;
}

function idsOfEvent(event: CloudEvent): Ids {
  let count = 0;
  const next = () => {
    count += 1;
    return `row:${count}`;
  };
  return { id: () => timedId(event.id, next()), locator: (prefix) => derivedLocator(prefix, event.id, next()) };
}

export const originOfEvent = (event: CloudEvent): Origin => ({
  ...SERVICE,
  clock: manualClock(event.time),
  ids: idsOfEvent(event),
  traceparent: event.traceparent,
  actor: event.source.split('/').at(-1) ?? event.source,
});

/** Adds rows to a table of this schema, in one statement. The keys are the column names. `conflict` names a unique key whose rows stay as they are. */
export async function insertRows(tx: PoolClient, table: string, rows: readonly object[], conflict?: string): Promise<{ id: string }[]> {
  if (rows.length === 0) return [];
  const text = `INSERT INTO billing.${table} SELECT * FROM jsonb_populate_recordset(NULL::billing.${table}, $1::jsonb) ${conflict ? `ON CONFLICT ${conflict} DO NOTHING` : ''} RETURNING id`;
  return (await tx.query<{ id: string }>({ name: `insert:${table}:${conflict ?? ''}`, text, values: [JSON.stringify(rows)] })).rows;
}

export interface StatusChange {
  readonly entity: 'CHARGE' | 'INVOICE' | 'PAYMENT' | 'INSTALLMENT' | 'DUNNING';
  readonly id: string;
  readonly command: string;
  readonly from: string | null;
  readonly to: string;
}

/** The audit rows of some transitions. */
export async function audit(tx: PoolClient, { ids, clock, actor }: Origin, changes: readonly StatusChange[]): Promise<void> {
  const created_at = clock.now();
  await insertRows(
    tx,
    'status_changes',
    changes.map(({ entity, id, command, from, to }) => ({ id: ids.id(), entity, entity_id: id, command, from_status: from, to_status: to, actor, created_at })),
  );
}
