/** Providers, the history of their standing and their networks in the database; nothing else writes these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { NetworkMembershipRow, NetworkStatus, NetworkStatusChangeRow, ProviderRow } from '../mappers.ts';
import type { ProviderData, StandingChange } from './provider.ts';

interface Party {
  readonly id: string;
  readonly locator: string;
}

export async function insertProvider(tx: PoolClient, { ids, clock }: EventOrigin, party: Party, data: ProviderData): Promise<ProviderRow> {
  const { rows } = await tx.query<ProviderRow>(
    `INSERT INTO provider.providers
       (id, locator, npi, party_id, party_locator, market, name, specialty, network_status, address, phone, email, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'PENDING', $9, $10, $11, $12, $12) RETURNING *`,
    [ids.id(), ids.locator('prv'), data.npi, party.id, party.locator, data.market, data.name, data.specialty, data.address, data.phone, data.email, clock.now()],
  );
  return rows[0] as ProviderRow;
}

/** Locks a provider's row: everything about one provider happens one after the other. */
export async function lockProvider(tx: PoolClient, id: string): Promise<ProviderRow> {
  return (await tx.query<ProviderRow>('SELECT * FROM provider.providers WHERE id = $1 FOR UPDATE', [id])).rows[0] as ProviderRow;
}

/** One provider by id, without a row rule: for answering a command's own result. */
export async function findProvider(tx: PoolClient, id: string): Promise<ProviderRow> {
  return (await tx.query<ProviderRow>('SELECT * FROM provider.providers WHERE id = $1', [id])).rows[0] as ProviderRow;
}

/** The row of the history that is open: the standing after the last change. */
export async function openStanding(tx: PoolClient, providerId: string): Promise<NetworkStatusChangeRow> {
  const { rows } = await tx.query<NetworkStatusChangeRow>('SELECT * FROM provider.network_status_history WHERE provider_id = $1 AND effective_to IS NULL', [providerId]);
  return rows[0] as NetworkStatusChangeRow;
}

export interface HistoryEntry {
  readonly command: string;
  readonly status: NetworkStatus;
  readonly from: IsoDate;
  readonly reason: string | null;
  readonly actor: string;
}

export async function addStanding(tx: PoolClient, { ids, clock }: EventOrigin, providerId: string, entry: HistoryEntry): Promise<void> {
  await tx.query(
    `INSERT INTO provider.network_status_history (id, provider_id, command, status, effective_from, reason, actor, recorded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [ids.id(), providerId, entry.command, entry.status, entry.from, entry.reason, entry.actor, clock.now()],
  );
}

/** Ends the standing that was, opens the new one and marks the provider with it. */
export async function saveStanding(tx: PoolClient, origin: EventOrigin, providerId: string, change: StandingChange, entry: Omit<HistoryEntry, 'status' | 'from'>): Promise<ProviderRow> {
  await tx.query('UPDATE provider.network_status_history SET effective_to = $2 WHERE provider_id = $1 AND effective_to IS NULL', [providerId, change.formerEndsOn]);
  await addStanding(tx, origin, providerId, { ...entry, status: change.status, from: change.from });
  const { rows } = await tx.query<ProviderRow>(
    `UPDATE provider.providers SET network_status = $2, activated_at = COALESCE(activated_at, $3), version = version + 1, updated_at = $3 WHERE id = $1 RETURNING *`,
    [providerId, change.status, origin.clock.now()],
  );
  return rows[0] as ProviderRow;
}

export async function saveDueDate(tx: PoolClient, { clock }: EventOrigin, providerId: string, dueOn: IsoDate): Promise<ProviderRow> {
  const { rows } = await tx.query<ProviderRow>(
    'UPDATE provider.providers SET credentialing_due_on = $2, version = version + 1, updated_at = $3 WHERE id = $1 RETURNING *',
    [providerId, dueOn, clock.now()],
  );
  return rows[0] as ProviderRow;
}

export async function openNetworks(tx: PoolClient, providerId: string): Promise<NetworkMembershipRow[]> {
  return (await tx.query<NetworkMembershipRow>('SELECT * FROM provider.network_memberships WHERE provider_id = $1 AND effective_to IS NULL', [providerId])).rows;
}

/** Leaves every open network that is not in `kept`. One that would have begun later never begins. */
export async function leaveNetworks(tx: PoolClient, providerId: string, kept: readonly string[], from: IsoDate): Promise<void> {
  await tx.query(
    `UPDATE provider.network_memberships SET effective_to = greatest(effective_from, $3::date)
     WHERE provider_id = $1 AND effective_to IS NULL AND NOT network = ANY($2::text[])`,
    [providerId, kept, from],
  );
}

/** Joins networks; those it belongs to already are left as they are. */
export async function joinNetworks(tx: PoolClient, { ids }: EventOrigin, providerId: string, networks: readonly string[], from: IsoDate): Promise<void> {
  if (networks.length === 0) return;
  await tx.query(
    `INSERT INTO provider.network_memberships (id, provider_id, network, effective_from)
     SELECT id, $2, network, $4 FROM unnest($1::uuid[], $3::text[]) AS joined(id, network)
     ON CONFLICT (provider_id, network) WHERE effective_to IS NULL DO NOTHING`,
    [networks.map(() => ids.id()), providerId, networks, from],
  );
}

export interface DirectorySearch {
  readonly name?: string | null;
  readonly specialty?: string | null;
  readonly place?: string | null;
  readonly network?: string | null;
  readonly networkStatus?: NetworkStatus | null;
}

/** The words of a name as a prefix query of PostgreSQL's text search, for instance `oak:* & clin:*`; null without a word. */
export function nameQuery(name: string): string | null {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length > 0 ? words.map((word) => `${word}:*`).join(' & ') : null;
}

const likePrefix = (text: string): string => `${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Ids of one page of the directory, newest first, with one more to see whether another page follows. By `pg` and not Prisma, which has no text search: the name
 * index is over its words. Standing and networks are those of `today`.
 */
export async function searchIds(pool: Pool, search: DirectorySearch, today: IsoDate, page: { first: number; after: string | null }): Promise<string[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  const holds = (table: string, condition: string) =>
    `EXISTS (SELECT 1 FROM provider.${table} h WHERE h.provider_id = p.id AND ${condition} AND h.effective_from <= ${bind(today)}::date
             AND (h.effective_to IS NULL OR ${bind(today)}::date < h.effective_to))`;
  const words = search.name ? nameQuery(search.name) : null;
  if (words) conditions.push(`to_tsvector('simple', p.name) @@ to_tsquery('simple', ${bind(words)})`);
  if (search.specialty) conditions.push(`lower(p.specialty) = lower(${bind(search.specialty.trim())})`);
  if (search.place) {
    const place = search.place.trim();
    conditions.push(`(lower(p.address->>'city') = lower(${bind(place)}) OR upper(p.address->>'postcode') LIKE ${bind(likePrefix(place.toUpperCase()))})`);
  }
  if (search.network) conditions.push(holds('network_memberships', `h.network = ${bind(search.network)}`));
  if (search.networkStatus) conditions.push(holds('network_status_history', `h.status = ${bind(search.networkStatus)}`));
  if (page.after) conditions.push(`p.id < ${bind(page.after)}::uuid`);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await pool.query<{ id: string }>(`SELECT p.id FROM provider.providers p ${where} ORDER BY p.id DESC LIMIT ${bind(page.first + 1)}`, values);
  return rows.map((row) => row.id);
}
