/**
 * Idempotency keys: same key and body, same result; same key and other body, IDEMPOTENCY_MISMATCH. The key's row is written in the
 * command's own transaction, so a result is remembered if and only if what it tells of was committed.
 */
import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { Refused } from '../errors/index.ts';

export interface IdempotentCall {
  readonly schema: string;
  /** The command's name and the caller's subject, so that two people may use the same key. */
  readonly scope: string;
  readonly key: string;
  /** The input, without the key. */
  readonly body: unknown;
}

function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}

/**
 * Runs `run` once per key. A second call, also a concurrent one (it waits for the first's row lock), gets the first one's result,
 * which must be plain JSON: usually the id of what was made. Throws `Refused` IDEMPOTENCY_MISMATCH.
 */
export async function once<T>(tx: PoolClient, { schema, scope, key, body }: IdempotentCall, run: () => Promise<T>): Promise<T> {
  const hash = createHash('sha256').update(canonical(body)).digest('hex');
  const inserted = await tx.query({
    name: `once:${schema}`,
    text: `INSERT INTO ${schema}.idempotency_keys (scope, key, request_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    values: [scope, key, hash],
  });
  if (inserted.rowCount === 0) {
    const { rows } = await tx.query<{ request_hash: string; response: T }>(
      `SELECT request_hash, response FROM ${schema}.idempotency_keys WHERE scope = $1 AND key = $2`,
      [scope, key],
    );
    if (rows[0]?.request_hash !== hash) {
      throw new Refused('IDEMPOTENCY_MISMATCH', 'This idempotency key was used before with other input.', 'idempotencyKey');
    }
    return rows[0].response;
  }
  const result = await run();
  await tx.query({
    name: `once:${schema}:result`,
    text: `UPDATE ${schema}.idempotency_keys SET response = $3 WHERE scope = $1 AND key = $2`,
    values: [scope, key, JSON.stringify(result)],
  });
  return result;
}
