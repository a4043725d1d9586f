/** Units of prior authorisations that claims use up: taken with the decision, given back when it is made again or reversed. One that is used up is EXHAUSTED until then. */
import type { PoolClient } from '@olly/kit/postgres';
import type { Context } from '../context.ts';

export interface UsedUnits {
  readonly line: number;
  readonly authorisation: string;
  readonly units: number;
}

/** Takes the units, all or none; false when an authorisation has meanwhile too few left. */
export async function useUnits(tx: PoolClient, ctx: Context, claimId: string, uses: readonly UsedUnits[]): Promise<boolean> {
  if (uses.length === 0) return true;
  const totals = new Map<string, number>();
  for (const { authorisation, units } of uses) totals.set(authorisation, (totals.get(authorisation) ?? 0) + units);
  const locators = [...totals.keys()].sort();
  await tx.query('SELECT 1 FROM claims.prior_auths WHERE locator = ANY($1::text[]) ORDER BY id FOR UPDATE', [locators]);
  const { rowCount } = await tx.query(
    `UPDATE claims.prior_auths p SET units_used = units_used + use.units, version = version + 1, updated_at = $3,
       status = CASE WHEN status <> 'EXPIRED' AND units_used + use.units = units_approved THEN 'EXHAUSTED' ELSE status END
     FROM unnest($1::text[], $2::int[]) AS use(locator, units)
     WHERE p.locator = use.locator AND p.status IN ('APPROVED', 'PARTIALLY_APPROVED', 'EXPIRED') AND p.units_used + use.units <= p.units_approved`,
    [locators, locators.map((locator) => totals.get(locator)), ctx.clock.now()],
  );
  if (rowCount !== locators.length) return false;
  await tx.query(
    `INSERT INTO claims.prior_auth_uses (prior_auth_id, claim_id, line_number, units)
     SELECT p.id, $1, use.line, use.units FROM unnest($2::text[], $3::int[], $4::int[]) AS use(locator, line, units) JOIN claims.prior_auths p ON p.locator = use.locator`,
    [claimId, uses.map((use) => use.authorisation), uses.map((use) => use.line), uses.map((use) => use.units)],
  );
  return true;
}

/** Gives back what a claim had used. */
export async function giveUnitsBack(tx: PoolClient, ctx: Context, claimId: string): Promise<void> {
  await tx.query(
    `WITH given AS (DELETE FROM claims.prior_auth_uses WHERE claim_id = $1 RETURNING prior_auth_id, units),
          total AS (SELECT prior_auth_id, sum(units)::int AS units FROM given GROUP BY prior_auth_id)
     UPDATE claims.prior_auths p SET units_used = units_used - total.units, version = version + 1, updated_at = $2,
       status = CASE WHEN p.status = 'EXHAUSTED' THEN CASE WHEN units_approved = units_requested THEN 'APPROVED' ELSE 'PARTIALLY_APPROVED' END ELSE p.status END
     FROM total WHERE p.id = total.prior_auth_id`,
    [claimId, ctx.clock.now()],
  );
}
