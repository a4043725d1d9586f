/**
 * Free text in append-only rows, encrypted under the patient's own key (AES-256-GCM). The row can never be changed; when the patient is erased the key is destroyed,
 * and the words are gone with it. Both promises hold.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from '@olly/kit/postgres';

const VERSION = 'k1';

/** Encrypts a text: `k1:<nonce>:<tag>:<text>`, base64url. */
export function seal(text: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [VERSION, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join(':');
}

/** The text; null when the key has been destroyed, or was another. */
export function unseal(sealed: string, key: Buffer | null): string | null {
  const [version, nonce, tag, body] = sealed.split(':');
  if (key === null || version !== VERSION || nonce === undefined || tag === undefined || body === undefined) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Encrypts a note about a patient, making the key on first use. Null stays null, and so does a note about somebody who was erased. */
export async function sealFor(tx: PoolClient, partyId: string, note: string | null | undefined, now: Date): Promise<string | null> {
  const text = note?.trim();
  if (!text) return null;
  await tx.query('INSERT INTO claims.party_keys (party_id, key, created_at) VALUES ($1, $2, $3) ON CONFLICT (party_id) DO NOTHING', [
    partyId,
    randomBytes(32),
    now,
  ]);
  const { rows } = await tx.query<{ key: Buffer | null }>('SELECT key FROM claims.party_keys WHERE party_id = $1', [partyId]);
  const key = rows[0]?.key ?? null;
  return key && seal(text, key);
}

/** The keys of patients, those that still exist. */
export async function keysOf(pool: Pool, partyIds: readonly string[]): Promise<Map<string, Buffer>> {
  const { rows } = await pool.query<{ party_id: string; key: Buffer }>({
    name: 'claims:party-keys',
    text: 'SELECT party_id, key FROM claims.party_keys WHERE party_id = ANY($1::uuid[]) AND key IS NOT NULL',
    values: [partyIds],
  });
  return new Map(rows.map((row) => [row.party_id, row.key]));
}
