/**
 * An employer's journey: a scheme, a file of employees with their families, what was wrong put right, members covered; one leaves and the premium comes back to the account that paid it, and
 * returns with what they had used; the group's invoice comes as its account is billed, one for all or one for each policy.
 */
import { addDays, addMonths } from '@olly/kit/time';
import { type Ask, command, openAccount, type Ref, registerFirm, registerPerson, submitClaim } from '../demo/flow.ts';
import { UK } from './claim-way.ts';
import { type Actor, actor, askWith, minor, sendFile } from './others-tools.ts';
import { expect, type Teller } from './story.ts';

type Level = 'POLICY' | 'ACCOUNT';

const PRODUCT = 'TOLD_GROUP';
/** Dental cover with a limit for the calendar year, which goes on for those who come back. */
const DOCUMENT = {
  currency: 'GBP',
  market: 'UK',
  termMonths: 12,
  prorationBasis: 'MONTH',
  dependantAgeMax: 25,
  elements: [
    {
      type: 'DENTAL',
      name: 'Dental',
      coverageTerms: [{ key: UK.service.term, name: 'Dental check-up', in: { steps: [{ step: 'COINSURANCE', rate: '0.20' }], limits: [{ measure: 'AMOUNT', basis: 'PAID', value: '400.00', period: 'CALENDAR_YEAR' }] } }],
    },
  ],
  rating: { base: { DENTAL: '120.00' }, factors: [{ name: 'Area', by: 'region', table: { LONDON: '1.18', NORTH: '0.94' } }] },
  billing: { installments: 1, graceDays: 30 },
  renewal: { leadDays: 30, auto: true },
  cancellation: { coolingOffDays: 14 },
  retroDays: 30,
  quoteValidDays: 30,
};

/** The product of the story, made with its first telling. */
async function onSale(ask: Ask): Promise<void> {
  const { product } = await ask('admin', 'query Sold($code: String!) { product(code: $code) { locator status } }', { code: PRODUCT });
  if (product?.status === 'ACTIVE') return;
  const locator: string = product?.locator ?? (await command(ask, 'admin', 'createProduct', { code: PRODUCT, name: 'Teeth for Groups', lob: 'GROUP_HEALTH', marketCode: 'UK' }, 'Product', 'locator')).locator;
  const draft = await command(ask, 'admin', 'draftProductVersion', { productLocator: locator, effectiveFrom: '2024-01-01', document: DOCUMENT }, 'ProductVersion', 'id');
  await command(ask, 'admin', 'publishProductVersion', { id: draft.id }, 'ProductVersion', 'status');
}

interface Group {
  readonly ask: Ask;
  readonly who: Actor;
  readonly scheme: Ref;
  readonly account: Ref;
  readonly name: string;
  readonly joinedOn: string;
}

interface Job {
  readonly locator: string;
  readonly status: string;
  readonly total: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failedCount: number;
  readonly errors: readonly { readonly row: number | null; readonly column: string | null; readonly code: string }[];
}

interface Member {
  readonly id: string;
  readonly status: string;
  readonly employeeNumber: string;
  readonly coverChange: string | null;
  readonly party: Ref;
  readonly policy: (Ref & { readonly status: string }) | null;
  readonly history: readonly { readonly joinedOn: string; readonly leftOn: string | null }[];
}

const HEADER = 'employee_number;relationship;first_name;last_name;date_of_birth;joined_on;plan;region';
const JOB = 'locator status total processed succeeded failedCount errors';
const MEMBERS = 'query Members($l: ID!) { scheme(locator: $l) { members(first: 100) { nodes { id status employeeNumber coverChange party { id locator } policy { id locator status } history { joinedOn leftOn } } } } }';

async function groupOf(teller: Teller, level: Level): Promise<Group> {
  const { step, data, id } = teller;
  const key = (what: string) => `${id}-${level}-${what}`;
  return step(`${level}: an employer, an account billed by ${level.toLowerCase()}, and a scheme`, async () => {
    await onSale(data);
    const today = new Date().toISOString().slice(0, 10);
    const name = `${level === 'POLICY' ? 'Brook' : 'Ford'}-${id.slice(0, 8)}`;
    const firm = await registerFirm(data, 'admin', `${name} Ltd`, key('firm'));
    const account = await openAccount(data, 'admin', firm, 'UK', key('account'), { name, billingLevel: level });
    const input = { code: `${level}_${id.slice(0, 13).toUpperCase()}`, name, employerPartyId: firm.id, employerLocator: firm.locator, accountLocator: account.locator, productCode: PRODUCT, effectiveFrom: addMonths(today, -6), idempotencyKey: key('scheme') };
    const scheme: Ref = await command(data, 'admin', 'createScheme', input, 'Scheme', 'id locator');
    await command(data, 'admin', 'activateScheme', { locator: scheme.locator }, 'Scheme', 'status');
    const person = await registerPerson(data, 'admin', { firstName: 'Hugh', lastName: name, dateOfBirth: '1975-03-03' }, key('person'));
    const who = await actor('employer', `${level}-${id}`, person, { scheme: scheme.locator });
    return { ask: askWith(teller, who), who, scheme, account, name, joinedOn: addMonths(today, -2) };
  });
}

const membersOf = async ({ ask, scheme }: Group): Promise<Member[]> => (await ask('employer', MEMBERS, { l: scheme.locator })).scheme.members.nodes;

async function enrol(teller: Teller, group: Group, rows: readonly string[], key: string, more: object = {}): Promise<Job> {
  const file = await sendFile(teller, group.who, 'members.csv', `\ufeff${[HEADER, ...rows].join('\r\n')}\r\n`);
  const started: Job = await command(group.ask, 'employer', 'startBulkEnrollment', { scheme: group.scheme.locator, file, idempotencyKey: `${teller.id}-${key}`, ...more }, 'BulkEnrollmentJob', JOB);
  return teller.until(
    async () => (await group.ask('employer', `query Job($l: ID!) { bulkEnrollmentJob(locator: $l) { ${JOB} } }`, { l: started.locator })).bulkEnrollmentJob as Job,
    ({ status }) => ['COMPLETED', 'FAILED'].includes(status),
    90_000,
  );
}

const isWhole = ({ total, processed, succeeded, failedCount }: Job): boolean => processed === total && succeeded + failedCount === total;

async function enrolment(teller: Teller, group: Group): Promise<Member> {
  const { step, until } = teller;
  const { name, joinedOn } = group;
  const [ann, bob, eve] = [`E-1;;Ann;${name};1988-02-29;${joinedOn};${PRODUCT};LONDON`, `E-2;;Bob;${name};1985-02-30;${joinedOn};;LONDON`, `E-3;;Eve;${name};1991-07-07;${joinedOn};UK_GOLD;LONDON`];
  const family = [`E-1;SPOUSE;Al;${name};1987-05-05;;;`, `E-1;CHILD;Amy;${name};2016-09-09;;;`];
  const rows = [ann, ...family, bob, eve];
  const wrong = [[5, 'date_of_birth', 'DATE_INVALID'], [6, 'plan', 'PLAN_UNKNOWN']];
  const reported = (job: Job) => JSON.stringify(job.errors.map(({ row, column, code }) => [row, column, code])) === JSON.stringify(wrong);
  await step('a dry run tells row and column of what is wrong, and enrols nobody', async () => {
    const job = await enrol(teller, group, rows, 'dry', { isDryRun: true });
    expect(job.status === 'COMPLETED' && isWhole(job) && job.failedCount === 2 && reported(job), 'two errors', job);
    expect((await membersOf(group)).length === 0, 'nobody', job);
  });
  await step('all or nothing enrols nobody as long as a row is wrong', async () => {
    const job = await enrol(teller, group, rows, 'nobody', { mode: 'ALL_OR_NOTHING' });
    expect(job.status === 'FAILED' && job.succeeded === 0 && reported(job) && (await membersOf(group)).length === 0, 'FAILED, nobody', job);
  });
  await step('otherwise good rows are enrolled, families together', async () => {
    const job = await enrol(teller, group, rows, 'good');
    expect(job.status === 'COMPLETED' && isWhole(job) && job.succeeded === 3 && reported(job), 'three of five', job);
  });
  await step('the errors are put right, and the others follow', async () => {
    const job = await enrol(teller, group, [bob.replace('02-30', '02-28'), eve.replace('UK_GOLD', PRODUCT)], 'corrected', { mode: 'ALL_OR_NOTHING' });
    expect(job.status === 'COMPLETED' && isWhole(job) && job.succeeded === 2, 'two of two', job);
    const again = await enrol(teller, group, [ann, ...family], 'again');
    expect(again.succeeded === 0 && again.errors[0]?.code === 'ALREADY_MEMBER', 'nobody twice', again);
  });
  const members = await step('three members are covered, with their families', async () => {
    const found = await membersOf(group);
    expect(found.length === 3 && found.every((one) => one.status === 'ACTIVE' && one.policy?.status === 'ACTIVE'), 'three ACTIVE members with ACTIVE policies', found);
    return found;
  });
  const first = members.find((one) => one.employeeNumber === 'E-1') as Member;
  await step('eligibility knows employee, spouse and child', () =>
    until(
      async () => (await group.ask('adjuster', 'query Cover($filter: MemberCoverageFilter!) { memberCoverages(filter: $filter) { nodes { effectiveFrom } } }', { filter: { policyId: first.policy?.id } })).memberCoverages.nodes,
      (found: { effectiveFrom: string }[]) => found.length === 3 && found.every((one) => one.effectiveFrom === joinedOn),
    ));
  return first;
}

const usedOf = async (ask: Ask, party: Ref): Promise<string | undefined> => {
  const { eligibility } = await ask('adjuster', 'query Left($party: ID!, $term: String!) { eligibility(party: $party, coverageTermKey: $term) { accumulators { type level network used { amount } } } }', { party: party.locator, term: UK.service.term });
  return eligibility?.accumulators.find((one: { type: string; level: string; network: string }) => one.type === 'AMOUNT' && one.level === 'PERSON' && one.network === 'IN')?.used?.amount;
};

async function leaveAndReturn(teller: Teller, group: Group, member: Member): Promise<void> {
  const { step, until, id } = teller;
  const { ask, account } = group;
  const today = new Date().toISOString().slice(0, 10);
  const [leftOn, backOn] = [addDays(today, -6), addDays(today, -3)];
  const policy = member.policy as Ref;
  await step('an employee uses 48.00 of the year’s limit', async () => {
    const { providers } = await ask('adjuster', 'query Find($search: ProviderSearch!) { providers(search: $search) { nodes { id locator } } }', { search: { name: UK.service.provider } });
    const lines = [{ term: UK.service.term, code: UK.service.code, on: addDays(leftOn, -5), amount: UK.service.billed }];
    const claim = await submitClaim(ask, 'adjuster', { policy, claimant: member.party, provider: providers.nodes[0], currency: 'GBP', lines, key: `${id}-claim` });
    expect(claim.status === 'APPROVED' && claim.planPays?.amount === UK.service.plan, UK.service.plan, claim);
    await until(() => usedOf(ask, member.party), (used) => used === UK.service.plan);
  });
  await step('they leave: the policy ends on that day', async () => {
    await command(ask, 'employer', 'leaveScheme', { id: member.id, leftOn }, 'SchemeMember', 'status');
    const left = await until(async () => (await membersOf(group)).find((one) => one.id === member.id), (found) => found?.coverChange === 'DONE');
    expect(left?.status === 'LEFT' && left.policy?.status === 'CANCELLED', 'LEFT, CANCELLED', left);
  });
  await step('what was paid for the rest comes back to the account that pays', () =>
    until(
      async () => (await ask('finance', 'query Charges($filter: ChargeFilter!) { charges(filter: $filter, first: 50) { nodes { amount { amount } account { locator } } } }', { filter: { policyId: policy.id } })).charges.nodes,
      (rows: { amount: { amount: string }; account: Ref | null }[]) => rows.some((row) => minor(row.amount) < 0n) && rows.every((row) => row.account?.locator === account.locator),
    ));
  await step('they come back as themselves, with a new policy and what they had used', async () => {
    const job = await enrol(teller, group, [`E-1;;Ann;${group.name};1988-02-29;${backOn};${PRODUCT};LONDON`], 'back');
    expect(job.status === 'COMPLETED' && job.succeeded === 1, 'one of one', job);
    const back = (await membersOf(group)).find((one) => one.id === member.id);
    expect(back?.status === 'ACTIVE' && back.party.locator === member.party.locator && back.policy?.locator !== policy.locator && back.history.length === 2, 'the same person, two stays', back);
    const isSameYear = backOn.slice(0, 4) === addDays(leftOn, -5).slice(0, 4);
    await until(() => usedOf(ask, member.party), (used) => used === (isSameYear ? UK.service.plan : '0.00'));
  });
}

async function invoices(teller: Teller, { ask, account }: Group, level: Level, policies: number): Promise<void> {
  await teller.step(level === 'POLICY' ? 'the group is invoiced policy by policy' : 'the group gets one invoice for all', async () => {
    const wanted = level === 'POLICY' ? policies : 1;
    const look = async () => (await ask('finance', 'query Invoices($a: ID!) { invoices(filter: { account: $a }, first: 50) { nodes { status total { amount } policy { locator } lines { charge { policy { locator } } } } } }', { a: account.locator })).invoices.nodes as { total: { amount: string }; policy: Ref | null; lines: { charge: { policy: Ref } }[] }[];
    const isRight = (found: Awaited<ReturnType<typeof look>>) =>
      found.length === wanted && found.every((one) => (one.policy !== null) === (level === 'POLICY')) && new Set(found.flatMap((one) => one.lines.map(({ charge }) => charge.policy.locator))).size === policies;
    // Invoices are made of the charges that are there: billing must have heard of every policy first.
    await teller.until(
      async () => new Set(((await ask('finance', 'query Charged($l: ID!) { account(locator: $l) { charges(first: 100) { nodes { policy { locator } } } } }', { l: account.locator })).account.charges.nodes as { policy: Ref }[]).map(({ policy }) => policy.locator)).size,
      (heard) => heard === policies,
    );
    await command(ask, 'finance', 'generateInvoices', { account: account.locator }, 'GeneratedInvoices', 'invoices { locator }');
    await teller.until(look, isRight);
  });
}

export async function tellEmployer(teller: Teller): Promise<void> {
  const group = await groupOf(teller, 'POLICY');
  const member = await enrolment(teller, group);
  await invoices(teller, group, 'POLICY', 3);
  await leaveAndReturn(teller, group, member);

  const other = await groupOf(teller, 'ACCOUNT');
  await teller.step('another employer enrols two people at once', async () => {
    const job = await enrol(teller, other, [`F-1;;Cat;${other.name};1980-01-01;${other.joinedOn};;LONDON`, `F-2;;Dee;${other.name};1990-01-01;${other.joinedOn};;NORTH`], 'other', { mode: 'ALL_OR_NOTHING' });
    expect(job.status === 'COMPLETED' && job.succeeded === 2, 'two of two', job);
  });
  await invoices(teller, other, 'ACCOUNT', 2);
  await teller.step('and sees nothing of the first', async () => {
    const { scheme } = await other.ask('employer', 'query Theirs($l: ID!) { scheme(locator: $l) { locator } }', { l: group.scheme.locator });
    expect(scheme === null, 'nothing', scheme);
  });
}
