/** Parties, their roles and their audit rows in the database; nothing else touches these tables. */
import type { PoolClient } from '@olly/kit/postgres';
import type { EventOrigin } from '@olly/kit/outbox';
import type { PartyRoleRow, PartyRow } from '../mappers.ts';
import type { PartyData } from './party.ts';

export interface AuditRow {
  readonly entity: 'PARTY' | 'ACCOUNT' | 'PRODUCT' | 'PRODUCT_VERSION';
  readonly entityId: string;
  readonly command: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly actor: string;
}

/** Every step leaves one. */
export async function insertAudit(tx: PoolClient, { ids, clock }: EventOrigin, { entity, entityId, command, from = null, to = null, actor }: AuditRow): Promise<void> {
  await tx.query(
    `INSERT INTO policy_admin.status_changes (id, entity, entity_id, command, from_status, to_status, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [ids.id(), entity, entityId, command, from, to, actor, clock.now()],
  );
}

export async function insertParty(tx: PoolClient, { ids, clock }: EventOrigin, party: PartyData): Promise<PartyRow> {
  const { rows } = await tx.query<PartyRow>(
    `INSERT INTO policy_admin.parties (id, locator, type, first_name, last_name, name, email, phone, address, date_of_birth, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING *`,
    [ids.id(), ids.locator('pty'), party.type, party.first_name, party.last_name, party.name, party.email, party.phone, party.address, party.date_of_birth, clock.now()],
  );
  return rows[0] as PartyRow;
}

const CHANGEABLE = ['email', 'phone', 'address', 'first_name', 'last_name', 'name'] as const;
export type PartyChanges = { -readonly [K in (typeof CHANGEABLE)[number]]?: PartyRow[K] };

/** Changes a party if it still has the version that the caller saw; null when it has not. */
export async function updateParty(tx: PoolClient, { clock }: EventOrigin, id: string, version: number, changes: PartyChanges): Promise<PartyRow | null> {
  const columns = CHANGEABLE.filter((column) => changes[column] !== undefined);
  const sets = columns.map((column, index) => `${column} = $${index + 4}`);
  const { rows } = await tx.query<PartyRow>(
    `UPDATE policy_admin.parties SET ${['version = version + 1', 'updated_at = $3', ...sets].join(', ')} WHERE id = $1 AND version = $2 RETURNING *`,
    [id, version, clock.now(), ...columns.map((column) => changes[column])],
  );
  return rows[0] ?? null;
}

/** Opens a role; null when the party has it already. */
export async function insertRole(tx: PoolClient, { ids, clock }: EventOrigin, role: Pick<PartyRoleRow, 'party_id' | 'role_type' | 'locator' | 'valid_from'>): Promise<PartyRoleRow | null> {
  const { rows } = await tx.query<PartyRoleRow>(
    `INSERT INTO policy_admin.party_roles (id, party_id, role_type, locator, valid_from, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (party_id, role_type, locator) WHERE valid_to IS NULL DO NOTHING RETURNING *`,
    [ids.id(), role.party_id, role.role_type, role.locator, role.valid_from, clock.now()],
  );
  return rows[0] ?? null;
}

/** Ends a role that is open; null when it is not. */
export async function endRole(tx: PoolClient, id: string, validTo: string): Promise<PartyRoleRow | null> {
  const { rows } = await tx.query<PartyRoleRow>('UPDATE policy_admin.party_roles SET valid_to = $2 WHERE id = $1 AND valid_to IS NULL RETURNING *', [id, validTo]);
  return rows[0] ?? null;
}

export async function findRole(tx: PoolClient, id: string): Promise<PartyRoleRow | null> {
  return (await tx.query<PartyRoleRow>('SELECT * FROM policy_admin.party_roles WHERE id = $1 FOR UPDATE', [id])).rows[0] ?? null;
}

/** One party by id, without a row rule: for answering a command's own result. */
export async function findParty(tx: PoolClient, id: string): Promise<PartyRow> {
  return (await tx.query<PartyRow>('SELECT * FROM policy_admin.parties WHERE id = $1', [id])).rows[0] as PartyRow;
}
