/** Rule sets, rules and evaluations in the database. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { RuleRow, RuleSetType } from '../mappers.ts';
import type { RuleOutcome } from './rule.ts';

export async function replaceRuleSet(tx: PoolClient, { ids }: EventOrigin, versionId: string, name: string, type: RuleSetType, rules: readonly Omit<RuleRow, 'id' | 'rule_set_id'>[]): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO policy_admin.rule_sets (id, product_version_id, name, rule_set_type) VALUES ($1, $2, $3, $4)
     ON CONFLICT (product_version_id, name) DO UPDATE SET rule_set_type = EXCLUDED.rule_set_type RETURNING id`,
    [ids.id(), versionId, name, type],
  );
  const set = rows[0]?.id as string;
  await tx.query('DELETE FROM policy_admin.rules WHERE rule_set_id = $1', [set]);
  for (const rule of rules) {
    await tx.query('INSERT INTO policy_admin.rules (id, rule_set_id, name, condition, action, priority) VALUES ($1, $2, $3, $4, $5, $6)', [
      ids.id(), set, rule.name, rule.condition, rule.action, rule.priority,
    ]);
  }
}

/** The rules of a version and type with their sets' names, in the order in which they are asked. */
export async function rulesOf(pool: Pool, versionId: string, type: RuleSetType): Promise<(RuleRow & { rule_set: string })[]> {
  const { rows } = await pool.query<RuleRow & { rule_set: string }>({
    name: 'rules-of-version',
    text: `SELECT r.*, s.name AS rule_set FROM policy_admin.rule_sets s JOIN policy_admin.rules r ON r.rule_set_id = s.id
           WHERE s.product_version_id = $1 AND s.rule_set_type = $2 ORDER BY r.priority, r.id`,
    values: [versionId, type],
  });
  return rows;
}

export async function insertEvaluations(tx: PoolClient, { ids, clock }: EventOrigin, entityId: string, inputs: unknown, evaluations: readonly { ruleSetId: string; result: readonly RuleOutcome[] }[]): Promise<void> {
  await tx.query(
    `INSERT INTO policy_admin.rule_evaluations (id, rule_set_id, entity_id, inputs, result, evaluated_at)
     SELECT id, rule_set_id, $3, $4, result, $5 FROM unnest($1::uuid[], $2::uuid[], $6::jsonb[]) AS evaluation(id, rule_set_id, result)`,
    [evaluations.map(() => ids.id()), evaluations.map((one) => one.ruleSetId), entityId, JSON.stringify(inputs), clock.now(), evaluations.map((one) => JSON.stringify(one.result))],
  );
}
