/**
 * Selling and billing, in both markets: a product is configured, sold to somebody whom underwriting has to look at, changed in mid-term in any order, invoiced, paid in parts, renewed at the price of
 * the next version, cancelled, brought back, cancelled for good and refunded; the ledger has no difference at the end. New products and people each time it is told.
 */
import { addMonths } from '@olly/kit/time';
import { type Ask, command, openAccount, type Ref, RefusedByHouse, registerPerson } from '../demo/flow.ts';
import { type Change, type Money, minor, productOf, type Scene, SCENES, total } from './selling-scenes.ts';
import { expect, type Story, type Teller } from './story.ts';

interface Sold {
  readonly product: { readonly locator: string; readonly code: string };
  readonly account: Ref;
  readonly party: Ref;
  readonly policy: Ref;
  readonly from: string;
  readonly renewsOn: string;
}

/** Behind everything that a telling charges. */
const YEARS_AHEAD_MONTHS = 36;
const CHANGE = 'id locator category status effectiveDate premium { amount } tax { amount } fees { amount } policy { status coveredTo }';

/** A command that must be refused, with its code. */
async function refused(act: () => Promise<unknown>, code: string): Promise<void> {
  try {
    const answer = await act();
    throw new Error(`${code} was expected; the answer was ${JSON.stringify(answer)}`);
  } catch (error) {
    if (!(error instanceof RefusedByHouse)) throw error;
    expect(error.code === code, code, error.message);
  }
}

/** From nothing to a version on sale; answers the product. */
async function configure({ step, data, id }: Teller, scene: Scene, ask: Ask, from: string): Promise<{ locator: string; code: string; versionId: string }> {
  const code = `SELL_${scene.market}_${id.slice(0, 8).toUpperCase()}`;
  return step(`${scene.market}: a product is configured, its rules checked as they are saved, and published for good`, async () => {
    const product = await command(ask, 'admin', 'createProduct', { code, name: 'Told in a story', lob: 'INDIVIDUAL_HEALTH', marketCode: scene.market }, 'Product', 'locator');
    const draft = await command(ask, 'admin', 'draftProductVersion', { productLocator: product.locator, effectiveFrom: addMonths(from, -1), document: productOf(scene, '1200.00') }, 'ProductVersion', 'id');
    await command(ask, 'admin', 'defineFields', { productVersionId: draft.id, fields: scene.fields }, 'ProductVersion', 'id');
    const rules = (condition: string) => ({ productVersionId: draft.id, name: 'Who is looked at', ruleSetType: 'UNDERWRITING', rules: [{ name: 'Somebody over 64 is looked at', condition, action: { flag: 'block', value: 'AGE_REVIEW' } }] });
    await refused(() => command(ask, 'admin', 'saveRuleSet', rules('premium > "much"'), 'ProductVersion', 'id'), 'RULE_INVALID');
    await command(ask, 'admin', 'saveRuleSet', rules('insured.exists(i, i.age > 64)'), 'ProductVersion', 'id');
    await command(ask, 'admin', 'publishProductVersion', { id: draft.id }, 'ProductVersion', 'status');
    await refused(() => command(ask, 'admin', 'defineFields', { productVersionId: draft.id, fields: [] }, 'ProductVersion', 'id'), 'VERSION_PUBLISHED');
    const { product: seen } = await data('member', 'query Sold($code: String!) { product(code: $code) { versionOn { id } } }', { code });
    expect(seen.versionOn?.id === draft.id, 'the version should be on sale', seen);
    return { locator: product.locator, code, versionId: draft.id };
  });
}

/** A quote that is referred, cleared, accepted and issued once. */
async function sell(teller: Teller, scene: Scene, ask: Ask, today: string): Promise<Sold> {
  const { step, data, id } = teller;
  const key = (what: string) => `${id}-${scene.market}-${what}`;
  const from = addMonths(today, -9);
  const product = await configure(teller, scene, ask, from);
  const party = await step(`${scene.market}: somebody of 66 is registered, and an account is opened`, () =>
    registerPerson(ask, 'admin', { firstName: 'Wilma', lastName: `Sell-${id.slice(0, 8)}`, dateOfBirth: addMonths(today, -12 * 66 - 11) }, key('party')));
  const account = await openAccount(ask, 'admin', party, scene.market, key('account'), { billingLevel: scene.billingLevel });
  const quoteStep = (name: string, locator: string) => command(ask, 'underwriter', name, { locator }, 'Quote', 'id locator version status premium { amount } tax { amount } total { amount } pricing { lines { explanation } } underwritingFlags { id flagType value clearedAt }');
  const quote = await step(`${scene.market}: a quote lacks an answer, gets it, is priced to the penny and explained`, async () => {
    const made = await command(ask, 'underwriter', 'createQuote', {
      accountLocator: account.locator, productVersionId: product.versionId, effectiveFrom: from, region: scene.region, insured: [{ partyLocator: party.locator, relationship: 'SELF' }], elements: [{ type: 'MEDICAL' }], idempotencyKey: key('quote'),
    }, 'Quote', 'id locator version');
    await refused(() => command(ask, 'underwriter', 'validateQuote', { locator: made.locator }, 'Quote', 'status'), 'ANSWER_REQUIRED');
    await command(ask, 'underwriter', 'updateQuote', { locator: made.locator, version: made.version, answers: [{ key: 'level', value: 'A' }] }, 'Quote', 'status');
    await quoteStep('validateQuote', made.locator);
    const priced = await quoteStep('priceQuote', made.locator);
    expect(priced.premium.amount === scene.price.premium && priced.tax.amount === scene.price.tax, `${scene.price.premium} and ${scene.price.tax}`, priced);
    expect(priced.pricing.lines[0].explanation === '1200.00 × 1 (Level A) = 1200.00', 'the price in one sentence', priced.pricing);
    return priced;
  });
  await step(`${scene.market}: underwriting refers it, says why, and holds it until an underwriter clears it`, async () => {
    const referred = await quoteStep('underwriteQuote', quote.locator);
    expect(referred.status === 'REFERRED' && referred.underwritingFlags[0]?.value === 'AGE_REVIEW', 'REFERRED by AGE_REVIEW', referred);
    await refused(() => quoteStep('acceptQuote', quote.locator), 'ILLEGAL_TRANSITION');
    const { ruleEvaluations } = await data('underwriter', 'query Why($id: ID!) { ruleEvaluations(entityId: $id, first: 1) { nodes { inputs result } } }', { id: quote.id });
    expect(ruleEvaluations.nodes[0]?.inputs.insured[0].age === 66 && ruleEvaluations.nodes[0].result[0].matched === true, 'the evaluation with its inputs', ruleEvaluations);
    await command(ask, 'underwriter', 'clearUnderwritingFlag', { id: referred.underwritingFlags[0].id, reason: 'Seen and agreed' }, 'UnderwritingFlag', 'clearedAt');
    expect((await quoteStep('underwriteQuote', quote.locator)).status === 'UNDERWRITTEN', 'UNDERWRITTEN once it is cleared');
  });
  const policy = await step(`${scene.market}: it is accepted and issued, once`, async () => {
    await quoteStep('acceptQuote', quote.locator);
    const issue = (what: string) => command(ask, 'underwriter', 'issueQuote', { locator: quote.locator, idempotencyKey: key(what) }, 'Policy', 'id locator status');
    const made = await issue('issue');
    expect(made.status === 'ACTIVE' && (await issue('issue')).locator === made.locator, 'the same key should give the same policy', made);
    await refused(() => issue('again'), 'ILLEGAL_TRANSITION');
    return made as Ref;
  });
  return { product, account, party, policy, from, renewsOn: addMonths(from, 12) };
}

const chargedOf = async (ask: Ask, policy: Ref): Promise<bigint> => {
  const { policy: seen } = await ask('underwriter', 'query Charged($l: ID!) { policy(locator: $l) { transactions { charges { amount { amount } } } } }', { l: policy.locator });
  return total(seen.transactions.flatMap(({ charges }: { charges: { amount: Money }[] }) => charges.map(({ amount }) => amount)));
};

/** Changes in mid-term, the later one first; and a dearer version that changes nothing of what was sold. */
async function change({ step, data, id }: Teller, scene: Scene, ask: Ask, { product, policy, from, renewsOn }: Sold): Promise<void> {
  await step(`${scene.market}: a dearer version is published for the renewal; the policy stays as it was sold`, async () => {
    const before = await chargedOf(ask, policy);
    const draft = await command(ask, 'admin', 'draftProductVersion', { productLocator: product.locator, effectiveFrom: renewsOn, document: productOf(scene, '2400.00') }, 'ProductVersion', 'id');
    await command(ask, 'admin', 'defineFields', { productVersionId: draft.id, fields: scene.fields }, 'ProductVersion', 'id');
    await command(ask, 'admin', 'publishProductVersion', { id: draft.id }, 'ProductVersion', 'status');
    expect((await chargedOf(ask, policy)) === before, 'nothing should be charged');
  });
  await step(`${scene.market}: a change in mid-term costs what its preview said; an earlier one told later takes it back and applies it again`, async () => {
    for (const { month, answer, costs } of scene.changes) {
      const wanted = { locator: policy.locator, effectiveDate: addMonths(from, month), answers: [{ key: 'level', value: answer }] };
      const { previewEndorsement } = await data('underwriter', 'query Preview($change: EndorsementInput!) { previewEndorsement(change: $change) { ... on PolicyChangePreview { premium { amount } tax { amount } } ... on EnrollmentRefusal { code message } } }', { change: wanted });
      const made: Change = await command(ask, 'underwriter', 'endorsePolicy', { change: wanted, idempotencyKey: `${id}-${scene.market}-change-${month}` }, 'PolicyTransaction', CHANGE);
      expect(previewEndorsement.premium?.amount === costs, `${costs} for the change of month ${month}`, previewEndorsement);
      expect(made.status === 'ISSUED', 'ISSUED', made);
    }
    const { policy: seen } = await data('underwriter', 'query Steps($l: ID!) { policy(locator: $l) { transactions { category status premium { amount } } } }', { l: policy.locator });
    const categories: string[] = seen.transactions.map((one: { category: string; status: string }) => `${one.category} ${one.status}`);
    expect(categories.includes('ENDORSEMENT REVERSED') && categories.includes('REVERSAL ISSUED'), 'the later change should be reversed and applied again', categories);
    const premium = total(seen.transactions.map((one: { premium: Money }) => one.premium));
    expect(premium === minor({ amount: scene.premiumOfTerm }), `a premium of ${scene.premiumOfTerm} for the term`, String(premium));
  });
}

interface InvoiceSeen {
  readonly locator: string;
  readonly status: string;
  readonly total: Money;
  readonly open: Money;
  readonly lines: readonly { readonly amount: Money }[];
  readonly installments: readonly { readonly amount: Money; readonly paid: Money; readonly status: string }[];
}

async function invoicesOf(ask: Ask, account: Ref): Promise<InvoiceSeen[]> {
  const query = 'query Invoices($a: ID!) { invoices(filter: { account: $a }, first: 50) { nodes { locator status total { amount } open { amount } lines { amount { amount } } installments { amount { amount } paid { amount } status } } } }';
  return (await ask('finance', query, { a: account.locator })).invoices.nodes;
}

const openIn = (invoices: readonly InvoiceSeen[]): bigint => total(invoices.filter(({ status }) => status === 'FINALISED').map(({ open }) => open));

/** What the account owes and has paid ahead, with what is to come. */
async function balanceOf(ask: Ask, account: Ref): Promise<{ readonly balance: Money; readonly credit: Money } | null> {
  const asOf = addMonths(new Date().toISOString().slice(0, 10), YEARS_AHEAD_MONTHS);
  return (await ask('finance', 'query Owes($l: ID!, $asOf: Date!) { account(locator: $l) { balance(asOf: $asOf) { balance { amount } credit { amount } } } }', { l: account.locator, asOf })).account?.balance ?? null;
}

/** Asks at once for what is on no invoice; the job would within a minute. */
async function askForAll(ask: Ask, account: Ref): Promise<void> {
  const made = await command(ask, 'finance', 'generateInvoices', { account: account.locator }, 'GeneratedInvoices', 'invoices { locator }');
  for (const { locator } of made.invoices as { locator: string }[]) await command(ask, 'finance', 'finaliseInvoice', { invoice: locator }, 'Invoice', 'status');
}

/** Waits until everything that the policy was charged is on invoices that are asked for. */
async function invoiced({ until }: Teller, ask: Ask, account: Ref, owed: () => Promise<bigint>): Promise<InvoiceSeen[]> {
  const wanted = amountFor(await owed());
  await until(async () => (await balanceOf(ask, account))?.balance.amount, (found) => found === wanted);
  await askForAll(ask, account);
  return until(() => invoicesOf(ask, account), (found) => found.length > 0 && found.every(({ status }) => status !== 'DRAFT'));
}

function amountFor(minorUnits: bigint): string {
  return `${minorUnits / 100n}.${String(minorUnits % 100n).padStart(2, '0')}`;
}

async function pay(ask: Ask, scene: Scene, account: Ref, amount: bigint, key: string, more: object = { method: 'CARD', token: 'tok_ok' }): Promise<{ locator: string; status: string; amount: Money }> {
  return command(ask, 'finance', 'recordPayment', { account: account.locator, amount: { amount: amountFor(amount), currency: scene.currency }, ...more, idempotencyKey: key }, 'Payment', 'locator status amount { amount }');
}

/** Invoiced, then paid in parts: a part by card, once however often it is sent; one that is declined; the rest by transfer. */
async function bill(teller: Teller, scene: Scene, ask: Ask, { account, policy }: Sold): Promise<void> {
  const { step, data, until, id } = teller;
  const key = (what: string) => `${id}-${scene.market}-${what}`;
  const invoices = await step(`${scene.market}: what was charged is invoiced, and every invoice is its lines and its installments`, async () => {
    const found = await invoiced(teller, ask, account, () => chargedOf(ask, policy));
    for (const one of found) {
      expect(total(one.lines.map(({ amount }) => amount)) === minor(one.total) && total(one.installments.map(({ amount }) => amount)) === minor(one.total), 'lines and installments should sum to the total', one);
    }
    expect(total(found.map((one) => one.total)) === (await chargedOf(ask, policy)), 'the invoices should be what was charged', found);
    return found;
  });
  await step(`${scene.market}: it is paid in parts: by card once for one key, declined once, the rest by transfer`, async () => {
    const open = openIn(invoices);
    const part = open / 3n;
    const first = await pay(ask, scene, account, part, key('part'));
    const again = await pay(ask, scene, account, part, key('part'));
    expect(first.status === 'SETTLED' && again.locator === first.locator, 'one payment', [first, again]);
    await refused(() => pay(ask, scene, account, part + 1n, key('part')), 'IDEMPOTENCY_MISMATCH');
    const declined = await pay(ask, scene, account, part, key('declined'), { method: 'CARD', token: 'tok_declined' });
    expect(declined.status === 'FAILED', 'FAILED', declined);
    expect(openIn(await invoicesOf(ask, account)) === open - part, 'a third should be paid');
    await pay(ask, scene, account, open - part, key('rest'), { method: 'BANK_TRANSFER', reference: 'TOLD' });
    const paid = await until(() => invoicesOf(ask, account), (found) => found.every(({ status }) => status === 'PAID'));
    expect(openIn(paid) === 0n, 'nothing open', paid);
  });
  await step(`${scene.market}: the statement ends at nothing owed`, async () => {
    const { account: seen } = await data('finance', 'query Statement($l: ID!) { account(locator: $l) { balance { balance { amount } } statement(from: "2020-01-01", to: "2020-12-31") { closing { amount } } } }', { l: account.locator });
    expect(minor(seen.balance.balance) === 0n && minor(seen.statement.closing) === 0n, 'zero', seen);
  });
}

const isCovered = async (ask: Ask, party: Ref, date: string, term: string): Promise<boolean> =>
  (await ask('adjuster', 'query Covered($p: ID!, $d: Date!, $t: String!) { eligibility(party: $p, date: $d, coverageTermKey: $t) { isCovered } }', { p: party.id, d: date, t: term })).eligibility?.isCovered ?? false;

/** The next term at the next version's price, paid; then cancelled, brought back, and cancelled for good. */
async function renewAndEnd(teller: Teller, scene: Scene, ask: Ask, { account, party, policy, renewsOn }: Sold): Promise<void> {
  const { step, data, until, id } = teller;
  const key = (what: string) => `${id}-${scene.market}-${what}`;
  await step(`${scene.market}: it is renewed by the version then in force: ${scene.renewal}`, async () => {
    const made: Change = await command(ask, 'underwriter', 'renewPolicy', { locator: policy.locator, idempotencyKey: key('renew') }, 'PolicyTransaction', CHANGE);
    expect(made.category === 'RENEWAL' && made.premium.amount === scene.renewal && made.effectiveDate === renewsOn, `a premium of ${scene.renewal} from ${renewsOn}`, made);
    const { policy: seen } = await data('underwriter', 'query Terms($l: ID!) { policy(locator: $l) { terms { termNumber effectiveFrom } elements { staticId } } }', { l: policy.locator });
    expect(seen.terms.length === 2 && new Set(seen.elements.map((one: { staticId: string }) => one.staticId)).size === 1, 'two terms of one element', seen);
  });
  await step(`${scene.market}: the next term is invoiced and paid ahead`, async () => {
    let owed = 0n;
    await invoiced(teller, ask, account, async () => {
      const { policy: seen } = await data('underwriter', 'query Last($l: ID!) { policy(locator: $l) { transactions { charges { amount { amount } } } } }', { l: policy.locator });
      owed = total(seen.transactions.at(-1).charges.map(({ amount }: { amount: Money }) => amount));
      return owed;
    });
    await pay(ask, scene, account, owed, key('renewal'), { method: 'BANK_TRANSFER', reference: 'TOLD' });
  });
  const lastDay = addMonths(renewsOn, 6);
  const cancel = (what: string) => command(ask, 'underwriter', 'cancelPolicy', { cancellation: { locator: policy.locator, effectiveDate: lastDay, kind: scene.cancellation }, idempotencyKey: key(what) }, 'PolicyTransaction', CHANGE) as Promise<Change>;
  const { first, given } = await step(`${scene.market}: it is cancelled (${scene.cancellation}) and gives back what its preview said: ${scene.givenBack}`, async () => {
    const { previewCancellation } = await data('underwriter', 'query Preview($c: CancellationInput!) { previewCancellation(cancellation: $c) { ... on PolicyChangePreview { premium { amount } total { amount } } ... on EnrollmentRefusal { code message } } }', { c: { locator: policy.locator, effectiveDate: lastDay, kind: scene.cancellation } });
    const made = await cancel('cancel');
    expect(made.premium.amount === scene.givenBack && previewCancellation.premium?.amount === scene.givenBack, scene.givenBack, { made, previewCancellation });
    return { first: made, given: -minor(previewCancellation.total) };
  });
  await step(`${scene.market}: cover ends with it, and returns when it is brought back`, async () => {
    await until(() => isCovered(ask, party, lastDay, scene.term), (found) => !found);
    const back: Change = await command(ask, 'underwriter', 'reinstatePolicy', { locator: policy.locator, idempotencyKey: key('reinstate') }, 'PolicyTransaction', CHANGE);
    expect(minor(back.premium) === -minor(first.premium), 'the same again', back);
    await until(() => isCovered(ask, party, lastDay, scene.term), (found) => found);
    await cancel('cancel-again');
    await until(() => isCovered(ask, party, lastDay, scene.term), (found) => !found);
  });
  await step(`${scene.market}: what was given back is credit, and is refunded`, async () => {
    await until(() => balanceOf(ask, account), (found) => found !== null && minor(found.balance) === -given);
    // What the reinstatement owed is asked for, and the first cancellation's credit pays it.
    await askForAll(ask, account);
    await until(() => balanceOf(ask, account), (found) => found !== null && minor(found.credit) === given);
    const { account: seen } = await data('finance', 'query Paid($l: ID!) { account(locator: $l) { payments(first: 20) { nodes { locator amount { amount } status } } } }', { l: account.locator });
    const payment = seen.payments.nodes.find((one: { amount: Money; status: string }) => one.status === 'SETTLED' && minor(one.amount) >= given);
    expect(payment, 'a payment that is as large as the credit', seen);
    const refund = { payment: payment.locator, amount: { amount: amountFor(given), currency: scene.currency }, reason: 'CANCELLATION', idempotencyKey: key('refund') };
    for (const _twice of [1, 2]) await command(ask, 'finance', 'refundPayment', refund, 'Payment', 'status');
    await until(() => balanceOf(ask, account), (found) => found !== null && minor(found.balance) === 0n && minor(found.credit) === 0n);
  });
}

export const selling: Story = {
  name: 'selling',
  async tell(teller) {
    const { step, data } = teller;
    const ask: Ask = data;
    const today = new Date().toISOString().slice(0, 10);
    for (const scene of SCENES) {
      const sold = await sell(teller, scene, ask, today);
      await change(teller, scene, ask, sold);
      await bill(teller, scene, ask, sold);
      await renewAndEnd(teller, scene, ask, sold);
    }
    await step('the trial balance has a difference of zero in every currency, today and in the years to come', async () => {
      for (const asOf of [today, addMonths(today, YEARS_AHEAD_MONTHS)]) {
        const { trialBalance } = await data('finance', 'query Trial($asOf: Date!) { trialBalance(asOf: $asOf) { totals { debit { amount currency } credit { amount } balance { amount } } } }', { asOf });
        const currencies: string[] = trialBalance.totals.map((one: { debit: { currency: string } }) => one.debit.currency);
        expect(['GBP', 'USD'].every((one) => currencies.includes(one)) && trialBalance.totals.every((one: { balance: Money }) => minor(one.balance) === 0n), 'a difference of 0.00', trialBalance);
      }
    });
  },
};
