/**
 * How claims are decided, each penny by the benefit table: straight through, pended and released, denied and appealed, adjusted after payment, beside another insurer, with an authorisation that is
 * used up, a family with an embedded deductible, and a moratorium with an excess. New families each time, so that it can be told again on the same system.
 */
import { addDays, addMonths } from '@olly/kit/time';
import { buyPolicy, type ClaimAnswer, command, openAccount, type Ref, registerPerson, versionOf } from '../demo/flow.ts';
import { expect, type Story, type Teller } from './story.ts';

const today = (): string => new Date().toISOString().slice(0, 10);

interface Line {
  readonly term: string;
  readonly code: string;
  /** Days before today. */
  readonly ago: number;
  readonly amount: string;
  readonly primaryPaid?: string;
}

interface Asked {
  readonly key: string;
  readonly claimant: Ref;
  readonly provider: Ref;
  readonly lines: readonly Line[];
  readonly replaces?: string;
}

interface Answer extends ClaimAnswer {
  readonly lines: readonly { readonly adjustments: readonly { readonly group: string; readonly reasonCode: string; readonly amount: { readonly amount: string } }[]; readonly planPays: { readonly amount: string } | null }[];
  readonly explanation: { readonly charged: { amount: string }; readonly writtenOff: { amount: string }; readonly planPays: { amount: string }; readonly memberOwes: { amount: string } } | null;
}

const CLAIM = `id locator status holdReason planPays { amount } memberOwes { amount } lines { planPays { amount } adjustments { group reasonCode amount { amount } } }
  explanation { charged { amount } writtenOff { amount } planPays { amount } memberOwes { amount } }`;

/** A line as an explanation of benefits prints it: `CO-45 30.00, PR-3 30.00, plan 90.00`. */
const printed = ({ lines }: Answer): string =>
  lines.map(({ adjustments, planPays }) => [...adjustments.map((one) => `${one.group}-${one.reasonCode} ${one.amount.amount}`), `plan ${planPays?.amount ?? '?'}`].join(', ')).join(' | ');

/** The family or person of one policy, and what happens to their claims. */
class Insured {
  constructor(
    private readonly teller: Teller,
    readonly policy: Ref,
    readonly currency: 'GBP' | 'USD',
  ) {}

  async act(persona: string, field: string, input: object): Promise<Answer> {
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
    const { done } = await this.teller.data(persona, `mutation Do($input: ${type}!) { done: ${field}(input: $input) { ... on Claim { ${CLAIM} } ... on ClaimRefusal { code message } } }`, { input });
    expect(!done.code, `${field} should not be refused`, done);
    return done;
  }

  submit({ key, claimant, provider, lines, replaces }: Asked): Promise<Answer> {
    const money = (amount: string) => ({ amount, currency: this.currency });
    return this.act('adjuster', 'submitClaim', {
      idempotencyKey: `${this.teller.id}-${key}`,
      policyId: this.policy.id,
      claimantPartyId: claimant.id,
      provider: provider.locator,
      currency: this.currency,
      replaces,
      lines: lines.map(({ term, code, ago, amount, primaryPaid }) => ({
        coverageTermKey: term,
        procedureCode: code,
        serviceDate: addDays(today(), -ago),
        amount: money(amount),
        ...(primaryPaid && { primaryPaid: money(primaryPaid) }),
      })),
    });
  }

  /** What is left of a deductible, at a level. */
  async used(claimant: Ref, term: string, type: string, level: string): Promise<string | undefined> {
    const { eligibility } = await this.teller.data('adjuster', 'query Left($party: ID!, $term: String!) { eligibility(party: $party, coverageTermKey: $term) { accumulators { type level network used { amount } } } }', { party: claimant.id, term });
    return eligibility?.accumulators.find((one: { type: string; level: string; network: string }) => one.type === type && one.level === level && one.network === 'IN')?.used?.amount;
  }
}

/** The claim came out so, and its explanation accounts for every penny. */
function decided(claim: Answer, status: string, shares: string): Answer {
  expect(claim.status === status && printed(claim) === shares, `${status}: ${shares}`, { status: claim.status, holdReason: claim.holdReason, shares: printed(claim) });
  const minor = (money?: { amount: string }) => BigInt((money?.amount ?? '').replace('.', ''));
  const { charged, writtenOff, planPays, memberOwes } = claim.explanation ?? {};
  expect(minor(charged) === minor(writtenOff) + minor(planPays) + minor(memberOwes), 'charged = written off + plan + member', claim.explanation);
  return claim;
}

function held(claim: Answer, reason: string): Answer {
  expect(claim.status === 'IN_REVIEW' && claim.holdReason === reason, `IN_REVIEW for ${reason}`, { status: claim.status, holdReason: claim.holdReason });
  return claim;
}

/** People, an account, a policy, and cover that eligibility has heard of. */
async function insure(teller: Teller, market: 'US' | 'UK', product: string, names: readonly string[]): Promise<{ insured: Insured; people: Ref[] }> {
  const { data, until, id } = teller;
  const people: Ref[] = [];
  for (const [at, firstName] of names.entries()) {
    const child = at > 1 ? { dateOfBirth: '2012-05-06', guardianLocator: people[0]?.locator } : { dateOfBirth: '1987-03-04' };
    people.push(await registerPerson(data, 'admin', { firstName, lastName: `Claim-${id.slice(0, 8)}`, ...child }, `${id}-claims-${market}-${at}`));
  }
  const holder = people[0] as Ref;
  const account = await openAccount(data, 'admin', holder, market, `${id}-claims-${market}-account`);
  const policy = await buyPolicy(data, 'underwriter', {
    account,
    productVersionId: await versionOf(data, 'underwriter', product),
    effectiveFrom: addDays(today(), -28),
    region: market === 'US' ? 'NY' : 'LONDON',
    insured: people.map((party, at) => ({ party, relationship: (['SELF', 'SPOUSE'] as const)[at] ?? 'CHILD' })),
    answers: market === 'US' ? [{ key: 'smoker', value: false }] : undefined,
    key: `${id}-claims-${market}-quote`,
  });
  const last = people.at(-1) as Ref;
  await until(
    async () => (await data('adjuster', 'query Cover($filter: MemberCoverageFilter!) { memberCoverages(filter: $filter) { nodes { elementType } } }', { filter: { partyId: last.id, policyId: policy.id } })).memberCoverages.nodes,
    (rows: unknown[]) => rows.length > 0,
  );
  return { insured: new Insured(teller, policy, market === 'US' ? 'USD' : 'GBP'), people };
}

async function find(teller: Teller, name: string): Promise<Ref> {
  const { providers } = await teller.data('provider', 'query Find($search: ProviderSearch!) { providers(search: $search) { nodes { id locator } } }', { search: { name } });
  expect(providers.nodes[0], `${name} should be in the directory`);
  return providers.nodes[0];
}

interface Family {
  readonly insured: Insured;
  readonly people: readonly [holder: Ref, spouse: Ref, child: Ref];
  readonly clinic: Ref;
  readonly hospital: Ref;
}

async function tellVisits(teller: Teller, { insured, people: [holder], clinic }: Family): Promise<void> {
  const { step, id } = teller;
  const visit = (key: string, ago: number, amount: string, more: Partial<Line> & { replaces?: string } = {}) =>
    insured.submit({ key, claimant: holder, provider: clinic, replaces: more.replaces, lines: [{ term: 'office_visit', code: more.code ?? '99213', ago, amount }] });
  await step('straight through: a visit of 150.00, 120.00 agreed, copay 30.00', async () => {
    decided(await visit('straight', 20, '150.00'), 'APPROVED', 'CO-45 30.00, PR-3 30.00, plan 90.00');
  });
  await step('pended for want of a fee, found in the queue, released with 100.00 allowed', async () => {
    const claim = held(await visit('pended', 19, '140.00', { code: '99999' }), 'NO_FEE_SCHEDULE');
    const { claims } = await teller.data('adjuster', 'query Queue($filter: ClaimFilter!) { claims(filter: $filter, first: 50) { nodes { locator } } }', { filter: { status: ['IN_REVIEW'], holdReason: 'NO_FEE_SCHEDULE' } });
    expect(claims.nodes.some((one: Ref) => one.locator === claim.locator), 'the claim should be in the queue of its reason', claims);
    const ruled = await insured.act('adjuster', 'adjudicateClaim', { claim: claim.locator, rulings: [{ line: 1, allowed: { amount: '100.00', currency: 'USD' } }], note: 'As agreed by telephone.' });
    decided(ruled, 'APPROVED', 'CO-45 40.00, PR-3 30.00, plan 70.00');
  });
  await step('denied by an adjuster, appealed, and decided afresh', async () => {
    const claim = held(await visit('denied', 18, '90.00', { code: '99998' }), 'NO_FEE_SCHEDULE');
    const denied = await insured.act('adjuster', 'adjudicateClaim', { claim: claim.locator, rulings: [{ line: 1, denialReasonCode: '50', denialGroup: 'CO' }] });
    decided(denied, 'DENIED', 'CO-50 90.00, plan 0.00');
    const appealed = await insured.act('adjuster', 'appealClaim', { claim: claim.locator, lines: [1], reason: 'The letter of the doctor had not been read.' });
    expect(appealed.status === 'APPEALED', 'APPEALED', appealed.status);
    const again = await insured.act('adjuster', 'adjudicateClaim', { claim: claim.locator, rulings: [{ line: 1, allowed: { amount: '90.00', currency: 'USD' } }] });
    decided(again, 'APPROVED', 'PR-3 30.00, plan 60.00');
  });
  await step('adjusted after payment: 90.00 paid, taken back, and 70.00 posted for the corrected claim', async () => {
    const claim = decided(await visit('adjusted', 17, '150.00'), 'APPROVED', 'CO-45 30.00, PR-3 30.00, plan 90.00');
    await insured.act('finance', 'payClaim', { claim: claim.locator, paymentReference: `ADJ-${id.slice(0, 8)}` });
    const reversed = await insured.act('adjuster', 'reverseClaim', { claim: claim.locator, reason: 'WRONG_AMOUNT' });
    expect(reversed.status === 'REVERSED', 'REVERSED', reversed.status);
    decided(await visit('corrected', 17, '100.00', { replaces: claim.locator }), 'APPROVED', 'PR-3 30.00, plan 70.00');
    await teller.until(
      async () => (await teller.data('finance', 'query Ledger($filter: LedgerEntryFilter!) { ledgerEntries(filter: $filter, first: 50) { nodes { ledgerAccount direction amount { amount } } } }', { filter: { referenceId: claim.id } })).ledgerEntries.nodes,
      (rows: { ledgerAccount: string; direction: string; amount: { amount: string } }[]) => rows.some((one) => one.ledgerAccount === 'PROVIDER_RECOVERABLE' && one.direction === 'DEBIT' && one.amount.amount === '90.00'),
    );
  });
}

async function tellHospital(teller: Teller, { insured, people: [holder, spouse, child], hospital }: Family): Promise<void> {
  const { step } = teller;
  const stay = (key: string, claimant: Ref, ago: number, primaryPaid?: string) =>
    insured.submit({ key, claimant, provider: hospital, lines: [{ term: 'hospital', code: '99223', ago, amount: '3100.00', primaryPaid }] });
  await step('an embedded deductible: of 2,400.00 allowed, 1,500.00 is the person’s own, then 20 % of 900.00', async () => {
    decided(await stay('stay-1', holder, 12), 'APPROVED', 'CO-45 700.00, PR-1 1500.00, PR-2 180.00, plan 720.00');
  });
  await step('the second member’s own 1,500.00 fill the family’s 3,000.00', async () => {
    decided(await stay('stay-2', spouse, 11), 'APPROVED', 'CO-45 700.00, PR-1 1500.00, PR-2 180.00, plan 720.00');
    expect((await insured.used(child, 'hospital', 'DEDUCTIBLE', 'FAMILY')) === '3000.00', 'the family’s deductible should be full');
  });
  await step('the third owes no deductible any more: 20 % of 2,400.00', async () => {
    decided(await stay('stay-3', child, 10), 'APPROVED', 'CO-45 700.00, PR-2 480.00, plan 1920.00');
  });
  await step('as second insurer: the first paid 2,000.00 of 2,400.00, we pay the other 400.00, the member nothing', async () => {
    decided(await stay('secondary', child, 9, '2000.00'), 'APPROVED', 'CO-45 700.00, OA-23 2000.00, plan 400.00');
  });
}

async function tellAuthorisation(teller: Teller, { insured, people: [holder], hospital }: Family): Promise<void> {
  const { step, data, id } = teller;
  const scan = (key: string, ago: number) => insured.submit({ key, claimant: holder, provider: hospital, lines: [{ term: 'imaging', code: '70551', ago, amount: '900.00' }] });
  const AUTHORISATION = '... on PriorAuthorisation { locator status } ... on PriorAuthorisationRefusal { code message }';
  await step('a scan without an authorisation is the provider’s', async () => {
    decided(await scan('scan-none', 8), 'DENIED', 'CO-197 900.00, plan 0.00');
  });
  const locator = await step('one scan is authorised', async () => {
    const input = { idempotencyKey: `${id}-scan`, policyId: insured.policy.id, memberPartyId: holder.id, provider: hospital.locator, procedureCode: '70551', coverageTermKey: 'imaging', units: 1, from: addDays(today(), -7), to: addMonths(today(), 1) };
    const { done } = await data('adjuster', `mutation Ask($input: SubmitPriorAuthorisationInput!) { done: submitPriorAuthorisation(input: $input) { ${AUTHORISATION} } }`, { input });
    expect(done.status === 'SUBMITTED', 'SUBMITTED', done);
    await data('adjuster', `mutation Review($input: PriorAuthorisationInput!) { done: reviewPriorAuthorisation(input: $input) { ${AUTHORISATION} } }`, { input: { priorAuthorisation: done.locator } });
    const { decision } = await data('adjuster', `mutation Decide($input: DecidePriorAuthorisationInput!) { decision: decidePriorAuthorisation(input: $input) { ${AUTHORISATION} } }`, { input: { priorAuthorisation: done.locator, units: 1 } });
    expect(decision.status === 'APPROVED', 'APPROVED', decision);
    return done.locator as string;
  });
  await step('the scan is paid after 20 %, and the authorisation is used up', async () => {
    decided(await scan('scan-one', 5), 'APPROVED', 'PR-2 180.00, plan 720.00');
    const { priorAuthorisation } = await data('adjuster', 'query Used($l: ID!) { priorAuthorisation(locator: $l) { status } }', { l: locator });
    expect(priorAuthorisation.status === 'EXHAUSTED', 'EXHAUSTED', priorAuthorisation);
  });
  await step('a second scan finds nothing left of it', async () => {
    decided(await scan('scan-two', 4), 'DENIED', 'CO-197 900.00, plan 0.00');
  });
}

async function tellMoratorium(teller: Teller): Promise<void> {
  const { step } = teller;
  const { insured, people } = await step('UK: a policy with an excess of 200.00 and a moratorium is bought', () => insure(teller, 'UK', 'UK_HEALTH', ['Noor']));
  const claimant = people[0] as Ref;
  const provider = await find(teller, 'Kestrel Health Centre');
  const see = (key: string, ago: number) => insured.submit({ key, claimant, provider, lines: [{ term: 'consultation', code: 'C1000', ago, amount: '250.00' }] });
  await step('UK: a consultation of 250.00 is held until somebody knows the history, then the excess is the member’s', async () => {
    const claim = held(await see('uk-first', 9), 'MEDICAL_HISTORY_UNKNOWN');
    decided(await insured.act('adjuster', 'adjudicateClaim', { claim: claim.locator, release: ['MEDICAL_HISTORY_UNKNOWN'] }), 'APPROVED', 'PR-1 200.00, plan 50.00');
    expect((await insured.used(claimant, 'consultation', 'DEDUCTIBLE', 'PERSON')) === '200.00', 'the excess should be used');
  });
  await step('UK: the excess is owed once in a policy year', async () => {
    const claim = held(await see('uk-second', 6), 'MEDICAL_HISTORY_UNKNOWN');
    decided(await insured.act('adjuster', 'adjudicateClaim', { claim: claim.locator, release: ['MEDICAL_HISTORY_UNKNOWN'] }), 'APPROVED', 'plan 250.00');
  });
  await step('UK: a condition from before is denied as such', async () => {
    const claim = held(await see('uk-third', 3), 'MEDICAL_HISTORY_UNKNOWN');
    decided(await insured.act('adjuster', 'adjudicateClaim', { claim: claim.locator, rulings: [{ line: 1, denialReasonCode: '51' }] }), 'DENIED', 'PR-51 250.00, plan 0.00');
  });
  const later = await step('UK: a check-up of two days ago is paid', async () => {
    const claim = await insured.submit({ key: 'uk-checkup', claimant, provider, lines: [{ term: 'dental_checkup', code: 'D0150', ago: 2, amount: '60.00' }] });
    return decided(claim, 'APPROVED', 'PR-2 12.00, plan 48.00');
  });
  await step('UK: a cancellation that reaches back lists that claim to be looked at, and changes nothing about it', async () => {
    await command(teller.data, 'underwriter', 'cancelPolicy', { cancellation: { locator: insured.policy.locator, effectiveDate: addDays(today(), -4), kind: 'PRO_RATA' }, idempotencyKey: `${teller.id}-uk-cancel` }, 'PolicyTransaction', 'category');
    const REVIEWS = 'query Reviews($after: String) { claimReviews(first: 100, after: $after) { nodes { reason claim { locator status planPays { amount } } } pageInfo { hasNextPage endCursor } } }';
    const listed = await teller.until(
      async () => {
        for (let after: string | null = null; ; ) {
          const { claimReviews } = await teller.data('adjuster', REVIEWS, { after });
          const found = claimReviews.nodes.find((one: { claim: Ref | null }) => one.claim?.locator === later.locator);
          if (found || !claimReviews.pageInfo.hasNextPage) return found;
          after = claimReviews.pageInfo.endCursor;
        }
      },
      (found) => found !== undefined,
    );
    expect(listed.reason === 'COVER_LOST' && listed.claim.status === 'APPROVED' && listed.claim.planPays.amount === '48.00', 'COVER_LOST, and the claim as it was', listed);
  });
}

export const claims: Story = {
  name: 'claims',
  async tell(teller) {
    const family = await teller.step('US: a family of three buys a policy with an embedded deductible', async () => {
      const { insured, people } = await insure(teller, 'US', 'US_GOLD', ['Ira', 'Uma', 'Kit']);
      return { insured, people: people as [Ref, Ref, Ref], clinic: await find(teller, 'Oakwood Clinic'), hospital: await find(teller, 'St Brigid Hospital') };
    });
    await tellVisits(teller, family);
    await tellHospital(teller, family);
    await tellAuthorisation(teller, family);
    await tellMoratorium(teller);
  },
};
