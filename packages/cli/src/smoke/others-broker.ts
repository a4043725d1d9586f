/**
 * A broker's journey: within their authority they quote and bind, and earn; the policy ends after seven of twenty-four months and what is not earned is taken back; a statement and a payment
 * run settle it in the ledger. Above their authority an underwriter decides. Another broker sees none of it.
 */
import { addDays, addMonths } from '@olly/kit/time';
import { acceptAndIssue, type Ask, command, openAccount, type QuoteAnswer, quoteToUnderwriting, type Ref, registerFirm, registerPerson, versionOf } from '../demo/flow.ts';
import { type Actor, actor, askWith, minor, share } from './others-tools.ts';
import { expect, type Teller } from './story.ts';

/** One person of 38 in New York costs 5,846.40 without tobacco and 7,308.00 with it, both without tax and fee. */
const LIMIT = '6000.00';
const [PREMIUM, COMMISSION] = ['5846.40', '876.96'];
const MONTHS = 24n;
const EARNED_MONTHS = 7;

interface Placing {
  readonly ask: Ask;
  readonly broker: Ref;
  readonly client: Ref;
  readonly account: Ref;
  readonly quoting: (key: string, smokes: boolean) => Promise<QuoteAnswer>;
}

async function appointed(teller: Teller): Promise<{ who: Actor; broker: Ref }> {
  const { step, data, id } = teller;
  return step('a broker is appointed: authority 6,000.00 USD a year, 15 % over 24 months', async () => {
    const firm = await registerFirm(data, 'admin', `Told & Sons ${id.slice(0, 8)}`, `${id}-firm`);
    const person = await registerPerson(data, 'admin', { firstName: 'Nell', lastName: `Told-${id.slice(0, 8)}`, dateOfBirth: '1980-05-05' }, `${id}-broker-person`);
    const input = { brokerId: firm.id, partyLocator: firm.locator, delegatedAuthorityLimit: { amount: LIMIT, currency: 'USD' }, commissionRate: '0.15', commissionMonths: Number(MONTHS) };
    const broker: Ref = await command(data, 'admin', 'configureBroker', input, 'Broker', 'id locator');
    return { who: await actor('broker', id, person, { broker: broker.locator }), broker };
  });
}

async function placing(teller: Teller, who: Actor, broker: Ref): Promise<Placing> {
  const { step, id } = teller;
  const ask = askWith(teller, who);
  return step('the broker registers a client and opens an account', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const client = await registerPerson(ask, 'broker', { firstName: 'Joy', lastName: `Client-${id.slice(0, 8)}`, dateOfBirth: addMonths(today, -38 * 12 - 3) }, `${id}-client`);
    const account = await openAccount(ask, 'broker', client, 'US', `${id}-client-account`);
    const productVersionId = await versionOf(ask, 'broker', 'US_GOLD');
    const quoting = (key: string, smokes: boolean) =>
      quoteToUnderwriting(ask, 'broker', { account, productVersionId, effectiveFrom: addDays(today, -5), region: 'NY', insured: [{ party: client, relationship: 'SELF' }], answers: [{ key: 'smoker', value: smokes }], key: `${id}-${key}` });
    return { ask, broker, client, account, quoting };
  });
}

interface CommissionAnswer extends Ref {
  readonly kind: string;
  readonly amount: { readonly amount: string };
  readonly status: string;
}

const commissionsOf = async (ask: Ask, policy: Ref): Promise<CommissionAnswer[]> =>
  (await ask('broker', 'query Earned($l: ID!) { policy(locator: $l) { commissions { id locator kind amount { amount } status } } }', { l: policy.locator })).policy?.commissions ?? [];

const entriesOf = async (ask: Ask, commission: Ref): Promise<string[]> =>
  (await ask('finance', 'query Booked($filter: LedgerEntryFilter!) { ledgerEntries(filter: $filter, first: 20) { nodes { ledgerAccount direction amount { amount } } } }', { filter: { referenceId: commission.id } }))
    .ledgerEntries.nodes.map((one: { ledgerAccount: string; direction: string; amount: { amount: string } }) => `${one.direction} ${one.ledgerAccount} ${one.amount.amount}`).toSorted();

async function earnAndReturn(teller: Teller, { ask, broker, quoting }: Placing): Promise<{ policy: Ref; statement: Ref; commission: Ref }> {
  const { step, until, id } = teller;
  const policy = await step('a quote within authority is bound without asking', async () => {
    const quote = await quoting('within', false);
    expect(quote.status === 'UNDERWRITTEN', 'a quote of 5,846.40 is within authority', quote);
    return acceptAndIssue(ask, 'broker', quote, `${id}-within-issue`);
  });
  const [accrued] = await step(`it earns ${COMMISSION}: 15 % of ${PREMIUM}, without tax and fee`, () =>
    until(() => commissionsOf(ask, policy), (found) => found.length === 1 && found[0]?.amount.amount === COMMISSION));
  await step('the book of business shows it', () =>
    until(
      async () => (await ask('broker', '{ myBroker { bookSummary { policies inForce premium { amount } } book(first: 1) { nodes { policy { locator } premium { amount } } } } }')).myBroker,
      (found) => found.bookSummary.inForce === 1 && found.book.nodes[0]?.policy.locator === policy.locator && found.bookSummary.premium.amount === PREMIUM,
    ));
  const { effectiveDate, clawback } = await step('cancelled after 7 of 24 months, 17 of them are taken back', async () => {
    const { policy: seen } = await ask('broker', 'query Term($l: ID!) { policy(locator: $l) { inceptionDate } }', { l: policy.locator });
    const day = addDays(addMonths(seen.inceptionDate, EARNED_MONTHS), 12);
    await command(ask, 'broker', 'cancelPolicy', { cancellation: { locator: policy.locator, effectiveDate: day, kind: 'PRO_RATA' }, idempotencyKey: `${id}-cancel` }, 'PolicyTransaction', 'category');
    const whole = minor({ amount: COMMISSION });
    const expected = share(whole, BigInt(EARNED_MONTHS), MONTHS) - whole;
    const rows = await until(() => commissionsOf(ask, policy), (found) => found.length === 2);
    const taken = rows.find(({ kind }) => kind === 'CLAWBACK');
    expect(taken && minor(taken.amount) === expected, `a clawback of ${expected} cents`, rows);
    return { effectiveDate: day, clawback: taken };
  });
  const statement = await step('the statement says what is left', async () => {
    const input = { broker: broker.locator, until: effectiveDate, idempotencyKey: `${id}-statement` };
    const { statements } = await command(ask, 'finance', 'issueCommissionStatement', input, 'IssuedStatements', 'statements { id locator status earned { amount } takenBack { amount } total { amount } }');
    expect(statements.length === 1 && statements[0].status === 'DUE' && minor(statements[0].total) === minor({ amount: COMMISSION }) + minor(clawback.amount), 'earned less taken back', statements);
    return statements[0] as Ref;
  });
  await step('a payment run pays it, once', async () => {
    const input = { until: effectiveDate, idempotencyKey: `${id}-run` };
    const run = () => command(ask, 'finance', 'runCommissionPayments', input, 'CommissionPaymentRun', 'locator statements { locator status }');
    const [first, again] = [await run(), await run()];
    expect(first.locator === again.locator && first.statements.some((one: { locator: string; status: string }) => one.locator === statement.locator && one.status === 'PAID'), 'our statement, paid', first);
  });
  await step('the ledger has accrued, taken back and paid it', async () => {
    const [plus, back] = [COMMISSION, clawback.amount.amount.replace('-', '')];
    const earned = [`CREDIT CASH ${plus}`, `CREDIT COMMISSION_PAYABLE ${plus}`, `DEBIT COMMISSION_EXPENSE ${plus}`, `DEBIT COMMISSION_PAYABLE ${plus}`];
    const returned = [`CREDIT COMMISSION_EXPENSE ${back}`, `CREDIT COMMISSION_PAYABLE ${back}`, `DEBIT CASH ${back}`, `DEBIT COMMISSION_PAYABLE ${back}`];
    await until(async () => [await entriesOf(ask, accrued as Ref), await entriesOf(ask, clawback)], ([one, other]) => one?.join() === earned.join() && other?.join() === returned.join());
  });
  return { policy, statement, commission: accrued as Ref };
}

const quoteNow = async (ask: Ask, persona: string, quote: Ref) => (await ask(persona, 'query Look($l: ID!) { quote(locator: $l) { status underwritingFlags { id value clearedAt } } }', { l: quote.locator })).quote;

async function aboveAuthority({ step, id }: Teller, { ask, broker, quoting }: Placing): Promise<void> {
  const referred = await step('a quote above authority is referred, and cannot be bound', async () => {
    const quote = await quoting('above', true);
    expect(quote.status === 'REFERRED', 'a quote of 7,308.00 is above authority', quote);
    const refused = await ask('broker', 'mutation Bind($l: ID!) { acceptQuote(input: { locator: $l }) { __typename ... on EnrollmentRefusal { code } } }', { l: quote.locator });
    expect(refused.acceptQuote.__typename === 'EnrollmentRefusal', 'no acceptance', refused);
    return quote;
  });
  await step('an underwriter accepts the risk, and the broker binds', async () => {
    const { underwritingFlags: flags } = await quoteNow(ask, 'underwriter', referred);
    const standing = flags.filter((one: { clearedAt: string | null }) => one.clearedAt === null);
    expect(standing.some((one: { value: string }) => one.value === 'AUTHORITY_EXCEEDED'), 'a flag AUTHORITY_EXCEEDED', flags);
    for (const flag of standing) await command(ask, 'underwriter', 'clearUnderwritingFlag', { id: flag.id, reason: 'The risk is acceptable at this premium.' }, 'UnderwritingFlag', 'id');
    const cleared: QuoteAnswer = await command(ask, 'underwriter', 'underwriteQuote', { locator: referred.locator }, 'Quote', 'id locator status total { amount currency }');
    expect(cleared.status === 'UNDERWRITTEN', 'UNDERWRITTEN', cleared);
    await acceptAndIssue(ask, 'broker', cleared, `${id}-above-issue`);
  });
  await step('once authority is withdrawn, everything is referred', async () => {
    await command(ask, 'underwriter', 'withdrawAuthority', { broker: broker.locator }, 'Broker', 'authorityWithdrawnOn');
    const quote = await quoting('withdrawn', false);
    expect(quote.status === 'REFERRED', 'REFERRED', quote);
  });
}

export async function tellBroker(teller: Teller): Promise<void> {
  const { who, broker } = await appointed(teller);
  const place = await placing(teller, who, broker);
  const seen = await earnAndReturn(teller, place);
  await aboveAuthority(teller, place);
  await teller.step('another broker sees none of it', async () => {
    const variables = { policy: seen.policy.locator, commission: seen.commission.locator, statement: seen.statement.locator, broker: broker.locator, client: place.client.locator };
    const found = await teller.data('broker2', 'query Other($policy: ID!, $commission: ID!, $statement: ID!, $broker: ID!, $client: ID!) { policy(locator: $policy) { locator } commission(locator: $commission) { locator } commissionStatement(locator: $statement) { locator } broker(locator: $broker) { locator } party(locator: $client) { locator } }', variables);
    expect(Object.values(found).every((one) => one === null), 'nothing', found);
  });
}
