/**
 * What is sold in the demo: a UK and a US market with their taxes, and a product of each kind with a benefit table that has everything a claim can meet: copays, deductibles, coinsurance, limits in
 * money and visits, waiting periods, prior authorisation, networks.
 */
import { type Ask, command, RefusedByHouse } from '../flow.ts';
import type { SeedStep } from '../seeding.ts';

const UK_MARKET = {
  marketCode: 'UK',
  currency: 'GBP',
  jurisdiction: 'England and Wales',
  document: { taxes: [{ name: 'Insurance premium tax', rate: '0.10', from: '2016-10-01', to: '2017-06-01' }, { name: 'Insurance premium tax', rate: '0.12', from: '2017-06-01' }], coolingOffDays: 14, usesNpi: false, timeZone: 'Europe/London' },
};

const US_MARKET = {
  marketCode: 'US',
  currency: 'USD',
  jurisdiction: 'New York',
  document: {
    taxes: [{ name: 'State premium tax', rate: '0.0175', region: 'NY', from: '2020-01-01' }, { name: 'State premium tax', rate: '0.0235', region: 'CA', from: '2020-01-01' }],
    coolingOffDays: 10,
    usesNpi: true,
    timeZone: 'America/New_York',
    outOfPocketMaximums: { 2025: { person: '9200.00', family: '18400.00' }, 2026: { person: '10600.00', family: '21200.00' } },
  },
};

const copay = (amount: string, per: 'VISIT' | 'LINE' | 'DAY' = 'VISIT') => ({ step: 'COPAY', amount, per });
const deductible = { step: 'DEDUCTIBLE' };
const coinsurance = (rate: string) => ({ step: 'COINSURANCE', rate });
const common = { termMonths: 12, renewal: { leadDays: 30, auto: true }, retroDays: 30, quoteValidDays: 30 };
const ages = [{ from: 0, to: 18, factor: '0.55' }, { from: 18, to: 30, factor: '0.85' }, { from: 30, to: 45, factor: '1.00' }, { from: 45, to: 60, factor: '1.45' }, { from: 60, to: 130, factor: '2.10' }];

const US_GOLD = {
  ...common,
  currency: 'USD',
  market: 'US',
  prorationBasis: 'DAY',
  dependantAgeMax: 26,
  elements: [
    {
      type: 'MEDICAL',
      name: 'Medical',
      deductible: { kind: 'EMBEDDED', period: 'CALENDAR_YEAR', in: { person: '1500.00', family: '3000.00' }, out: { person: '3000.00', family: '6000.00' } },
      outOfPocket: { period: 'CALENDAR_YEAR', in: { person: '6850.00', family: '13700.00' }, out: { person: '13700.00', family: '27400.00' } },
      cross: 'NONE',
      coverageTerms: [
        { key: 'preventive', name: 'Preventive care', in: { steps: [] } },
        { key: 'office_visit', name: 'Office visit', in: { steps: [copay('30.00')] }, out: { steps: [deductible, coinsurance('0.40')], allowance: '180.00' } },
        { key: 'laboratory', name: 'Laboratory', in: { steps: [deductible, coinsurance('0.20')] }, out: { steps: [deductible, coinsurance('0.40')] } },
        { key: 'imaging', name: 'Imaging', priorAuthorisation: true, in: { steps: [deductible, coinsurance('0.20')] } },
        { key: 'hospital', name: 'Hospital', in: { steps: [deductible, coinsurance('0.20')] }, out: { steps: [deductible, coinsurance('0.40')] } },
        { key: 'emergency', name: 'Emergency room', isProtectedOutOfNetwork: true, in: { steps: [copay('250.00'), coinsurance('0.20')] }, out: { steps: [copay('250.00'), coinsurance('0.20')] } },
        { key: 'physiotherapy', name: 'Physiotherapy', in: { steps: [copay('40.00')], limits: [{ measure: 'VISITS', value: '20', period: 'CALENDAR_YEAR' }] } },
      ],
    },
    {
      type: 'DENTAL',
      name: 'Dental',
      coverageTerms: [
        { key: 'dental_checkup', name: 'Check-up', in: { steps: [] }, out: { steps: [coinsurance('0.20')] } },
        { key: 'dental_treatment', name: 'Treatment', waitingMonths: 6, in: { steps: [coinsurance('0.50')], limits: [{ measure: 'AMOUNT', basis: 'PAID', value: '1500.00', period: 'CALENDAR_YEAR' }] } },
      ],
    },
  ],
  rating: { base: { MEDICAL: '4800.00', DENTAL: '420.00' }, factors: [{ name: 'Age', by: 'age', table: ages }, { name: 'Area', by: 'region', table: { NY: '1.12', CA: '1.08', TX: '0.97' } }, { name: 'Tobacco', by: 'field', field: 'smoker', table: { true: '1.25', false: '1.00' } }], fees: [{ name: 'Policy fee', amount: '25.00' }] },
  billing: { installments: 12, graceDays: 30 },
  cancellation: { coolingOffDays: 10 },
};

const UK_HEALTH = {
  ...common,
  currency: 'GBP',
  market: 'UK',
  prorationBasis: 'MONTH',
  dependantAgeMax: 25,
  elements: [
    {
      type: 'MEDICAL',
      name: 'Core cover',
      deductible: { kind: 'EMBEDDED', period: 'POLICY_PERIOD', in: { person: '200.00' } },
      moratorium: { lookBackYears: 5, clearYears: 2 },
      coverageTerms: [
        { key: 'consultation', name: 'Specialist consultation', in: { steps: [deductible], limits: [{ measure: 'AMOUNT', basis: 'PAID', value: '1000.00', period: 'POLICY_PERIOD' }] } },
        { key: 'inpatient', name: 'In-patient treatment', in: { steps: [deductible] } },
        { key: 'therapies', name: 'Therapies', in: { steps: [deductible], limits: [{ measure: 'VISITS', value: '10', period: 'POLICY_PERIOD' }] } },
      ],
    },
    {
      type: 'DENTAL',
      name: 'Dental and optical',
      coverageTerms: [
        { key: 'dental_checkup', name: 'Dental check-up', in: { steps: [coinsurance('0.20')], limits: [{ measure: 'AMOUNT', basis: 'PAID', value: '400.00', period: 'POLICY_PERIOD' }] } },
        { key: 'glasses', name: 'Glasses', waitingMonths: 3, in: { steps: [coinsurance('0.50')], limits: [{ measure: 'AMOUNT', basis: 'PAID', value: '150.00', period: 'POLICY_PERIOD' }] } },
      ],
    },
  ],
  rating: { base: { MEDICAL: '780.00', DENTAL: '144.00' }, factors: [{ name: 'Age', by: 'age', table: ages }, { name: 'Area', by: 'region', table: { LONDON: '1.18', SOUTH: '1.04', NORTH: '0.94' } }] },
  billing: { installments: 12, graceDays: 30 },
  cancellation: { coolingOffDays: 14, shortRate: '0.10' },
};

const UK_GROUP = { ...UK_HEALTH, elements: UK_HEALTH.elements.filter(({ type }) => type === 'DENTAL'), rating: { ...UK_HEALTH.rating, base: { DENTAL: '120.00' } }, billing: { installments: 1, graceDays: 30 } };

const SMOKER = { fieldKey: 'smoker', label: 'Has anybody insured smoked in the last twelve months?', fieldType: 'BOOLEAN', required: true };

const RULES = [
  { name: 'Nobody over 84 joins', condition: 'insured.exists(i, i.age > 84)', action: { flag: 'reject', value: 'AGE_LIMIT' }, priority: 10 },
  { name: 'Somebody over 64 is looked at', condition: 'insured.exists(i, i.age > 64)', action: { flag: 'block', value: 'AGE_REVIEW' }, priority: 20 },
  { name: 'A large family is noted', condition: 'size(insured) > 4', action: { flag: 'info', value: 'LARGE_FAMILY' }, priority: 30 },
];

/** Makes and publishes a product unless it is on sale already. */
async function sell(ask: Ask, code: string, name: string, lob: string, marketCode: string, document: object, fields: readonly object[] = []): Promise<void> {
  const known = (await ask('admin', 'query Product($code: String!) { product(code: $code) { locator status versions { id status } } }', { code })).product;
  if (known?.status === 'ACTIVE') return;
  const locator: string = known?.locator ?? (await command(ask, 'admin', 'createProduct', { code, name, lob, marketCode }, 'Product', 'locator')).locator;
  const draft = await command(ask, 'admin', 'draftProductVersion', { productLocator: locator, effectiveFrom: '2025-01-01', document }, 'ProductVersion', 'id');
  await command(ask, 'admin', 'defineFields', { productVersionId: draft.id, fields }, 'ProductVersion', 'id');
  await command(ask, 'admin', 'saveRuleSet', { productVersionId: draft.id, name: 'Who may join', ruleSetType: 'UNDERWRITING', rules: RULES }, 'ProductVersion', 'id');
  try {
    await command(ask, 'admin', 'publishProductVersion', { id: draft.id }, 'ProductVersion', 'status');
  } catch (error) {
    if (!(error instanceof RefusedByHouse && error.code === 'ILLEGAL_TRANSITION')) throw error;
  }
}

export const products: SeedStep = {
  name: 'markets and products',
  async run({ as }) {
    for (const market of [UK_MARKET, US_MARKET]) await command(as, 'admin', 'saveMarketProfile', market, 'MarketProfile', 'marketCode');
    await sell(as, 'US_GOLD', 'Gold Family', 'INDIVIDUAL_HEALTH', 'US', US_GOLD, [SMOKER]);
    await sell(as, 'UK_HEALTH', 'Health and Home', 'INDIVIDUAL_HEALTH', 'UK', UK_HEALTH);
    await sell(as, 'UK_GROUP', 'Teeth and Eyes at Work', 'GROUP_HEALTH', 'UK', UK_GROUP);
  },
};
