/** The states of products and versions, and what a version must satisfy to be published. Pure. */
import { Refused, stateMachine } from '@olly/kit/errors';
import { compare, money } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import type { FieldDefinitionRow, MarketProfileRow } from '../mappers.ts';
import { outOfPocketMaximum } from '../market/profile.ts';
import type { ProductDocument } from './document.ts';

export const product = stateMachine<'DRAFT' | 'ACTIVE' | 'RETIRED', 'publish' | 'retire'>('The product', [
  ['DRAFT', 'publish', 'ACTIVE'],
  ['ACTIVE', 'publish', 'ACTIVE'],
  ['DRAFT', 'retire', 'RETIRED'],
  ['ACTIVE', 'retire', 'RETIRED'],
]);

export const productVersion = stateMachine<'DRAFT' | 'PUBLISHED', 'publish'>('The version', [['DRAFT', 'publish', 'PUBLISHED']]);

/** A version belongs to its product's market and currency. */
export function checkMarket({ market, currency }: Pick<ProductDocument, 'market' | 'currency'>, profile: MarketProfileRow): void {
  if (market !== profile.market_code) throw new Refused('DOCUMENT_INVALID', `document.market: the product is sold in ${profile.market_code}.`, 'document.market');
  if (currency !== profile.currency) throw new Refused('DOCUMENT_INVALID', `document.currency: ${profile.market_code} has ${profile.currency}.`, 'document.currency');
}

/** What the market asks of every version sold in it: no fewer cooling-off days than the law gives, and the questions that must be answered. */
export function checkMarketRules({ cancellation }: Pick<ProductDocument, 'cancellation'>, fields: readonly Pick<FieldDefinitionRow, 'field_key' | 'required'>[], { market_code, document }: MarketProfileRow): void {
  const days = document.coolingOffDays;
  if (cancellation.coolingOffDays < days) {
    throw new Refused('COOLING_OFF_BELOW_MARKET', `document.cancellation.coolingOffDays: ${market_code} gives ${days} days at least.`, 'document.cancellation.coolingOffDays');
  }
  const missing = (document.requiredFields ?? []).find((key) => !fields.some((field) => field.field_key === key && field.required));
  if (missing !== undefined) throw new Refused('FIELD_REQUIRED_BY_MARKET', `${market_code} wants a required question ${missing}.`, 'fields');
}

/**
 * The member's yearly maximum in network may not be above the market's, for one person and for a family; where the market has one, the version must say its own.
 * US 2026: 10,600 and 21,200 (45 CFR 156.130, as updated yearly).
 */
export function checkOutOfPocket(document: Pick<ProductDocument, 'elements' | 'currency'>, profile: MarketProfileRow, effectiveFrom: IsoDate): void {
  const most = outOfPocketMaximum(profile.document, effectiveFrom);
  if (!most) return;
  document.elements.forEach(({ type, outOfPocket }, index) => {
    if (type !== 'MEDICAL') return;
    for (const level of ['person', 'family'] as const) {
      const own = outOfPocket?.in?.[level];
      const field = `document.elements[${index}].outOfPocket.in.${level}`;
      if (own === undefined) throw new Refused('OUT_OF_POCKET_ABOVE_MARKET', `${field}: the market's maximum of ${most[level]} for ${most.year} needs one.`, field);
      if (compare(money(own, document.currency), money(most[level], document.currency)) > 0) {
        throw new Refused('OUT_OF_POCKET_ABOVE_MARKET', `${field}: ${own} is above the market's maximum of ${most[level]} for ${most.year}.`, field);
      }
    }
  });
}
