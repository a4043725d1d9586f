/** Elements of product documents that tests start from. */
import type { ProductElement } from '../accumulator/product.ts';

/** The element of the worked examples: embedded deductible 1,500 / 3,000, out-of-pocket maximum 6,850 / 13,700, 20 %. */
export function medical(more: Partial<ProductElement> = {}): ProductElement {
  return {
    type: 'MEDICAL',
    name: 'Medical',
    deductible: { kind: 'EMBEDDED', period: 'CALENDAR_YEAR', in: { person: '1500.00', family: '3000.00' }, out: { person: '3000.00', family: '6000.00' } },
    outOfPocket: { period: 'CALENDAR_YEAR', in: { person: '6850.00', family: '13700.00' } },
    cross: 'NONE',
    coverageTerms: [
      { key: 'surgery', name: 'Surgery', waitingMonths: 0, priorAuthorisation: true, in: { steps: [{ step: 'DEDUCTIBLE' }, { step: 'COINSURANCE', rate: '0.20' }] }, out: { steps: [] } },
      {
        key: 'physiotherapy',
        name: 'Physiotherapy',
        waitingMonths: 3,
        in: {
          limits: [
            { measure: 'VISITS', value: '20', period: 'CALENDAR_YEAR' },
            { measure: 'AMOUNT', basis: 'PAID', value: '1000.00', period: 'POLICY_PERIOD' },
            { measure: 'AMOUNT', basis: 'ALLOWED', value: '90.00', period: 'CLAIM' },
          ],
        },
      },
    ],
    ...more,
  };
}
