/**
 * What the story of selling is told with, in each market: a product that costs 1,200.00 a year for a level A, 1,500.00 for B and 1,800.00 for C, changed after three and six months, and the pennies
 * that must come of it. Months are measured by months, so that the numbers do not depend on the day on which the story is told.
 */

export interface Money {
  readonly amount: string;
}
export interface Change {
  readonly category: string;
  readonly status: string;
  readonly effectiveDate: string;
  readonly premium: Money;
}

export interface Scene {
  readonly market: 'UK' | 'US';
  readonly currency: 'GBP' | 'USD';
  readonly region: string;
  /** Where the market asks for one, the most that a person pays a year. */
  readonly outOfPocket?: object;
  readonly billingLevel: 'ACCOUNT' | 'POLICY';
  readonly fields: readonly object[];
  /** A service of the product. */
  readonly term: string;
  readonly price: { readonly premium: string; readonly tax: string };
  /** In the order in which they are told: months after the first day, the answer from then on, the premium that it costs. */
  readonly changes: readonly { readonly month: number; readonly answer: string; readonly costs: string }[];
  readonly premiumOfTerm: string;
  readonly renewal: string;
  readonly cancellation: 'PRO_RATA' | 'SHORT_RATE';
  /** Premium that the cancellation gives back, half-way through the second term. */
  readonly givenBack: string;
}

const LEVEL = { fieldKey: 'level', label: 'Which level?', fieldType: 'ENUM', required: true, options: { choices: ['A', 'B', 'C'] } };

// 1,200.00 is 100.00 a month: from month six on C costs 600.00 × 0.50 = 300.00 more; B from month three to six 300.00 × 0.25 = 75.00 more, and nothing from then on.
const common = { fields: [LEVEL], term: 'consultation', changes: [{ month: 6, answer: 'C', costs: '300.00' }, { month: 3, answer: 'B', costs: '75.00' }], premiumOfTerm: '1575.00', renewal: '3600.00' } as const;

export const SCENES: readonly Scene[] = [
  // 12 % insurance premium tax; half of 3,600.00 less a short rate of 10 %
  { ...common, market: 'UK', currency: 'GBP', region: 'LONDON', billingLevel: 'POLICY', price: { premium: '1200.00', tax: '144.00' }, cancellation: 'SHORT_RATE', givenBack: '-1620.00' },
  // 1.75 % premium tax in New York
  {
    ...common,
    market: 'US',
    currency: 'USD',
    region: 'NY',
    outOfPocket: { period: 'CALENDAR_YEAR', in: { person: '6850.00', family: '13700.00' } },
    billingLevel: 'ACCOUNT',
    price: { premium: '1200.00', tax: '21.00' },
    cancellation: 'PRO_RATA',
    givenBack: '-1800.00',
  },
];

/** The product's document at a base price. */
export const productOf = ({ market, currency, term, outOfPocket }: Scene, base: string) => ({
  currency,
  market,
  termMonths: 12,
  prorationBasis: 'MONTH',
  elements: [{ type: 'MEDICAL', name: 'Medical', ...(outOfPocket && { outOfPocket }), coverageTerms: [{ key: term, name: 'Consultation', in: { steps: [] }, out: { steps: [] } }] }],
  rating: { base: { MEDICAL: base }, factors: [{ name: 'Level', by: 'field', field: 'level', table: { A: '1', B: '1.25', C: '1.50' } }] },
  billing: { installments: 2, graceDays: 30 },
  renewal: { leadDays: 120, auto: false },
  cancellation: { coolingOffDays: 14, shortRate: '0.10' },
  retroDays: 30,
  quoteValidDays: 30,
});

/** Minor units of an amount of two decimals. */
export const minor = ({ amount }: Money): bigint => BigInt(amount.replace('.', ''));
export const total = (amounts: readonly Money[]): bigint => amounts.reduce((sum, one) => sum + minor(one), 0n);
