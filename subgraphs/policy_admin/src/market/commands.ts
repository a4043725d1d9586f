/** Saving a market profile: checked whole, written whole. */
import { refuseInvalid } from '../product/invalid.ts';
import { transaction } from '@olly/kit/postgres';
import type { Context } from '../context.ts';
import type { MarketProfileRow } from '../mappers.ts';
import { marketDocument } from './profile.ts';
import { Refused } from '@olly/kit/errors';

export interface SaveMarketProfileInput {
  readonly marketCode: string;
  readonly currency: string;
  readonly jurisdiction: string;
  readonly document: unknown;
}

/** Makes or changes a profile. Throws `Refused` DOCUMENT_INVALID with the place. */
export async function saveMarketProfile(ctx: Context, input: SaveMarketProfileInput): Promise<MarketProfileRow> {
  if (!/^[A-Z]{2}$/.test(input.marketCode)) throw new Refused('DOCUMENT_INVALID', 'marketCode: two capital letters.', 'marketCode');
  const document = refuseInvalid(marketDocument, input.document);
  return transaction(ctx.pool, async (tx) => {
    const { rows } = await tx.query<MarketProfileRow>(
      `INSERT INTO policy_admin.market_profiles (id, market_code, currency, jurisdiction, document, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
       ON CONFLICT (market_code) DO UPDATE SET currency = EXCLUDED.currency, jurisdiction = EXCLUDED.jurisdiction, document = EXCLUDED.document, updated_at = EXCLUDED.updated_at
       RETURNING *`,
      [ctx.ids.id(), input.marketCode, input.currency, input.jurisdiction, document, ctx.clock.now()],
    );
    return rows[0] as MarketProfileRow;
  });
}
