/**
 * A plan, its members and a provider for tests, with the other services played at the wire: eligibility keeps accumulators and reservations as the real one does
 * (versions, all or nothing, idempotent by claim), so a test can ask what a claim has taken in the end.
 */
import { newId, newLocator } from '@olly/kit/locator';
import { type FakeServices, person, type TestDatabase } from '@olly/kit/testing';

export interface Person {
  readonly id: string;
  readonly locator: string;
}
export const newPerson = (): Person => ({ id: newId(), locator: newLocator('pty') });

export const adjuster = person(['adjuster']);
export const finance = person(['finance']);

let keys = 0;
export const key = (): string => {
  keys += 1;
  return `key-${keys}`;
};

interface Held {
  readonly limit: string;
  readonly type: string;
  used: Map<string, number>;
  version: number;
}

interface Reservation {
  state: 'RESERVED' | 'CONFIRMED' | 'RELEASED' | 'REVERSED';
  readonly input: string;
}

/** Eligibility as claims sees it. */
export class FakeEligibility {
  readonly accumulators = new Map<string, Held>();
  readonly reservations = new Map<string, Reservation>();
  /** Answers STALE so many times although nothing moved. */
  staleTimes = 0;
  isCoverKnown = true;
  reason: string | null = null;
  waitingUntil: string | null = null;
  term: Record<string, unknown> = { key: 'office_visit', in: { steps: [{ step: 'DEDUCTIBLE' }, { step: 'COINSURANCE', rate: '0.20' }] } };
  coverage: Record<string, unknown> = { type: 'MEDICAL' };
  currency = 'USD';
  /** Called before each question, to let something happen in between. */
  before: (operation: string) => void | Promise<void> = () => {};

  constructor(readonly policy: Person) {
    this.accumulator('DEDUCTIBLE', '100.00');
    this.accumulator('OUT_OF_POCKET', '1000.00');
  }

  accumulator(type: string, limit: string): void {
    this.accumulators.set(`${type}/IN`, { type, limit, used: new Map(), version: 0 });
  }

  used(type: string, without: readonly (string | null | undefined)[] = []): number {
    const held = this.accumulators.get(`${type}/IN`);
    return [...(held?.used ?? [])].filter(([claim]) => !without.includes(claim)).reduce((total, [, amount]) => total + amount, 0);
  }

  private cover(input: { services: { line: number; serviceDate: string; coverageTermKey: string }[]; claim?: string | null; replaces?: string | null }) {
    if (!this.isCoverKnown) return null;
    const accumulators = [...this.accumulators].map(([one, { type, limit, version }]) => ({
      key: one,
      type,
      level: 'PERSON',
      network: 'IN',
      coverageTermKey: null,
      basis: null,
      period: 'CALENDAR_YEAR',
      limit,
      used: this.used(type, [input.claim, input.replaces]).toFixed(2),
      version,
    }));
    const lines = input.services.map(({ line, coverageTermKey }) => {
      const reason = coverageTermKey === this.term.key ? this.reason : 'SERVICE_NOT_COVERED';
      const element = { policyElementId: this.policy.id, termId: this.policy.id, insuredSince: '2020-01-01' };
      const covered = { element, coverage: this.coverage, coverageTerm: this.term, accumulators };
      const outside = { element: null, coverage: null, coverageTerm: null, accumulators: [] };
      return { line, isCovered: reason === null, reason, waitingUntil: this.waitingUntil, ...(reason === null ? covered : outside) };
    });
    return { policy: this.policy.locator, currency: this.currency, lines };
  }

  private reserve(input: {
    claim: string;
    replaces?: string | null;
    expected: { accumulator: string; version: number }[];
    movements: { accumulator: string; amount: string }[];
  }) {
    const known = this.reservations.get(input.claim);
    if (known && known.input === JSON.stringify(input) && (known.state === 'RESERVED' || known.state === 'CONFIRMED')) return { outcome: 'RESERVED' };
    if (this.staleTimes > 0) {
      this.staleTimes -= 1;
      return { outcome: 'STALE' };
    }
    const isStale = input.expected.some(({ accumulator, version }) => this.accumulators.get(accumulator)?.version !== version);
    if (isStale) return { outcome: 'STALE' };
    for (const held of this.accumulators.values()) {
      held.used.delete(input.claim);
      if (input.replaces) held.used.delete(input.replaces);
    }
    for (const { accumulator, amount } of input.movements) {
      const held = this.accumulators.get(accumulator) as Held;
      held.used.set(input.claim, (held.used.get(input.claim) ?? 0) + Number(amount));
      held.version += 1;
      if ([...held.used.values()].reduce((a, b) => a + b, 0) > Number(held.limit) + 1e-9) throw new Error(`${accumulator} passed its limit`);
    }
    this.reservations.set(input.claim, { state: 'RESERVED', input: JSON.stringify(input) });
    return { outcome: 'RESERVED' };
  }

  private finish(claim: string, isConfirmed: boolean) {
    const reservation = this.reservations.get(claim);
    if (!reservation) return { status: 'NONE' };
    if (isConfirmed) reservation.state = 'CONFIRMED';
    else {
      reservation.state = reservation.state === 'CONFIRMED' ? 'REVERSED' : 'RELEASED';
      for (const held of this.accumulators.values()) if (held.used.delete(claim)) held.version += 1;
    }
    return { status: reservation.state };
  }

  // biome-ignore lint/suspicious/noExplicitAny: variables of whichever operation was sent
  async answer(document: string, { input, claim }: any): Promise<unknown> {
    const operation = /(coverForClaim|reserveAccumulators|confirmAccumulators|releaseAccumulators)/.exec(document)?.[1] as string;
    await this.before(operation);
    if (operation === 'coverForClaim') return { coverForClaim: this.cover(input) };
    if (operation === 'reserveAccumulators') return { reserveAccumulators: this.reserve(input) };
    return { [operation]: this.finish(claim, operation === 'confirmAccumulators') };
  }
}

export interface World {
  readonly policy: Person;
  readonly account: Person;
  readonly member: Person;
  readonly child: Person;
  readonly spouse: Person;
  readonly provider: Person;
  readonly eligibility: FakeEligibility;
  /** What the directory answers for the provider. */
  readonly standing: { exists: boolean; isActive: boolean; isInNetwork: boolean; fee: string | null };
  readonly enrollment: { exists: boolean; market: string | null; productVersionId: string | null };
  /** What the product's adjudication rules answer. */
  readonly rules: { rule: string; matched: boolean; action: Record<string, unknown> | null }[];
  /** What was uploaded, by locator. */
  readonly files: Map<string, { ownerPartyLocator: string | null; uploadedBy: string | null; filename: string; contentType: string; sizeBytes: number }>;
  readonly services: FakeServices;
}

export function makeWorld(): World {
  const policy = { id: newId(), locator: newLocator('pol') };
  const account = { id: newId(), locator: newLocator('acc') };
  const provider = { id: newId(), locator: newLocator('prv') };
  const eligibility = new FakeEligibility(policy);
  const standing = { exists: true, isActive: true, isInNetwork: true, fee: '200.00' as string | null };
  const enrollment: World['enrollment'] = { exists: true, market: null, productVersionId: null };
  const rules: World['rules'] = [];
  const member = newPerson();
  const files: World['files'] = new Map([
    ['fil_00000000000000000000000000', { ownerPartyLocator: member.locator, uploadedBy: 'somebody', filename: 'bill.pdf', contentType: 'application/pdf', sizeBytes: 1000 }],
  ]);
  const directory = ({ input }: { input: { provider: string; currency: string }[] }) => ({
    providersForClaim: input.map((one) => {
      const isKnown = one.provider === provider.locator && standing.exists;
      return {
        exists: isKnown,
        providerId: isKnown ? provider.id : null,
        isActive: isKnown && standing.isActive,
        isInNetwork: isKnown && standing.isInNetwork,
        network: isKnown && standing.isInNetwork ? 'STANDARD' : null,
        fee: isKnown && standing.fee ? { amount: standing.fee, currency: one.currency } : null,
      };
    }),
  });
  const services: FakeServices = {
    eligibility: (document, variables) => eligibility.answer(document, variables),
    provider: (_document, variables) => directory(variables as never),
    enrollment: () => ({
      policyForClaim: enrollment.exists
        ? { exists: true, accountId: account.id, account: account.locator, status: 'ACTIVE', market: enrollment.market, productVersionId: enrollment.productVersionId }
        : { exists: false, accountId: null, account: null, status: null },
    }),
    policy_admin: () => ({ evaluateRules: rules }),
    documents: (_document, { locator }) => ({ fileFor: files.get(locator as string) ?? null }),
  };
  return { policy, account, provider, member, child: newPerson(), spouse: newPerson(), eligibility, standing, enrollment, rules, files, services };
}

/** The services of whichever world a test is in. */
export const answeredBy = (world: () => World): FakeServices =>
  Object.fromEntries(
    ['eligibility', 'provider', 'enrollment', 'policy_admin', 'documents'].map((name) => [
      name,
      (document: string, variables: Record<string, unknown>) => world().services[name]?.(document, variables),
    ]),
  );

/** What enrollment's event of the policy would have put into the access table. */
export async function grantPolicy(db: TestDatabase, { policy, member, child, spouse }: World): Promise<void> {
  const rows = [
    [member, policy, 'HOLDER'],
    [member, policy, 'INSURED'],
    [child, policy, 'INSURED'],
    [spouse, policy, 'INSURED'],
    [member, child, 'GUARDIAN'],
    [member, spouse, 'FAMILY'],
  ] as const;
  for (const [who, target, role] of rows) {
    await db.pool.query(
      `INSERT INTO claims.access (id, source, party_id, party_locator, target, target_id, role, valid_from) VALUES ($1, $2, $3, $4, $5, $6, $7, '2020-01-01')`,
      [newId(), policy.locator, who.id, who.locator, target.locator, target.id, role],
    );
  }
}

export const asMember = (who: Person) => person(['member'], who);
export const asProvider = (world: World) => person(['provider'], newPerson(), { provider: world.provider.locator });

const usd = (amount: string) => ({ amount, currency: 'USD' });
/** A claim of the member for one visit of 250.00, as input. */
export const claimInput = ({ policy, member, provider }: World, more: Record<string, unknown> = {}, ...lines: readonly Record<string, unknown>[]) => ({
  idempotencyKey: key(),
  policyId: policy.id,
  claimantPartyId: member.id,
  provider: provider.locator,
  currency: 'USD',
  lines: (lines.length > 0 ? lines : [{}]).map((line) => ({
    coverageTermKey: 'office_visit',
    procedureCode: '99213',
    serviceDate: '2026-02-20',
    amount: usd('250.00'),
    ...line,
  })),
  ...more,
});
export const dollars = usd;

export const CLAIM = `... on Claim { id locator status holdReason claimed { amount } allowed { amount } planPays { amount } memberOwes { amount } payeeKind appealLevel
  lines { lineNumber status planPays { amount } memberOwes { amount } adjustments { group reasonCode amount { amount } } } }`;
export const SUBMIT = `mutation ($input: SubmitClaimInput!) { submitClaim(input: $input) { ${CLAIM} ... on ClaimRefusal { code message field } } }`;
/** A mutation that takes one input and answers `ClaimResult`. */
export const command = (name: string): string =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${CLAIM} ... on ClaimRefusal { code message field } } }`;
