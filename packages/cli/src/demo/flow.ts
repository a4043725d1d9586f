/**
 * The way of a customer through the graph, as the demo's seed and the stories walk it: each function sends what a client would send and answers what came of it. A refusal is thrown with
 * its code, so a seed stops and a story fails. All of them may be called again with the same key.
 */

import { readFileSync } from 'node:fs';
import { Kind, type ObjectTypeDefinitionNode, parse, type TypeNode } from 'graphql';
import { inRoot } from '../repository.ts';

// biome-ignore lint/suspicious/noExplicitAny: a client reads what it asked for
type Data = any;
/** Asks as a persona; throws on errors. */
export type Ask = (persona: string, query: string, variables?: Record<string, unknown>) => Promise<Data>;

export interface Ref {
  readonly id: string;
  readonly locator: string;
}

/** A command was refused. */
export class RefusedByHouse extends Error {
  constructor(
    field: string,
    readonly code: string,
    message: string,
  ) {
    super(`${field}: ${code}: ${message}`);
  }
}

interface Signature {
  readonly input: string;
  /** The members of the result's union, the refusals among them. */
  readonly members: readonly string[];
}

let signatures: ReadonlyMap<string, Signature> | undefined;
/** The commands of the graph as the committed supergraph declares them: each takes one input and answers one union. */
function signatureOf(field: string): Signature {
  if (!signatures) {
    const { definitions } = parse(readFileSync(inRoot('schema/supergraph.graphql'), 'utf8'), { noLocation: true });
    const unions = new Map(definitions.flatMap((one) => (one.kind === Kind.UNION_TYPE_DEFINITION ? [[one.name.value, (one.types ?? []).map((type) => type.name.value)] as const] : [])));
    const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));
    const mutation = definitions.find((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === 'Mutation') as ObjectTypeDefinitionNode;
    signatures = new Map((mutation.fields ?? []).map((one) => [one.name.value, { input: one.arguments?.[0] ? nameOf(one.arguments[0].type) : '', members: unions.get(nameOf(one.type)) ?? [] }]));
  }
  const signature = signatures.get(field);
  if (!signature) throw new Error(`the graph has no command ${field}`);
  return signature;
}

/** Sends a command `field(input: …)` and answers its result of type `result`, of which `selection` is asked. Throws `RefusedByHouse` when the answer is another member of the union. */
export async function command(ask: Ask, persona: string, field: string, input: object, result: string, selection: string): Promise<Data> {
  const { input: inputType, members } = signatureOf(field);
  const refusals = members.filter((member) => member !== result).map((member) => `... on ${member} { code message }`);
  const { done } = await ask(persona, `mutation Do($input: ${inputType}!) { done: ${field}(input: $input) { __typename ... on ${result} { ${selection} } ${refusals.join(' ')} } }`, { input });
  if (done.__typename !== result) throw new RefusedByHouse(field, done.code, done.message);
  return done;
}

export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly email?: string;
  readonly phone?: string;
  readonly guardianLocator?: string;
}

export const registerPerson = (ask: Ask, persona: string, person: Person, idempotencyKey: string): Promise<Ref> =>
  command(ask, persona, 'registerParty', { type: 'INDIVIDUAL', ...person, idempotencyKey }, 'Party', 'id locator');

export const registerFirm = (ask: Ask, persona: string, name: string, idempotencyKey: string, type: 'ORGANISATION' | 'PROVIDER' = 'ORGANISATION', more: object = {}): Promise<Ref> =>
  command(ask, persona, 'registerParty', { type, name, ...more, idempotencyKey }, 'Party', 'id locator');

export const openAccount = (ask: Ask, persona: string, holder: Ref, market: 'UK' | 'US', idempotencyKey: string, more: object = {}): Promise<Ref & { displayNumber: string }> =>
  command(
    ask,
    persona,
    'openAccount',
    { holderLocator: holder.locator, name: 'Household', billingLevel: 'ACCOUNT', currency: market === 'UK' ? 'GBP' : 'USD', marketCode: market, ...more, idempotencyKey },
    'Account',
    'id locator displayNumber',
  );

/** The version of a product in force today. */
export async function versionOf(ask: Ask, persona: string, code: string): Promise<string> {
  const { product } = await ask(persona, 'query Version($code: String!) { product(code: $code) { versionOn { id } } }', { code });
  if (!product?.versionOn) throw new Error(`${code} is not on sale today`);
  return product.versionOn.id;
}

export interface QuoteRequest {
  readonly account: Ref;
  readonly productVersionId: string;
  readonly effectiveFrom: string;
  readonly region?: string;
  readonly insured: readonly { readonly party: Ref; readonly relationship: 'SELF' | 'SPOUSE' | 'PARTNER' | 'CHILD' | 'OTHER' }[];
  readonly answers?: readonly { readonly key: string; readonly value: unknown }[];
  readonly key: string;
}

export interface QuoteAnswer extends Ref {
  readonly status: string;
  readonly total: { readonly amount: string; readonly currency: string } | null;
}

/** From an account to a quote that underwriting has spoken on: create, validate, price, underwrite. */
export async function quoteToUnderwriting(ask: Ask, persona: string, { account, insured, key, ...request }: QuoteRequest): Promise<QuoteAnswer> {
  const selection = 'id locator status total { amount currency }';
  const input = { accountLocator: account.locator, insured: insured.map(({ party, relationship }) => ({ partyLocator: party.locator, relationship })), ...request, idempotencyKey: key };
  let quote: QuoteAnswer = await command(ask, persona, 'createQuote', input, 'Quote', selection);
  for (const [from, step] of [['DRAFT', 'validateQuote'], ['VALIDATED', 'priceQuote'], ['PRICED', 'underwriteQuote']] as const) {
    if (quote.status === from) quote = await command(ask, persona, step, { locator: quote.locator }, 'Quote', selection);
  }
  return quote;
}

/** Accepts and issues a quote; answers the policy. */
export async function acceptAndIssue(ask: Ask, persona: string, quote: QuoteAnswer, key: string): Promise<Ref & { status: string }> {
  if (quote.status === 'UNDERWRITTEN') await command(ask, persona, 'acceptQuote', { locator: quote.locator }, 'Quote', 'status');
  return command(ask, persona, 'issueQuote', { locator: quote.locator, idempotencyKey: key }, 'Policy', 'id locator status');
}

/** From an account to an issued policy. */
export const buyPolicy = async (ask: Ask, persona: string, request: QuoteRequest): Promise<Ref & { status: string }> =>
  acceptAndIssue(ask, persona, await quoteToUnderwriting(ask, persona, request), `${request.key}-issue`);

export interface ClaimRequest {
  readonly policy: Ref;
  readonly claimant: Ref;
  readonly provider?: Ref;
  readonly currency: 'GBP' | 'USD';
  readonly lines: readonly { readonly term: string; readonly code?: string; readonly on: string; readonly amount: string; readonly units?: number }[];
  readonly key: string;
}

export interface ClaimAnswer extends Ref {
  readonly status: string;
  readonly holdReason: string | null;
  readonly planPays: { readonly amount: string } | null;
  readonly memberOwes: { readonly amount: string } | null;
}

export const CLAIM = 'id locator status holdReason planPays { amount } memberOwes { amount }';

export const submitClaim = (ask: Ask, persona: string, { policy, claimant, provider, currency, lines, key }: ClaimRequest): Promise<ClaimAnswer> =>
  command(
    ask,
    persona,
    'submitClaim',
    {
      policyId: policy.id,
      claimantPartyId: claimant.id,
      provider: provider?.locator,
      currency,
      lines: lines.map(({ term, code, on, amount, units }) => ({ coverageTermKey: term, procedureCode: code, serviceDate: on, units, amount: { amount, currency } })),
      idempotencyKey: key,
    },
    'Claim',
    CLAIM,
  );

/** Makes a provider that may treat from today's agreements on: registered, credentialed, in the networks. */
export async function credentialedProvider(ask: Ask, persona: string, provider: { party: Ref; market: 'UK' | 'US'; npi?: string; name: string; specialty: string; networks: readonly string[]; from: string; address?: object }, key: string): Promise<Ref> {
  const { party, networks, from, ...more } = provider;
  const registered: Ref & { networkStatus: string } = await command(ask, persona, 'registerProvider', { partyId: party.id, partyLocator: party.locator, ...more, idempotencyKey: key }, 'Provider', 'id locator networkStatus');
  if (registered.networkStatus !== 'PENDING') return registered;
  let request: { locator: string; status: string } = await command(ask, persona, 'submitCredentialing', { provider: registered.locator, idempotencyKey: `${key}-credentialing` }, 'CredentialingRequest', 'locator status');
  if (request.status === 'SUBMITTED') request = await command(ask, persona, 'reviewCredentialing', { request: request.locator }, 'CredentialingRequest', 'locator status');
  if (request.status === 'IN_REVIEW') await command(ask, persona, 'approveCredentialing', { request: request.locator, networks, from }, 'CredentialingRequest', 'status');
  return registered;
}
