/** Documents that tests start from. */
import type { ProductDocument } from '../product/document.ts';

export const usGold: ProductDocument = {
  currency: 'USD',
  market: 'US',
  termMonths: 12,
  prorationBasis: 'DAY',
  elements: [
    {
      type: 'MEDICAL',
      name: 'Medical',
      deductible: { kind: 'EMBEDDED', period: 'CALENDAR_YEAR', in: { person: '1500.00', family: '3000.00' } },
      outOfPocket: { period: 'CALENDAR_YEAR', in: { person: '6850.00', family: '13700.00' } },
      coverageTerms: [
        { key: 'office_visit', name: 'Office visit', in: { steps: [{ step: 'COPAY', amount: '30.00', per: 'VISIT' }, { step: 'DEDUCTIBLE' }, { step: 'COINSURANCE', rate: '0.20' }] } },
      ],
    },
  ],
  rating: { base: { MEDICAL: '3600.00' }, factors: [{ name: 'Age', by: 'age', table: [{ from: 0, to: 30, factor: '0.85' }, { from: 30, to: 130, factor: '1.10' }] }], fees: [{ name: 'Policy fee', amount: '25.00' }] },
  billing: { installments: 12, graceDays: 30 },
  renewal: { leadDays: 30, auto: true },
  cancellation: { coolingOffDays: 10, shortRate: '0.10' },
  retroDays: 30,
  quoteValidDays: 30,
  dependantAgeMax: 26,
};
