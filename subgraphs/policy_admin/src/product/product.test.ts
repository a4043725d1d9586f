import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import type { MarketProfileRow } from '../mappers.ts';
import { usGold } from '../testing/fixtures.ts';
import { productDocument } from './document.ts';
import { refuseInvalid } from './invalid.ts';
import { checkMarket, checkOutOfPocket, product, productVersion } from './product.ts';

const us: MarketProfileRow = {
  id: '01900000-0000-7000-8000-000000000001',
  market_code: 'US',
  currency: 'USD',
  jurisdiction: 'New York',
  document: { taxes: [], coolingOffDays: 10, usesNpi: true, timeZone: 'America/New_York', outOfPocketMaximums: { 2026: { person: '10600.00', family: '21200.00' } } },
};
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return [error.refusal.code, error.refusal.field];
    throw error;
  }
  return undefined;
};
const withMaximum = (person: string, family: string) => ({ ...usGold, elements: usGold.elements.map((one) => ({ ...one, outOfPocket: { period: 'CALENDAR_YEAR' as const, in: { person, family } } })) });

describe('a product version', () => {
  it('is published as it is written when it is right', () => {
    expect(refuseInvalid(productDocument, usGold)).toEqual(usGold);
    expect(refusal(() => checkMarket(usGold, us))).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['a misspelt word', { ...usGold, graceDays: 3 }, 'document'],
    ['a rate above one', { ...usGold, cancellation: { coolingOffDays: 10, shortRate: '1.5' } }, 'document.cancellation.shortRate'],
    ['an amount as a float', { ...usGold, rating: { ...usGold.rating, base: { MEDICAL: 3600 } } }, 'document.rating.base.MEDICAL'],
    ['an element without a base rate', { ...usGold, rating: { ...usGold.rating, base: {} } }, 'document.rating.base.MEDICAL'],
    ['age bands with a gap', { ...usGold, rating: { ...usGold.rating, factors: [{ name: 'age', by: 'age', table: [{ from: 0, to: 30, factor: '1' }, { from: 31, to: 65, factor: '2' }] }] } }, 'document.rating.factors[0].table'],
    ['a service that is covered nowhere', { ...usGold, elements: [{ type: 'MEDICAL', name: 'Medical', coverageTerms: [{ key: 'x', name: 'X' }] }] }, 'document.elements[0].coverageTerms[0]'],
  ])('is refused with the place for %s', (_title, document, field) => {
    expect(refusal(() => refuseInvalid(productDocument, document))).toEqual(['DOCUMENT_INVALID', field]);
  });

  it('may ask members for 10,600 a person and 21,200 a family in the US of 2026, and not for a cent more', () => {
    expect(refusal(() => checkOutOfPocket(withMaximum('10600.00', '21200.00'), us, '2026-01-01'))).toBeUndefined();
    expect(refusal(() => checkOutOfPocket(withMaximum('10600.01', '21200.00'), us, '2026-01-01'))).toEqual(['OUT_OF_POCKET_ABOVE_MARKET', 'document.elements[0].outOfPocket.in.person']);
    expect(refusal(() => checkOutOfPocket(withMaximum('10600.00', '21200.01'), us, '2026-06-01'))).toEqual(['OUT_OF_POCKET_ABOVE_MARKET', 'document.elements[0].outOfPocket.in.family']);
    expect(refusal(() => checkOutOfPocket(withMaximum('99999.00', '99999.00'), us, '2025-12-31'))).toBeUndefined();
  });

  it('is published once, and a retired product is published no more', () => {
    expect(productVersion.next('DRAFT', 'publish')).toBe('PUBLISHED');
    expect(refusal(() => productVersion.next('PUBLISHED', 'publish'))).toEqual(['ILLEGAL_TRANSITION', null]);
    expect(() => product.next('RETIRED', 'publish')).toThrow('The product is RETIRED and cannot become ACTIVE.');
  });
});
