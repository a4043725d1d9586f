/**
 * From an accepted quote to everything that issuing writes: policy, first term, elements with their people, transaction and charges. Pure: ids come in, rows come out, and what
 * is charged adds up to what the quote has shown.
 */
import type { Ids } from '@olly/kit/locator';
import { amountOf, money, sum } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import type { PolicyChargeRow, PolicyElementRow, PolicyInsuredRow, PolicyRow, PolicyTermRow, PolicyTransactionRow, QuoteRow } from '../mappers.ts';
import type { ProductElement, QuotingFacts } from '../ports/policyAdmin.ts';
import type { PriceBreakdown } from '../pricing/rating.ts';
import { type AccessFacts, accessOf } from './access.ts';

export interface Issue {
  readonly policy: PolicyRow;
  readonly term: PolicyTermRow;
  readonly transaction: PolicyTransactionRow;
  readonly elements: readonly PolicyElementRow[];
  readonly insureds: readonly PolicyInsuredRow[];
  readonly charges: readonly PolicyChargeRow[];
  readonly access: ReturnType<typeof accessOf>;
}

export interface IssueFacts {
  readonly quote: QuoteRow;
  readonly facts: QuotingFacts;
  readonly actor: string;
  readonly now: Date;
  readonly today: IsoDate;
}

/** One charge for each element and person, each tax and each fee; those of nothing are left out. */
function chargesOf(pricing: PriceBreakdown, { policy, term, transaction, elements }: Pick<Issue, 'policy' | 'term' | 'transaction' | 'elements'>, ids: Ids): PolicyChargeRow[] {
  const base = {
    policy_id: policy.id,
    transaction_id: transaction.id,
    term_id: term.id,
    currency: pricing.currency,
    effective_from: term.effective_from,
    effective_to: term.effective_to,
    element_static_id: null,
    tax_name: null,
    tax_rate: null,
  };
  const premiums = pricing.lines.map((line) => {
    const { static_id } = elements.find((one) => one.element_type === line.elementType) as PolicyElementRow;
    return { ...base, charge_key: `premium:${static_id}:${line.party}`, category: 'PREMIUM' as const, amount: line.premium, element_static_id: static_id };
  });
  const taxes = pricing.taxes.map((one, index) => ({ ...base, charge_key: `tax:${index}`, category: 'TAX' as const, amount: one.amount, tax_name: one.name, tax_rate: one.rate }));
  const fees = pricing.fees.map((one, index) => ({ ...base, charge_key: `fee:${index}`, category: 'FEE' as const, amount: one.amount }));
  return [...premiums, ...taxes, ...fees].filter(({ amount }) => money(amount, pricing.currency).minor !== 0n).map((charge) => ({ id: ids.id(), ...charge }));
}

function accessFactsOf({ quote, facts, today }: IssueFacts, policy: PolicyRow): AccessFacts {
  const insured = quote.document.insured.map((one) => ({ ...one, birth: facts.parties.find(({ locator }) => locator === one.party)?.dateOfBirth as IsoDate }));
  return {
    policy,
    account: { id: quote.account_id, locator: quote.account_locator },
    holder: { partyId: quote.holder_party_id, party: quote.holder_party_locator, birth: facts.holder.dateOfBirth },
    insured,
    broker: quote.broker,
    scheme: quote.scheme,
    from: today,
  };
}

/** Everything that is written when a quote is issued. */
export function issueOf(input: IssueFacts, ids: Ids): Issue {
  const { quote, facts, actor, now } = input;
  const pricing = quote.pricing as PriceBreakdown;
  const { document: terms, product } = facts.version;
  const period = { effective_from: quote.effective_from, effective_to: quote.effective_to };
  const policy: PolicyRow = {
    id: ids.id(),
    locator: ids.locator('pol'),
    account_id: quote.account_id,
    account_locator: quote.account_locator,
    billing_level: facts.account.billingLevel,
    quote_id: quote.id,
    product_version_id: quote.product_version_id,
    product_code: product.code,
    lob: product.lob,
    market: facts.market.marketCode,
    holder_party_id: quote.holder_party_id,
    holder_party_locator: quote.holder_party_locator,
    broker: quote.broker,
    scheme: quote.scheme,
    status: 'ACTIVE',
    currency: quote.currency,
    inception_date: quote.effective_from,
    covered_to: quote.effective_to,
    jurisdiction: facts.market.jurisdiction,
    region: quote.region,
    document: { ...quote.document, billing: terms.billing, renewal: terms.renewal, cancellation: terms.cancellation, retroDays: terms.retroDays },
    is_renewed: true,
    version: 1,
    issued_at: now,
  };
  const term: PolicyTermRow = { id: ids.id(), locator: ids.locator('trm'), policy_id: policy.id, term_number: 1, ...period, ended_on: null, status: 'ACTIVE', proration_basis: terms.prorationBasis };
  const transaction: PolicyTransactionRow = {
    id: ids.id(),
    locator: ids.locator('txn'),
    policy_id: policy.id,
    term_id: term.id,
    category: 'ISSUANCE',
    status: 'ISSUED',
    effective_date: quote.effective_from,
    currency: quote.currency,
    premium: pricing.premium,
    tax: pricing.tax,
    fees: pricing.feesTotal,
    document: { ...quote.document, region: quote.region, pricing },
    actor,
    issued_at: now,
  };
  const elements = quote.document.elements.map(({ type }): PolicyElementRow => {
    const lines = pricing.lines.filter((line) => line.elementType === type);
    const premium = amountOf(sum(lines.map((line) => money(line.premium, pricing.currency)), pricing.currency));
    const document = terms.elements.find((one) => one.type === type) as ProductElement;
    return { id: ids.id(), static_id: ids.id(), policy_id: policy.id, term_id: term.id, element_type: type, premium, currency: quote.currency, document };
  });
  const insureds = elements.flatMap((element) =>
    pricing.lines
      .filter((line) => line.elementType === element.element_type)
      .map((line): PolicyInsuredRow => {
        const person = quote.document.insured.find((one) => one.party === line.party) as QuoteRow['document']['insured'][number];
        const who = { party_id: person.partyId, party_locator: person.party, relationship: person.relationship };
        return { id: ids.id(), policy_id: policy.id, element_id: element.id, ...who, ...period, premium: line.premium, currency: quote.currency };
      }),
  );
  const rows = { policy, term, transaction, elements };
  return { ...rows, insureds, charges: chargesOf(pricing, rows, ids), access: accessOf(accessFactsOf(input, policy)) };
}
