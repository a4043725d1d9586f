/**
 * What group_scheme asks of others: the uploaded file, people to register, the version of a product, and the way from a quote to a policy and to its end. Each request is signed and names
 * the person for whom it is made. Everything that makes something carries a key, so that it may be asked again after a kill.
 */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';
import type { Relationship } from '../bulk/row.ts';

export interface PartyRef {
  readonly id: string;
  readonly locator: string;
}

/** Another service said no, with its code and the input field. */
export class PortRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

const fileHead = z.object({ ownerPartyLocator: z.string().nullable(), uploadedBy: z.string().nullable(), contentType: z.string() });
const fileContent = z.object({ contentType: z.string(), base64: z.string() });
const refused = z.object({ code: z.string(), message: z.string(), field: z.string().nullish() });
const ref = z.object({ id: z.string(), locator: z.string() });

const REFUSAL = 'code message field';
export const FILE_HEAD = 'query ($locator: ID!) { fileFor(locator: $locator) { ownerPartyLocator uploadedBy contentType } }';
export const FILE = 'query ($locator: ID!) { fileFor(locator: $locator) { contentType base64 } }';
export const VERSION_ON = 'query ($productCode: String!, $date: Date!) { productVersionOn(productCode: $productCode, date: $date) { id } }';
export const REGISTER = `mutation ($input: RegisterPartyInput!) { done: registerParty(input: $input) { __typename ... on Party { id locator } ... on PartyRefusal { ${REFUSAL} } } }`;
export const CREATE_QUOTE = `mutation ($input: CreateQuoteInput!) { done: createQuote(input: $input) { __typename ... on Quote { id locator } ... on EnrollmentRefusal { ${REFUSAL} } } }`;
const QUOTE = `{ __typename ... on Quote { status } ... on EnrollmentRefusal { ${REFUSAL} } }`;
const TO_UNDERWRITTEN = `validated: validateQuote(input: { locator: $quote }) ${QUOTE} priced: priceQuote(input: { locator: $quote }) ${QUOTE} underwritten: underwriteQuote(input: { locator: $quote }) ${QUOTE}`;
export const UNDERWRITE = `mutation ($quote: ID!) { ${TO_UNDERWRITTEN} }`;
export const BIND = `mutation ($quote: ID!, $key: String!) { ${TO_UNDERWRITTEN} accepted: acceptQuote(input: { locator: $quote }) ${QUOTE}
  issued: issueQuote(input: { locator: $quote, idempotencyKey: $key }) { __typename ... on Policy { id locator } ... on EnrollmentRefusal { ${REFUSAL} } } }`;
export const DISCARD = `mutation ($quote: ID!) { done: discardQuote(input: { locator: $quote }) ${QUOTE} }`;
const CHANGED = `{ __typename ... on PolicyTransaction { locator } ... on EnrollmentRefusal { ${REFUSAL} } }`;
export const CANCEL = `mutation ($input: CancelPolicyInput!) { done: cancelPolicy(input: $input) ${CHANGED} }`;
export const REINSTATE = `mutation ($input: ReinstatePolicyInput!) { done: reinstatePolicy(input: $input) ${CHANGED} }`;
export const ENDORSE = `mutation ($input: EndorsePolicyInput!) { done: endorsePolicy(input: $input) ${CHANGED} }`;

export interface NewPerson {
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly email: string | null;
  readonly guardianLocator?: string;
  readonly idempotencyKey: string;
}

export interface NewQuote {
  readonly accountLocator: string;
  readonly productVersionId: string;
  readonly effectiveFrom: string;
  readonly region: string | null;
  readonly insured: readonly { readonly partyLocator: string; readonly relationship: Relationship }[];
  readonly scheme: string;
  readonly idempotencyKey: string;
}

interface Step {
  readonly __typename: string;
  readonly status?: string;
}

/** A step that was done before says ILLEGAL_TRANSITION, which is no reason; the first other refusal is, or the state in which the quote stays. */
function reasonOf(steps: Readonly<Record<string, Step>>): PortRefusal {
  const refusals = Object.values(steps).flatMap((one) => {
    const parsed = refused.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  const status = Object.values(steps).map((one) => one.status).findLast((one) => one !== undefined);
  if (status && ['REFERRED', 'DECLINED', 'REJECTED'].includes(status)) return new PortRefusal(`QUOTE_${status}`, `Underwriting leaves the quote ${status}.`);
  const first = refusals.find(({ code }) => code !== 'ILLEGAL_TRANSITION') ?? refusals[0];
  return first ? new PortRefusal(first.code, first.message, first.field ?? null) : new PortRefusal('INTERNAL', 'Enrollment gave no reason.');
}

export type Ports = ReturnType<typeof createPorts>;

export function createPorts(service: (name: string) => ServiceClient) {
  async function done(name: string, document: string, input: object, by: string): Promise<{ __typename: string }> {
    const answer = await service(name).query<{ done: { __typename: string } }>(document, { input }, by);
    const no = refused.safeParse(answer.done);
    if (no.success) throw new PortRefusal(no.data.code, no.data.message, no.data.field ?? null);
    return answer.done;
  }
  return {
    /** Whose file it is, without its bytes; null when there is none. */
    async fileHead(locator: string) {
      return fileHead.nullable().parse((await service('documents').query<{ fileFor: unknown }>(FILE_HEAD, { locator })).fileFor);
    },
    async file(locator: string, by: string): Promise<{ contentType: string; content: Buffer } | null> {
      const found = fileContent.nullable().parse((await service('documents').query<{ fileFor: unknown }>(FILE, { locator }, by)).fileFor);
      return found && { contentType: found.contentType, content: Buffer.from(found.base64, 'base64') };
    },
    /** The id of the version in force on a day; null when none is. */
    async versionOn(productCode: string, date: string): Promise<string | null> {
      const { productVersionOn } = await service('policy_admin').query<{ productVersionOn: { id: string } | null }>(VERSION_ON, { productCode, date });
      return productVersionOn?.id ?? null;
    },
    register: async (person: NewPerson, by: string): Promise<PartyRef> => ref.parse(await done('policy_admin', REGISTER, { type: 'INDIVIDUAL', ...person }, by)),
    quote: async (quote: NewQuote, by: string): Promise<PartyRef> => ref.parse(await done('enrollment', CREATE_QUOTE, quote, by)),
    /** Throws `PortRefusal` unless the quote ends UNDERWRITTEN. */
    async underwrite(quote: string, by: string): Promise<void> {
      const steps = await service('enrollment').query<Record<string, Step>>(UNDERWRITE, { quote }, by);
      if (steps.underwritten?.status !== 'UNDERWRITTEN' && !isAlready(steps.underwritten, ['UNDERWRITTEN', 'ACCEPTED', 'ISSUED'])) throw reasonOf(steps);
    },
    /** The policy, from wherever the quote stands. */
    async bind(quote: string, key: string, by: string): Promise<PartyRef> {
      const steps = await service('enrollment').query<Record<string, Step>>(BIND, { quote, key }, by);
      const policy = ref.safeParse(steps.issued);
      if (!policy.success) throw reasonOf(steps);
      return policy.data;
    },
    /** False when there is a policy already; any other state is as good as discarded. */
    async discard(quote: string, by: string): Promise<boolean> {
      const { done: step } = await service('enrollment').query<{ done: Step }>(DISCARD, { quote }, by);
      return !isAlready(step, ['ISSUED']);
    },
    cancel: (policy: string, effectiveDate: string, idempotencyKey: string, by: string) =>
      done('enrollment', CANCEL, { cancellation: { locator: policy, effectiveDate, kind: 'PRO_RATA' }, idempotencyKey }, by),
    reinstate: (policy: string, idempotencyKey: string, by: string) => done('enrollment', REINSTATE, { locator: policy, idempotencyKey }, by),
    endorse: (change: { locator: string; effectiveDate: string; addInsured: readonly object[]; removeInsured: readonly string[] }, idempotencyKey: string, by: string) =>
      done('enrollment', ENDORSE, { change, idempotencyKey }, by),
  };
}

/** The refusal names the state that the quote is in: it went further before. */
const isAlready = (step: Step | undefined, states: readonly string[]): boolean => {
  const no = refused.safeParse(step);
  return no.success && no.data.code === 'ILLEGAL_TRANSITION' && states.some((state) => no.data.message.includes(` is ${state} `));
};
