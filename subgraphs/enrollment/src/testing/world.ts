/** Enrollment on a test database beside a policy_admin that answers on the wire, and a quote taken through its steps by real commands. */
import type { Identity } from '@olly/kit/auth';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import subgraph from '../subgraph.ts';
import { PolicyAdminWorld, type TestPerson } from './fixtures.ts';

export const admin = person(['admin']);
export const underwriter = person(['underwriter']);

let keys = 0;
export const key = (): string => {
  keys += 1;
  return `key-${keys}`;
};

const REFUSAL = '... on EnrollmentRefusal { code message field }';
const QUOTE = `... on Quote { id locator status version premium { amount } tax { amount } fees { amount } total { amount } expiresAt effectiveTo } ${REFUSAL}`;

export interface World {
  readonly db: TestDatabase;
  readonly enrollment: TestSubgraph;
  readonly policyAdmin: PolicyAdminWorld;
  /** Calls one step of a quote by its mutation's name. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  step(name: string, locator: string, who?: Identity): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  create(who: Identity, input: object): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  issue(locator: string, who?: Identity, idempotencyKey?: string): Promise<any>;
  /** A quote for one person of their own account, taken through `steps`. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  quoteFor(holder: TestPerson, steps?: readonly string[], more?: object): Promise<any>;
  close(): Promise<void>;
}

export const TO_ACCEPTED = ['validateQuote', 'priceQuote', 'underwriteQuote', 'acceptQuote'] as const;

export async function makeWorld(start = '2026-03-01T09:00:00Z'): Promise<World> {
  const db = await testDatabase('enrollment');
  const policyAdmin = new PolicyAdminWorld();
  const enrollment = testSubgraph(subgraph, db, { services: { policy_admin: policyAdmin.answer, broker_api: policyAdmin.authority }, start });
  const step: World['step'] = async (name, locator, who = admin) => (await enrollment.data(who, `mutation ($l: ID!) { r: ${name}(input: { locator: $l }) { ${QUOTE} } }`, { l: locator })).r;
  const create: World['create'] = async (who, input) =>
    (await enrollment.data(who, `mutation ($input: CreateQuoteInput!) { r: createQuote(input: $input) { ${QUOTE} } }`, { input: { productVersionId: policyAdmin.versionId, idempotencyKey: key(), ...input } })).r;
  return {
    db,
    enrollment,
    policyAdmin,
    step,
    create,
    issue: async (locator, who = admin, idempotencyKey = key()) =>
      (await enrollment.data(who, `mutation ($input: IssueQuoteInput!) { r: issueQuote(input: $input) { ... on Policy { id locator status } ${REFUSAL} } }`, { input: { locator, idempotencyKey } })).r,
    async quoteFor(holder, steps = TO_ACCEPTED, more = {}) {
      const account = policyAdmin.account(holder);
      let quote = await create(admin, {
        accountLocator: account.locator,
        effectiveFrom: '2026-04-01',
        region: 'NY',
        insured: [{ partyLocator: holder.locator, relationship: 'SELF' }],
        answers: [{ key: 'smoker', value: false }],
        ...more,
      });
      for (const name of steps) quote = await step(name, quote.locator);
      return quote;
    },
    close: () => db.close(),
  };
}

/** The member that a person is. */
export const member = ({ id, locator }: Pick<TestPerson, 'id' | 'locator'>): Identity => person(['member'], { id, locator });
