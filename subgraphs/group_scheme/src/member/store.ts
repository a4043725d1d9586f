/** Memberships and their periods in the database. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import DataLoader from 'dataloader';
import type { SchemeMemberRow, SchemeRow } from '../mappers.ts';

export async function lockMember(tx: PoolClient, schemeId: string, partyLocator: string): Promise<SchemeMemberRow | null> {
  return (await tx.query<SchemeMemberRow>('SELECT * FROM group_scheme.scheme_members WHERE scheme_id = $1 AND member_party_locator = $2 FOR UPDATE', [schemeId, partyLocator])).rows[0] ?? null;
}

export async function lockMemberById(tx: PoolClient, id: string): Promise<SchemeMemberRow | null> {
  return (await tx.query<SchemeMemberRow>('SELECT * FROM group_scheme.scheme_members WHERE id = $1 FOR UPDATE', [id])).rows[0] ?? null;
}

export interface Joining {
  readonly partyId: string;
  readonly partyLocator: string;
  readonly joinedOn: string;
  readonly employeeNumber: string | null;
}

/** A new member; null when somebody else has just added the same person. */
export async function insertMember(tx: PoolClient, { ids, clock }: EventOrigin, scheme: SchemeRow, { partyId, partyLocator, joinedOn, employeeNumber }: Joining): Promise<SchemeMemberRow | null> {
  const { rows } = await tx.query<SchemeMemberRow>(
    `INSERT INTO group_scheme.scheme_members (id, scheme_id, scheme_locator, member_party_id, member_party_locator, status, employee_number, joined_on, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, $7, $8, $8) ON CONFLICT (scheme_id, member_party_locator) DO NOTHING RETURNING *`,
    [ids.id(), scheme.id, scheme.locator, partyId, partyLocator, employeeNumber, joinedOn, clock.now()],
  );
  return rows[0] ?? null;
}

export async function reopenMember(tx: PoolClient, { clock }: EventOrigin, id: string, { joinedOn, employeeNumber }: Joining): Promise<SchemeMemberRow> {
  const { rows } = await tx.query<SchemeMemberRow>(
    `UPDATE group_scheme.scheme_members SET status = 'PENDING', joined_on = $2, left_on = NULL, policy_locator = NULL, cover_change = NULL, cover_refusal = NULL, employee_number = coalesce($3, employee_number), updated_at = $4
     WHERE id = $1 RETURNING *`,
    [id, joinedOn, employeeNumber, clock.now()],
  );
  return rows[0] as SchemeMemberRow;
}

export async function openPeriod(tx: PoolClient, { ids, clock }: EventOrigin, memberId: string, joinedOn: string): Promise<void> {
  await tx.query('INSERT INTO group_scheme.membership_periods (id, member_id, joined_on, created_at) VALUES ($1, $2, $3, $4)', [ids.id(), memberId, joinedOn, clock.now()]);
}

export async function leave(tx: PoolClient, { clock }: EventOrigin, id: string, leftOn: string): Promise<SchemeMemberRow> {
  await tx.query('UPDATE group_scheme.membership_periods SET left_on = $2 WHERE member_id = $1 AND left_on IS NULL', [id, leftOn]);
  return (await tx.query<SchemeMemberRow>("UPDATE group_scheme.scheme_members SET status = 'LEFT', left_on = $2, updated_at = $3, cover_change = CASE WHEN policy_locator IS NOT NULL THEN 'DUE' END, cover_refusal = NULL WHERE id = $1 RETURNING *", [id, leftOn, clock.now()])).rows[0] as SchemeMemberRow;
}

/** Takes a leaving back: the last stay goes on. */
export async function reopenStay(tx: PoolClient, { clock }: EventOrigin, id: string): Promise<SchemeMemberRow> {
  await tx.query('UPDATE group_scheme.membership_periods SET left_on = NULL WHERE id = (SELECT id FROM group_scheme.membership_periods WHERE member_id = $1 ORDER BY joined_on DESC, id DESC LIMIT 1)', [id]);
  const { rows } = await tx.query<SchemeMemberRow>("UPDATE group_scheme.scheme_members SET status = 'ACTIVE', left_on = NULL, cover_change = 'DUE', cover_refusal = NULL, updated_at = $2 WHERE id = $1 RETURNING *", [id, clock.now()]);
  return rows[0] as SchemeMemberRow;
}

export async function setEmployeeNumber(tx: PoolClient, { clock }: EventOrigin, id: string, number: string | null): Promise<SchemeMemberRow> {
  const { rows } = await tx.query<SchemeMemberRow>('UPDATE group_scheme.scheme_members SET employee_number = $2, updated_at = $3 WHERE id = $1 RETURNING *', [id, number, clock.now()]);
  return rows[0] as SchemeMemberRow;
}

/** What enrollment answered to the member's leaving or return. */
export async function setCoverChange(pool: Pool, id: string, change: 'DONE' | 'REFUSED', refusal: string | null): Promise<void> {
  await pool.query("UPDATE group_scheme.scheme_members SET cover_change = $2, cover_refusal = $3 WHERE id = $1 AND cover_change = 'DUE'", [id, change, refusal]);
}

/** The policy that covers a pending member; answers the member, null when nobody waits for it. */
export async function coverMember(tx: PoolClient, scheme: string, partyLocator: string, policyLocator: string, at: string): Promise<SchemeMemberRow | null> {
  const { rows } = await tx.query<SchemeMemberRow>(
    `UPDATE group_scheme.scheme_members SET status = 'ACTIVE', policy_locator = $3, updated_at = $4
     WHERE scheme_locator = $1 AND member_party_locator = $2 AND status = 'PENDING' RETURNING *`,
    [scheme, partyLocator, policyLocator, at],
  );
  const member = rows[0] ?? null;
  if (member) await tx.query('UPDATE group_scheme.membership_periods SET policy_locator = $2 WHERE member_id = $1 AND left_on IS NULL', [member.id, policyLocator]);
  return member;
}

/** How many members of each scheme are active, in one statement. */
export const activeMembersLoader = (pool: Pool): DataLoader<string, number> =>
  new DataLoader(async (schemes) => {
    const { rows } = await pool.query<{ scheme_id: string; members: number }>(
      "SELECT scheme_id, count(*)::int AS members FROM group_scheme.scheme_members WHERE scheme_id = ANY($1::uuid[]) AND status = 'ACTIVE' GROUP BY scheme_id",
      [schemes],
    );
    const byScheme = new Map(rows.map((row) => [row.scheme_id, row.members]));
    return schemes.map((scheme) => byScheme.get(scheme) ?? 0);
  });
