/** Carries a plan out for one person, within the caller's transaction: a kill in the middle leaves all of it undone. */
import type { PoolClient } from 'pg';
import type { ErasureItem, ErasureOrder, ErasurePlan, ErasureRule } from './plan.ts';
import { bury } from './tombstone.ts';

/** The person as a row beside the rule's table, so that a rule may name what it needs of them. */
const PARTY = '(SELECT $1::text AS locator, $2::uuid AS id, $3::date AS today, $4::int AS years, $5::date AS not_before, $6::boolean AS is_in_force) AS party';
const KEPT_UNTIL = (endedOn: string): string => `greatest(((${endedOn})::date + make_interval(years => party.years))::date, party.not_before)`;

function parametersOf({ party, retention, today, isInForce }: ErasureOrder, dataClass: string): unknown[] {
  const kept = retention[dataClass];
  if (!kept) throw new Error(`Nothing says how long data of the class ${dataClass} is kept.`);
  return [party.locator, party.id, today, kept.years, kept.notBefore ?? null, isInForce];
}

async function applyRule(tx: PoolClient, schema: string, rule: ErasureRule, order: ErasureOrder): Promise<ErasureItem[]> {
  const { what, dataClass, table, rows, endedOn, set } = rule;
  const values = parametersOf(order, dataClass);
  const isDue = `(${endedOn}) IS NOT NULL AND ${KEPT_UNTIL(endedOn)} <= party.today`;
  const statement = set
    ? `UPDATE ${schema}.${table} AS t SET ${Object.entries(set).map(([column, value]) => `${column} = ${value}`).join(', ')} FROM ${PARTY} WHERE (${rows}) AND ${isDue}`
    : `DELETE FROM ${schema}.${table} AS t USING ${PARTY} WHERE (${rows}) AND ${isDue}`;
  const { rowCount } = await tx.query(statement, values);
  const { rows: left } = await tx.query<{ rows: number; running: number; until: string | null }>(
    `SELECT count(*)::int AS rows, count(*) FILTER (WHERE (${endedOn}) IS NULL)::int AS running, max(CASE WHEN (${endedOn}) IS NOT NULL THEN ${KEPT_UNTIL(endedOn)} END)::date AS until
     FROM ${schema}.${table} AS t, ${PARTY} WHERE (${rows}) AND NOT coalesce(${isDue}, false)`,
    values,
  );
  const items: ErasureItem[] = [];
  if (rowCount) items.push({ what, dataClass, outcome: set ? 'ANONYMISED' : 'ERASED', rows: rowCount, keptUntil: null, isRunning: false, reason: null });
  const [kept] = left;
  if (kept?.rows) {
    const reason = kept.running > 0 ? 'A contract, a claim or care that still goes on needs it.' : `The law or a possible dispute needs ${dataClass} that long.`;
    items.push({ what, dataClass, outcome: 'KEPT', rows: kept.rows, keptUntil: kept.running > 0 ? null : kept.until, isRunning: kept.running > 0, reason });
  }
  return items;
}

/** Erases, and answers what became of everything. */
export async function eraseParty(tx: PoolClient, schema: string, plan: ErasurePlan, order: ErasureOrder): Promise<ErasureItem[]> {
  const { party, deleteType } = order;
  if (plan.hasTombstones && (deleteType === 'RESTRICT' || !order.isInForce)) await bury(tx, schema, order);
  if (deleteType === 'RESTRICT') return [{ what: 'Everything', dataClass: 'ALL', outcome: 'RESTRICTED', rows: 0, keptUntil: null, isRunning: false, reason: 'The person asked that it be kept and not used.' }];
  const items: ErasureItem[] = [];
  for (const rule of plan.rules) items.push(...(await applyRule(tx, schema, rule, order)));
  for (const { what, dataClass, table, rows, why } of plan.keeps ?? []) {
    const { rows: found } = await tx.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${schema}.${table} AS t, (SELECT $1::text AS locator, $2::uuid AS id) AS party WHERE ${rows}`, [party.locator, party.id]);
    if (found[0]?.rows) items.push({ what, dataClass, outcome: 'KEPT', rows: found[0].rows, keptUntil: null, isRunning: false, reason: why });
  }
  return items;
}
