/** A product, people and an account as policy_admin tells them, for tests. */
import { newId, newLocator } from '@olly/kit/locator';
import { type PremiumTax, productTerms, type ProductTerms, type QuotingFacts, type RuleOutcome } from '../ports/policyAdmin.ts';

export const usGold: ProductTerms = productTerms.parse({
  currency: 'USD',
  market: 'US',
  termMonths: 12,
  prorationBasis: 'DAY',
  elements: [
    { type: 'MEDICAL', name: 'Medical', coverageTerms: [{ key: 'office_visit', name: 'Office visit', in: { steps: [{ step: 'DEDUCTIBLE' }] } }] },
    { type: 'DENTAL', name: 'Dental', coverageTerms: [{ key: 'check_up', name: 'Check-up', in: { steps: [] } }] },
  ],
  rating: {
    base: { MEDICAL: '3600.00', DENTAL: '333.33' },
    factors: [
      { name: 'Age', by: 'age', table: [{ from: 0, to: 30, factor: '0.85' }, { from: 30, to: 130, factor: '1.10' }] },
      { name: 'Area', by: 'region', table: { NY: '1.12', CA: '1.05' } },
      { name: 'Smoker', by: 'field', field: 'smoker', table: { true: '1.25', false: '1' } },
    ],
    fees: [{ name: 'Policy fee', amount: '25.00' }],
  },
  billing: { installments: 12, graceDays: 30 },
  renewal: { leadDays: 30, auto: true },
  cancellation: { coolingOffDays: 10, shortRate: '0.10' },
  retroDays: 30,
  quoteValidDays: 30,
  dependantAgeMax: 26,
});

export interface TestPerson {
  readonly id: string;
  readonly locator: string;
  readonly type: 'INDIVIDUAL' | 'ORGANISATION' | 'PROVIDER';
  readonly dateOfBirth: string | null;
}

/** What stands in policy_admin's database. Tests add to it; `outcomes` is what its rules answer next. */
export class PolicyAdminWorld {
  readonly people = new Map<string, TestPerson>();
  readonly accounts = new Map<string, { id: string; locator: string; holder: string; broker: string | null }>();
  document: ProductTerms = usGold;
  taxes: PremiumTax[] = [{ name: 'Premium tax', rate: '0.0175', region: 'NY', from: '2020-01-01', to: null }];
  outcomes: RuleOutcome[] = [];
  evaluations = 0;
  isSold = true;
  versionId = newId();
  /** Runs before each answer to the rules: a test can let somebody else be faster. */
  beforeRules: () => Promise<void> = async () => {};
  fields: unknown[] = [
    { id: newId(), fieldKey: 'smoker', label: 'Do you smoke?', fieldType: 'BOOLEAN', appliesTo: 'QUOTE', required: true, options: {} },
    { id: newId(), fieldKey: 'height', label: 'Height in cm', fieldType: 'INTEGER', appliesTo: 'QUOTE', required: false, options: { min: 40, max: 250 } },
  ];

  person(dateOfBirth: string | null = '1990-06-01', type: TestPerson['type'] = 'INDIVIDUAL'): TestPerson {
    const one = { id: newId(), locator: newLocator('pty'), type, dateOfBirth };
    this.people.set(one.locator, one);
    return one;
  }

  account(holder: TestPerson, broker: string | null = null) {
    const one = { id: newId(), locator: newLocator('acc'), holder: holder.locator, broker };
    this.accounts.set(one.locator, one);
    return one;
  }

  /** What a broker may bind a year; null: nothing. */
  limit: { amount: string; currency: string } | null = { amount: '100000.00', currency: 'USD' };
  /** What broker_api answers on the wire. */
  readonly authority = async (): Promise<unknown> => ({ brokerAuthority: this.limit && { isInForce: true, limit: this.limit } });

  /** What policy_admin answers on the wire. */
  readonly answer = async (document: string, variables: Record<string, unknown>): Promise<unknown> => {
    if (document.includes('quotingFacts')) return { quotingFacts: this.facts(variables as never) };
    if (document.includes('productVersionOn')) return { productVersionOn: this.isSold ? { id: this.versionId } : null };
    this.evaluations += 1;
    await this.beforeRules();
    return { evaluateRules: this.outcomes };
  };

  private facts({ productVersionId, accountLocator, partyLocators }: { productVersionId: string; accountLocator: string; partyLocators: string[] }): unknown {
    const account = this.accounts.get(accountLocator);
    const parties = partyLocators.flatMap((locator) => this.people.get(locator) ?? []);
    if (!account || productVersionId !== this.versionId || parties.length !== partyLocators.length) return null;
    const holder = this.people.get(account.holder) as TestPerson;
    const version: unknown = {
      id: this.versionId,
      effectiveFrom: '2026-01-01',
      effectiveTo: null,
      document: this.document,
      fields: this.fields,
      product: { code: 'US_GOLD', lob: 'INDIVIDUAL_HEALTH', status: 'ACTIVE' },
    };
    return {
      version,
      account: { id: account.id, locator: account.locator, billingLevel: 'ACCOUNT', currency: 'USD', broker: account.broker },
      holder: { partyId: holder.id, partyLocator: holder.locator, dateOfBirth: holder.dateOfBirth },
      market: { marketCode: 'US', jurisdiction: 'New York', timeZone: 'America/New_York', taxes: this.taxes },
      parties,
    } satisfies Record<keyof QuotingFacts, unknown>;
  }
}

/** A policy whose premium is 1,200.00 a year, 1,500.00 when the answer to `level` is B, 1,800.00 when it is C; 12 % tax, 10 % short rate. */
export function plain(world: PolicyAdminWorld, basis: 'DAY' | 'MONTH', base = '1200.00'): void {
  world.document = {
    ...usGold,
    prorationBasis: basis,
    elements: usGold.elements.slice(0, 1),
    rating: { base: { MEDICAL: base }, factors: [{ name: 'Level', by: 'field', field: 'level', table: { A: '1', B: '1.25', C: '1.50' } }], fees: [] },
    retroDays: 366,
  };
  world.taxes = [{ name: 'Insurance premium tax', rate: '0.12', from: '2017-06-01', to: null }];
  world.fields = [{ id: newId(), fieldKey: 'level', label: 'Level', fieldType: 'ENUM', appliesTo: 'QUOTE', required: true, options: { choices: ['A', 'B', 'C'] } }];
}

/** A rule that matched. */
export const said = (flag: 'approve' | 'info' | 'block' | 'decline' | 'reject', rule = `${flag} rule`): RuleOutcome => ({ rule, ruleSet: 'Underwriting', matched: true, action: { flag, value: `${flag.toUpperCase()}_CODE` } });
