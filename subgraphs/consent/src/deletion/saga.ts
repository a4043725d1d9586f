/**
 * The work of a deletion request over all systems. They are asked one after the other by events, each erases and acknowledges in one transaction of its own, and the acknowledgement asks the
 * next: a kill at any step leaves an event that is applied again, once. A legal hold stops before the next system. COMPLETED only when the last has acknowledged. What was kept is asked
 * for again when its time is over, until nothing is left.
 */
import { type ErasureItem, ERASURE_ASKED, ERASURE_TOPIC, erasureAsked, type Retention } from '@olly/kit/erasure';
import { appendToOutbox, type EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { DeletionRequestRow } from '../mappers.ts';
import { type DeletionCommand, deletionMachine } from './deletion.ts';
import { deletionRequestEvent } from './events.ts';
import { insertStep } from './store.ts';

/** Who is asked, in this order: enrollment first, because it knows whether a contract is in force; then who holds names, so that nobody learns them again; consent last. */
export const SYSTEMS = ['enrollment', 'policy_admin', 'eligibility', 'group_scheme', 'broker_api', 'provider', 'claims', 'billing', 'care', 'triage', 'documents', 'notifications', 'consent'] as const;

const ACTOR = 'consent';

/** Moves a locked request on, with its audit row and its event. */
export async function moveOn(tx: PoolClient, origin: EventOrigin, request: DeletionRequestRow, command: DeletionCommand, actor: string): Promise<DeletionRequestRow> {
  const to = deletionMachine.next(request.status, command);
  const { rows } = await tx.query<DeletionRequestRow>(
    `UPDATE consent.deletion_requests SET status = $2, completed_at = CASE WHEN $2 = 'COMPLETED' THEN $3::timestamptz END, attempt_count = attempt_count + CASE WHEN $4 THEN 1 ELSE 0 END WHERE id = $1 RETURNING *`,
    [request.id, to, origin.clock.now(), command === 'start'],
  );
  await insertStep(tx, origin, { entityId: request.id, command, from: request.status, to, actor });
  await appendToOutbox(tx, origin, [deletionRequestEvent(rows[0] as DeletionRequestRow)]);
  return rows[0] as DeletionRequestRow;
}

async function retentionOf(tx: PoolClient, request: DeletionRequestRow): Promise<Record<string, Retention>> {
  const { rows } = await tx.query<{ data_class: string; years: number; keeps_minors: boolean }>('SELECT data_class, years, keeps_minors FROM consent.retention_rules');
  return Object.fromEntries(rows.map(({ data_class, years, keeps_minors }) => [data_class, { years, notBefore: keeps_minors ? request.keep_minor_until : null }]));
}

async function ask(tx: PoolClient, origin: EventOrigin, request: DeletionRequestRow, system: string): Promise<void> {
  const data = erasureAsked.parse({
    deletionRequestId: request.id,
    deletionRequest: request.locator,
    party: request.party_locator,
    partyId: request.party_id,
    deleteType: request.delete_type,
    system,
    isInForce: request.is_in_force,
    retention: await retentionOf(tx, request),
  });
  await appendToOutbox(tx, origin, [{ topic: ERASURE_TOPIC, key: request.locator, type: ERASURE_ASKED, data }]);
  await tx.query('UPDATE consent.deletion_progress SET asked_at = $3 WHERE request_id = $1 AND system = $2', [request.id, system, origin.clock.now()]);
}

/** Asks the next system of a locked request; when there is none the request is complete. */
export async function askNext(tx: PoolClient, origin: EventOrigin, request: DeletionRequestRow): Promise<DeletionRequestRow> {
  const { rows } = await tx.query<{ system: string }>('SELECT system FROM consent.deletion_progress WHERE request_id = $1 AND asked_at IS NULL ORDER BY position LIMIT 1', [request.id]);
  if (rows[0]) await ask(tx, origin, request, rows[0].system);
  else if (request.status === 'IN_PROGRESS') return moveOn(tx, origin, request, 'complete', ACTOR);
  return request;
}

export async function planSystems(tx: PoolClient, { ids }: EventOrigin, requestId: string): Promise<void> {
  await tx.query('INSERT INTO consent.deletion_progress (id, request_id, position, system) SELECT given.id, $1, given.at, given.system FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS given (id, system, at)', [
    requestId,
    SYSTEMS.map(() => ids.id()),
    SYSTEMS,
  ]);
}

/** Takes a system's acknowledgement. A second one of the same asking changes nothing. */
export async function acknowledge(tx: PoolClient, origin: EventOrigin, locator: string, system: string, items: readonly ErasureItem[]): Promise<void> {
  const { rows } = await tx.query<DeletionRequestRow>('SELECT * FROM consent.deletion_requests WHERE locator = $1 FOR UPDATE', [locator]);
  const [request] = rows;
  if (!request) return;
  const { rowCount } = await tx.query('UPDATE consent.deletion_progress SET acknowledged_at = $3 WHERE request_id = $1 AND system = $2 AND asked_at IS NOT NULL AND acknowledged_at IS NULL', [request.id, system, origin.clock.now()]);
  if (!rowCount) return;
  await noteItems(tx, origin, request.id, system, items);
  let now = request;
  if (system === SYSTEMS[0]) {
    const isInForce = items.some((item) => item.isRunning);
    now = (await tx.query<DeletionRequestRow>('UPDATE consent.deletion_requests SET is_in_force = $2 WHERE id = $1 RETURNING *', [request.id, isInForce])).rows[0] as DeletionRequestRow;
  }
  if (now.status === 'IN_PROGRESS' || now.status === 'COMPLETED') await askNext(tx, origin, now);
}

/** What is kept is said anew each time; what was erased stays said. */
async function noteItems(tx: PoolClient, { ids, clock }: EventOrigin, requestId: string, system: string, items: readonly ErasureItem[]): Promise<void> {
  await tx.query("DELETE FROM consent.deletion_items WHERE request_id = $1 AND system = $2 AND outcome = 'KEPT'", [requestId, system]);
  for (const { what, dataClass, outcome, rows, keptUntil, isRunning, reason } of items) {
    await tx.query(
      `INSERT INTO consent.deletion_items (id, request_id, system, what, data_class, outcome, row_count, kept_until, is_running, reason, created_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
       WHERE NOT EXISTS (SELECT FROM consent.deletion_items WHERE request_id = $2 AND system = $3 AND what = $4 AND outcome = $6)`,
      [ids.id(), requestId, system, what, dataClass, outcome, rows, keptUntil, isRunning, reason, clock.now()],
    );
  }
}

const STUCK_MINUTES = 15;
const AGAIN_DAYS = 30;
const BATCH_MAX = 50;

/** Asks again where an answer has not come, and opens complete requests again of which something was kept that need not be any longer. Answers the ids of those it moved. */
export async function takeUpDeletions(tx: PoolClient, origin: EventOrigin): Promise<string[]> {
  const now = origin.clock.now();
  const stuck = await tx.query<{ request_id: string; system: string }>(
    `SELECT p.request_id, p.system FROM consent.deletion_progress p JOIN consent.deletion_requests r ON r.id = p.request_id
     WHERE p.asked_at < $1::timestamptz - make_interval(mins => ${STUCK_MINUTES}) AND p.acknowledged_at IS NULL AND r.status IN ('IN_PROGRESS', 'COMPLETED') LIMIT ${BATCH_MAX}`,
    [now],
  );
  for (const { request_id, system } of stuck.rows) await ask(tx, origin, await lock(tx, request_id), system);
  const due = await tx.query<{ request_id: string }>(
    `SELECT DISTINCT i.request_id FROM consent.deletion_items i JOIN consent.deletion_requests r ON r.id = i.request_id
     WHERE i.outcome = 'KEPT' AND r.status = 'COMPLETED' AND (i.kept_until <= $2 OR i.is_running)
       AND NOT EXISTS (SELECT FROM consent.deletion_progress p WHERE p.request_id = r.id AND (p.acknowledged_at IS NULL OR p.acknowledged_at > $1::timestamptz - CASE WHEN i.is_running THEN make_interval(days => ${AGAIN_DAYS}) ELSE make_interval() END))
     LIMIT ${BATCH_MAX}`,
    [now, origin.clock.today()],
  );
  for (const { request_id } of due.rows) {
    const request = await lock(tx, request_id);
    await tx.query('UPDATE consent.deletion_progress SET asked_at = NULL, acknowledged_at = NULL WHERE request_id = $1', [request_id]);
    await askNext(tx, origin, request);
  }
  return [...stuck.rows, ...due.rows].map((row) => row.request_id);
}

const lock = async (tx: PoolClient, id: string): Promise<DeletionRequestRow> =>
  (await tx.query<DeletionRequestRow>('SELECT * FROM consent.deletion_requests WHERE id = $1 FOR UPDATE', [id])).rows[0] as DeletionRequestRow;
