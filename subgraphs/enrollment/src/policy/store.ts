/** Policies in the database; nothing else writes these tables. What a transaction did stays as it was done: charges and transactions are added, never changed. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { PolicyRow } from '../mappers.ts';
import type { Issue } from './issue.ts';

type Values = Readonly<Record<string, unknown>>;

/** Inserts rows of one shape in one statement. Table and columns come from the code, never from input; JSON is told by its column. */
export async function insertAll(tx: PoolClient, table: string, rows: readonly Values[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const values = rows.flatMap((row) => columns.map((column) => (column === 'document' || column === 'value' ? JSON.stringify(row[column]) : row[column])));
  const tuples = rows.map((_row, index) => `(${columns.map((_column, at) => `$${index * columns.length + at + 1}`).join(', ')})`);
  await tx.query(`INSERT INTO enrollment.${table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`, values);
}

/** Writes a new policy with everything that belongs to it; the answers are copied from its quote, and its flags are made the policy's as well. */
export async function insertIssue(tx: PoolClient, { ids, clock }: EventOrigin, issue: Issue): Promise<void> {
  const { policy, term, transaction, elements, insureds, charges } = issue;
  const created_at = clock.now();
  await insertAll(tx, 'policies', [{ ...policy, created_at, updated_at: created_at }]);
  await insertAll(tx, 'policy_terms', [{ ...term, created_at }]);
  await insertAll(tx, 'policy_transactions', [{ ...transaction, created_at }]);
  await insertAll(tx, 'policy_elements', elements.map((one) => ({ ...one, created_at })));
  await insertAll(tx, 'policy_insureds', insureds.map(({ currency: _, ...one }) => one));
  await insertAll(tx, 'policy_charges', charges.map((one) => ({ ...one })));
  const { rows: answers } = await tx.query<{ field_def_id: string; field_key: string; value: unknown }>(
    'SELECT field_def_id, field_key, value FROM enrollment.quote_field_values WHERE quote_id = $1',
    [policy.quote_id],
  );
  await insertAll(tx, 'policy_field_values', answers.map((one) => ({ id: ids.id(), policy_id: policy.id, ...one })));
  await insertAll(tx, 'transaction_field_values', answers.map((one) => ({ id: ids.id(), transaction_id: transaction.id, ...one })));
  await tx.query('UPDATE enrollment.underwriting_flags SET policy_id = $2 WHERE quote_id = $1 AND withdrawn_at IS NULL', [policy.quote_id, policy.id]);
}

/** One policy by id, without a row rule: for a command's own result, and for services. */
export async function findPolicy(db: Pool | PoolClient, id: string): Promise<PolicyRow | null> {
  return (await db.query<PolicyRow>({ name: 'policies:find', text: 'SELECT * FROM enrollment.policies WHERE id = $1', values: [id] })).rows[0] ?? null;
}

/** A step that is no transaction, with who took it. */
export async function insertPolicyEvent(tx: PoolClient, { ids, clock }: EventOrigin, step: { policyId: string; command: string; from: string; to: string; actor: string }): Promise<void> {
  await tx.query('INSERT INTO enrollment.policy_events (id, policy_id, command, from_status, to_status, actor, occurred_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    ids.id(),
    step.policyId,
    step.command,
    step.from,
    step.to,
    step.actor,
    clock.now(),
  ]);
}
