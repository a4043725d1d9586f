/** Sessions, turns and audit rows in the database. A session's row is the lock under which its turns are numbered. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { Facts, Recommendation } from '../engine/engine.ts';
import type { TriageSessionRow, TriageTurnRow } from '../mappers.ts';

export async function insertAudit(tx: PoolClient, { ids, clock }: EventOrigin, step: { entityId: string; command: string; from?: string | null; to: string; actor: string }): Promise<void> {
  await tx.query("INSERT INTO triage.status_changes (id, entity, entity_id, command, from_status, to_status, actor, created_at) VALUES ($1, 'SESSION', $2, $3, $4, $5, $6, $7)", [
    ids.id(), step.entityId, step.command, step.from ?? null, step.to, step.actor, clock.now(),
  ]);
}

export async function insertSession(tx: PoolClient, { ids, clock }: EventOrigin, party: { id: string; locator: string }, chiefComplaint: string, facts: Facts): Promise<TriageSessionRow> {
  const { rows } = await tx.query<TriageSessionRow>(
    `INSERT INTO triage.sessions (id, locator, party_id, party_locator, status, chief_complaint, complaint_kind, facts, consent_verified_at, created_at)
     VALUES ($1, $2, $3, $4, 'IN_PROGRESS', $5, $6, $7, $8, $8) RETURNING *`,
    [ids.id(), ids.locator('tri'), party.id, party.locator, chiefComplaint, facts.kind, facts, clock.now()],
  );
  return rows[0] as TriageSessionRow;
}

export async function lockSession(tx: PoolClient, locator: string): Promise<TriageSessionRow> {
  return (await tx.query<TriageSessionRow>('SELECT * FROM triage.sessions WHERE locator = $1 FOR UPDATE', [locator])).rows[0] as TriageSessionRow;
}

export async function lastTurn(tx: PoolClient, sessionId: string): Promise<TriageTurnRow | null> {
  return (await tx.query<TriageTurnRow>('SELECT * FROM triage.turns WHERE session_id = $1 ORDER BY turn_number DESC LIMIT 1', [sessionId])).rows[0] ?? null;
}

export type NewTurn = Pick<TriageTurnRow, 'role' | 'content'> & Partial<Pick<TriageTurnRow, 'question_type' | 'question_key' | 'choices'>>;

/** Adds turns after the last one, in order. */
export async function insertTurns(tx: PoolClient, { ids, clock }: EventOrigin, session: TriageSessionRow, after: number, turns: readonly NewTurn[]): Promise<void> {
  for (const [index, turn] of turns.entries()) {
    await tx.query(
      `INSERT INTO triage.turns (id, locator, session_id, session_locator, turn_number, role, question_type, question_key, choices, content, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [ids.id(), ids.locator('trn'), session.id, session.locator, after + 1 + index, turn.role, turn.question_type ?? null, turn.question_key ?? null, turn.choices ?? null, turn.content, clock.now()],
    );
  }
}

export async function saveFacts(tx: PoolClient, id: string, facts: Facts): Promise<TriageSessionRow> {
  return (await tx.query<TriageSessionRow>('UPDATE triage.sessions SET facts = $2 WHERE id = $1 RETURNING *', [id, facts])).rows[0] as TriageSessionRow;
}

export async function complete(tx: PoolClient, { clock }: EventOrigin, id: string, facts: Facts, recommendation: Recommendation): Promise<TriageSessionRow> {
  const { rows } = await tx.query<TriageSessionRow>(
    "UPDATE triage.sessions SET status = 'COMPLETED', facts = $2, severity = $3, recommendation = $4, completed_at = $5 WHERE id = $1 RETURNING *",
    [id, facts, recommendation.level, recommendation, clock.now()],
  );
  return rows[0] as TriageSessionRow;
}

export async function setStatus(tx: PoolClient, id: string, status: 'ABANDONED' | 'STOPPED'): Promise<TriageSessionRow> {
  return (await tx.query<TriageSessionRow>('UPDATE triage.sessions SET status = $2 WHERE id = $1 RETURNING *', [id, status])).rows[0] as TriageSessionRow;
}

/** The sessions of a person that are under way, locked. */
export async function lockUnderWay(tx: PoolClient, partyLocator: string): Promise<TriageSessionRow[]> {
  return (await tx.query<TriageSessionRow>("SELECT * FROM triage.sessions WHERE party_locator = $1 AND status = 'IN_PROGRESS' ORDER BY id FOR UPDATE", [partyLocator])).rows;
}
