/** Markets' rules in the database, and who has set them. */
import type { Pool, PoolClient } from '@olly/kit/postgres';
import { actorOf } from '../claim/store.ts';
import type { Context } from '../context.ts';
import type { ConfiguredRules, MarketRules } from './rules.ts';

/** Every market that has been configured; there are few. */
export async function configuredRules(pool: Pool | PoolClient): Promise<ConfiguredRules> {
  const { rows } = await pool.query<{ market: string; document: MarketRules }>({ name: 'claims:market-rules', text: 'SELECT market, document FROM claims.market_rules' });
  return Object.fromEntries(rows.map(({ market, document }) => [market, document]));
}

export async function saveRules(ctx: Context, market: string, rules: MarketRules): Promise<void> {
  await ctx.pool.query(
    `INSERT INTO claims.market_rules (market, document, saved_by, updated_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (market) DO UPDATE SET document = EXCLUDED.document, saved_by = EXCLUDED.saved_by, updated_at = EXCLUDED.updated_at`,
    [market, rules, actorOf(ctx), ctx.clock.now()],
  );
}
