/** Schemes and audit rows in the database. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { PoolClient } from '@olly/kit/postgres';
import type { SchemeRow } from '../mappers.ts';

export interface AuditRow {
  readonly entity: 'SCHEME' | 'MEMBER' | 'JOB';
  readonly entityId: string;
  readonly command: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly actor: string;
}

export async function insertAudit(tx: PoolClient, { ids, clock }: EventOrigin, { entity, entityId, command, from = null, to = null, actor }: AuditRow): Promise<void> {
  await tx.query('INSERT INTO group_scheme.status_changes (id, entity, entity_id, command, from_status, to_status, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
    ids.id(), entity, entityId, command, from, to, actor, clock.now(),
  ]);
}

/** Null when the code is taken. */
export async function insertScheme(tx: PoolClient, { ids, clock }: EventOrigin, row: Omit<SchemeRow, 'id' | 'locator' | 'status'>): Promise<SchemeRow | null> {
  const { rows } = await tx.query<SchemeRow>(
    `INSERT INTO group_scheme.schemes (id, locator, code, name, employer_party_id, employer_party_locator, account_locator, product_code, status, effective_from, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'DRAFT', $9, $10) ON CONFLICT (code) DO NOTHING RETURNING *`,
    [ids.id(), ids.locator('sch'), row.code, row.name, row.employer_party_id, row.employer_party_locator, row.account_locator, row.product_code, row.effective_from, clock.now()],
  );
  return rows[0] ?? null;
}

export async function findScheme(tx: PoolClient, id: string): Promise<SchemeRow> {
  return (await tx.query<SchemeRow>('SELECT * FROM group_scheme.schemes WHERE id = $1', [id])).rows[0] as SchemeRow;
}

/** Locks a scheme against another step; `share` lets members join side by side. */
export async function lockScheme(tx: PoolClient, locator: string, strength: 'UPDATE' | 'SHARE'): Promise<SchemeRow | null> {
  return (await tx.query<SchemeRow>(`SELECT * FROM group_scheme.schemes WHERE locator = $1 FOR ${strength}`, [locator])).rows[0] ?? null;
}

export async function setSchemeStatus(tx: PoolClient, id: string, status: SchemeRow['status']): Promise<SchemeRow> {
  return (await tx.query<SchemeRow>('UPDATE group_scheme.schemes SET status = $2 WHERE id = $1 RETURNING *', [id, status])).rows[0] as SchemeRow;
}
