/** Consents and their audit in the database; nothing else touches these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { ActingAs, ConsentRecordRow } from '../mappers.ts';
import type { ConsentDecision, ConsentType } from './consent.ts';

/** Makes changes of one party's consents wait for each other, also the first ones, for which there is no row to lock: the order of events is that of commits. */
export async function lockParty(tx: PoolClient, party: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`consent:${party}`]);
}

/** Where the party stands, without a row rule; null when it was never asked. */
export async function findRecord(tx: PoolClient, party: string, type: ConsentType): Promise<ConsentRecordRow | null> {
  const { rows } = await tx.query<ConsentRecordRow>('SELECT * FROM consent.consent_records WHERE party_locator = $1 AND consent_type = $2', [party, type]);
  return rows[0] ?? null;
}

/** A consent by id, without a row rule: for answering a command's own result. */
export async function findRecordById(tx: PoolClient, id: string): Promise<ConsentRecordRow> {
  return (await tx.query<ConsentRecordRow>('SELECT * FROM consent.consent_records WHERE id = $1', [id])).rows[0] as ConsentRecordRow;
}

export async function saveRecord(tx: PoolClient, { ids, clock }: EventOrigin, party: string, type: ConsentType, granted: boolean): Promise<ConsentRecordRow> {
  const { rows } = await tx.query<ConsentRecordRow>(
    `INSERT INTO consent.consent_records (id, party_locator, consent_type, granted, changed_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (party_locator, consent_type) DO UPDATE SET granted = excluded.granted, changed_at = excluded.changed_at RETURNING *`,
    [ids.id(), party, type, granted, clock.now()],
  );
  return rows[0] as ConsentRecordRow;
}

export interface ConsentAudit extends ConsentDecision {
  readonly party: string;
  readonly type: ConsentType;
  readonly actedAs: ActingAs;
  readonly changedBy: string;
}

export async function insertAudit(tx: PoolClient, { ids, clock }: EventOrigin, audit: ConsentAudit): Promise<void> {
  await tx.query(
    `INSERT INTO consent.consent_audit (id, party_locator, consent_type, granted, was_granted, is_change, acted_as, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [ids.id(), audit.party, audit.type, audit.granted, audit.wasGranted, audit.isChange, audit.actedAs, audit.changedBy, clock.now()],
  );
}

/** The consents of many parties, for services: one statement. */
export async function findRecords(pool: Pool, parties: readonly string[], types: readonly ConsentType[]): Promise<ConsentRecordRow[]> {
  const { rows } = await pool.query<ConsentRecordRow>({
    name: 'consents-of',
    text: 'SELECT * FROM consent.consent_records WHERE party_locator = ANY($1::text[]) AND consent_type = ANY($2::text[])',
    values: [parties, types],
  });
  return rows;
}
