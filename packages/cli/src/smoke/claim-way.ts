/**
 * One claim's whole way through the house, in one market: a person is registered, a quote is priced, accepted and issued, a claim is decided with the right shares, and accumulators, charges,
 * the ledger, notifications and documents follow by events. New people each time, so that it can be told again on the same system.
 */
import { addDays, addMonths } from '@olly/kit/time';
import { type Ask, buyPolicy, type ClaimAnswer, command, openAccount, type Ref, registerPerson, submitClaim, versionOf } from '../demo/flow.ts';
import { expect, type Teller } from './story.ts';

export interface Market {
  readonly code: 'UK' | 'US';
  readonly currency: 'GBP' | 'USD';
  readonly product: string;
  readonly region: string;
  readonly answers?: readonly { readonly key: string; readonly value: unknown }[];
  /** The service, what is billed, and the shares that the benefit table gives. */
  readonly service: { readonly term: string; readonly code: string; readonly provider: string; readonly billed: string; readonly plan: string; readonly member: string };
  /** The service that a second person of the market is asked about, and what is left then. */
  readonly accumulator?: { readonly term: string; readonly type: string; readonly used: string };
}

/** The product's own arithmetic: 120.00 agreed for the visit of 150.00, a copay of 30.00. */
export const US: Market = {
  code: 'US',
  currency: 'USD',
  product: 'US_GOLD',
  region: 'NY',
  answers: [{ key: 'smoker', value: false }],
  service: { term: 'office_visit', code: '99213', provider: 'Oakwood Clinic', billed: '150.00', plan: '90.00', member: '30.00' },
  accumulator: { term: 'office_visit', type: 'OUT_OF_POCKET', used: '30.00' },
};
/** 60.00 agreed for the check-up, the member's share 20 %. */
export const UK: Market = {
  code: 'UK',
  currency: 'GBP',
  product: 'UK_HEALTH',
  region: 'LONDON',
  service: { term: 'dental_checkup', code: 'D0150', provider: 'Kestrel Health Centre', billed: '75.00', plan: '48.00', member: '12.00' },
  accumulator: { term: 'dental_checkup', type: 'AMOUNT', used: '48.00' },
};

export interface Told {
  readonly party: Ref;
  readonly account: Ref;
  readonly policy: Ref;
  readonly claim: ClaimAnswer;
}

/** Tells it, with a step for each stage; answers what was made. */
export async function tellClaimWay({ step, data, until, id }: Teller, market: Market): Promise<Told> {
  const ask: Ask = data;
  const { service, currency } = market;
  const key = (what: string): string => `${id}-${market.code}-${what}`;
  const today = new Date().toISOString().slice(0, 10);
  const inception = addMonths(today, -1);

  const party = await step(`${market.code}: a person is registered`, () =>
    registerPerson(ask, 'admin', { firstName: 'Sam', lastName: `Tell-${id.slice(0, 8)}`, dateOfBirth: '1988-02-29', email: `sam.${id.slice(0, 8)}@example.org` }, key('party')));
  const account = await step(`${market.code}: an account is opened in ${currency}`, () => openAccount(ask, 'admin', party, market.code, key('account')));
  const policy = await step(`${market.code}: a quote is validated, priced, underwritten, accepted and issued`, async () =>
    buyPolicy(ask, 'underwriter', {
      account,
      productVersionId: await versionOf(ask, 'underwriter', market.product),
      effectiveFrom: inception,
      region: market.region,
      insured: [{ party, relationship: 'SELF' }],
      answers: market.answers,
      key: key('quote'),
    }));
  await step(`${market.code}: eligibility follows by event`, () =>
    until(
      async () => (await data('adjuster', 'query Cover($filter: MemberCoverageFilter!) { memberCoverages(filter: $filter) { nodes { elementType effectiveFrom } } }', { filter: { partyId: party.id, policyId: policy.id } })).memberCoverages.nodes,
      (rows: { elementType: string; effectiveFrom: string }[]) => rows.length === 2 && rows.every((row) => row.effectiveFrom === inception),
    ));
  await step(`${market.code}: billing follows by event, and the premium's charges are its price`, async () => {
    const { policy: priced } = await data('finance', 'query Price($l: ID!) { policy(locator: $l) { quote { total { amount } } } }', { l: policy.locator });
    const charges = await until(
      async () => (await data('finance', 'query Charges($filter: ChargeFilter!) { charges(filter: $filter, first: 50) { nodes { amount { amount } } } }', { filter: { policyId: policy.id } })).charges.nodes,
      (rows: unknown[]) => rows.length > 0,
    );
    const minor = (amount: string) => BigInt(amount.replace('.', ''));
    const total = (charges as { amount: { amount: string } }[]).reduce((sum, row) => sum + minor(row.amount.amount), 0n);
    const price = priced?.quote?.total?.amount;
    expect(price === undefined || price === null || minor(price) === total, 'the charges should sum to the price', { total: String(total), price });
  });
  const provider = await step(`${market.code}: the provider is found in the directory`, async () => {
    const { providers } = await data('provider', 'query Find($search: ProviderSearch!) { providers(search: $search) { nodes { id locator networkStatus } } }', { search: { name: service.provider } });
    expect(providers.nodes[0]?.networkStatus === 'ACTIVE', `${service.provider} should be active`, providers);
    return providers.nodes[0] as Ref;
  });
  const request = { policy, claimant: party, provider, currency, lines: [{ term: service.term, code: service.code, on: addDays(today, -2), amount: service.billed }] };
  await step(`${market.code}: a preview answers the shares and writes nothing`, async () => {
    const input = { policyId: policy.id, claimantPartyId: party.id, provider: provider.locator, currency, lines: [{ coverageTermKey: service.term, procedureCode: service.code, serviceDate: addDays(today, -2), amount: { amount: service.billed, currency } }] };
    const { previewClaim } = await data('adjuster', 'query Preview($input: PreviewClaimInput!) { previewClaim(input: $input) { ... on ClaimPreview { planPays { amount } memberOwes { amount } } ... on ClaimRefusal { code } } }', { input });
    expect(previewClaim.planPays?.amount === service.plan && previewClaim.memberOwes?.amount === service.member, `${service.plan} and ${service.member}`, previewClaim);
  });
  const claim = await step(`${market.code}: a claim of ${service.billed} is submitted and decided: plan ${service.plan}, member ${service.member}`, async () => {
    const answer = await submitClaim(ask, 'adjuster', { ...request, key: key('claim') });
    expect(answer.status === 'APPROVED' && answer.planPays?.amount === service.plan && answer.memberOwes?.amount === service.member, 'the shares of the benefit table', answer);
    const again = await submitClaim(ask, 'adjuster', { ...request, key: key('claim') });
    expect(again.locator === answer.locator, 'the same key should answer the same claim', again);
    return answer;
  });
  await step(`${market.code}: the explanation accounts for every penny`, async () => {
    const { claim: seen } = await data('adjuster', 'query Explain($l: ID!) { claim(locator: $l) { explanation { charged { amount } writtenOff { amount } planPays { amount } memberOwes { amount } lines { steps { rule text } } } } }', { l: claim.locator });
    const { charged, writtenOff, planPays, memberOwes, lines } = seen.explanation;
    const minor = (money: { amount: string }) => Number(money.amount.replace('.', ''));
    expect(minor(charged) === minor(writtenOff) + minor(planPays) + minor(memberOwes) && lines[0].steps.length > 0, 'charged = written off + plan + member', seen.explanation);
  });
  await step(`${market.code}: the accumulator has moved`, () =>
    until(
      async () => {
        const { eligibility } = await data('adjuster', 'query Left($party: ID!, $term: String!) { eligibility(party: $party, coverageTermKey: $term) { accumulators { type level network used { amount } } } }', { party: party.id, term: service.term });
        return eligibility?.accumulators ?? [];
      },
      (rows: { type: string; level: string; network: string; used: { amount: string } | null }[]) =>
        rows.some((row) => row.type === market.accumulator?.type && row.level === 'PERSON' && row.network === 'IN' && row.used?.amount === market.accumulator.used),
    ));
  await step(`${market.code}: the claim's charge is there, and its journal balances`, async () => {
    const LEDGER = 'query Ledger($filter: LedgerEntryFilter!) { ledgerEntries(filter: $filter, first: 50) { nodes { ledgerAccount direction amount { amount } } } }';
    const { charges } = await until(
      async () => (await data('finance', 'query Charge($l: ID!) { claim(locator: $l) { charges(first: 5) { nodes { category amount { amount } } } } }', { l: claim.locator })).claim,
      (found: { charges: { nodes: { category: string; amount: { amount: string } }[] } }) => found.charges.nodes.some((one) => one.category === 'CLAIM_PAYMENT'),
    );
    expect(charges.nodes[0]?.amount.amount === service.plan, `a charge of ${service.plan}`, charges);
    const { ledgerEntries } = await data('finance', LEDGER, { filter: { referenceId: claim.id } });
    const entries: { ledgerAccount: string; direction: string; amount: { amount: string } }[] = ledgerEntries.nodes;
    const side = (direction: string) => entries.filter((one) => one.direction === direction).map((one) => `${one.ledgerAccount} ${one.amount.amount}`);
    expect(side('DEBIT').join() === `CLAIMS_EXPENSE ${service.plan}` && side('CREDIT').join() === `CLAIMS_PAYABLE ${service.plan}`, 'Dr claims expense, Cr claims payable', entries);
  });
  await step(`${market.code}: finance pays the claim, and the payment is in the ledger`, async () => {
    await command(ask, 'finance', 'payClaim', { claim: claim.locator, paymentReference: `SMOKE-${id.slice(0, 8)}` }, 'Claim', 'status');
    await until(
      async () => (await data('finance', 'query Paid($l: ID!) { claim(locator: $l) { status charges(first: 5) { nodes { status } } } }', { l: claim.locator })).claim,
      (found: { status: string; charges: { nodes: { status: string }[] } }) => found.status === 'PAID' && found.charges.nodes.every((one) => one.status === 'SETTLED'),
    );
  });
  return { party, account, policy, claim };
}
