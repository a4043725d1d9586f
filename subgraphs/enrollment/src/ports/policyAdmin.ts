/**
 * What enrollment asks of policy_admin: the facts of a quote in one answer, and what the rules say. The answer is checked here (docs/contracts.md describes the product document);
 * what this service does not use, it does not look at, and hands on as it was.
 */
import { Refused } from '@olly/kit/errors';
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const date = z.iso.date();

const factor = z.discriminatedUnion('by', [
  z.object({ name: z.string(), by: z.literal('age'), table: z.array(z.object({ from: z.int(), to: z.int(), factor: decimal })) }),
  z.object({ name: z.string(), by: z.literal('region'), table: z.record(z.string(), decimal) }),
  z.object({ name: z.string(), by: z.literal('field'), field: z.string(), table: z.record(z.string(), decimal) }),
]);
export type RatingFactor = z.infer<typeof factor>;

const element = z.looseObject({ type: z.string(), name: z.string() });
export type ProductElement = z.infer<typeof element>;

export const productTerms = z.looseObject({
  currency: z.string(),
  market: z.string(),
  termMonths: z.int().min(1),
  prorationBasis: z.enum(['DAY', 'MONTH']),
  elements: z.array(element).min(1),
  rating: z.object({ base: z.record(z.string(), decimal), factors: z.array(factor), fees: z.array(z.object({ name: z.string(), amount: decimal })).default([]) }),
  billing: z.object({ installments: z.int().min(1), graceDays: z.int().min(0) }),
  renewal: z.object({ leadDays: z.int().min(0), auto: z.boolean() }),
  cancellation: z.object({ coolingOffDays: z.int().min(0), shortRate: decimal.optional() }),
  retroDays: z.int().min(0),
  quoteValidDays: z.int().min(1),
  dependantAgeMax: z.int().optional(),
  dependantLeaves: z.enum(['BIRTHDAY', 'MONTH_END', 'TERM_END']).default('TERM_END'),
});
export type ProductTerms = z.infer<typeof productTerms>;

const field = z.object({
  id: z.uuid(),
  fieldKey: z.string(),
  label: z.string(),
  fieldType: z.enum(['STRING', 'INTEGER', 'DECIMAL', 'BOOLEAN', 'DATE', 'ENUM', 'MONEY']),
  appliesTo: z.enum(['QUOTE', 'POLICY', 'TRANSACTION']),
  required: z.boolean(),
  options: z.object({
    min: z.union([z.string(), z.number()]).optional(),
    max: z.union([z.string(), z.number()]).optional(),
    pattern: z.string().optional(),
    choices: z.array(z.string()).optional(),
  }),
});
export type FieldDefinition = z.infer<typeof field>;

const quotingParty = z.object({ id: z.uuid(), locator: z.string(), type: z.enum(['INDIVIDUAL', 'ORGANISATION', 'PROVIDER']), dateOfBirth: date.nullable() });
export type QuotingParty = z.infer<typeof quotingParty>;

const tax = z.object({ name: z.string(), rate: decimal, region: z.string().nullish(), from: date, to: date.nullish() });
export type PremiumTax = z.infer<typeof tax>;

export const quotingFacts = z.object({
  version: z.object({
    id: z.uuid(),
    effectiveFrom: date,
    effectiveTo: date.nullable(),
    document: productTerms,
    fields: z.array(field),
    product: z.object({ code: z.string(), lob: z.string(), status: z.enum(['DRAFT', 'ACTIVE', 'RETIRED']) }),
  }),
  account: z.object({ id: z.uuid(), locator: z.string(), billingLevel: z.enum(['ACCOUNT', 'POLICY']), currency: z.string(), broker: z.string().nullable() }),
  holder: z.object({ partyId: z.uuid(), partyLocator: z.string(), dateOfBirth: date.nullable() }),
  market: z.object({ marketCode: z.string(), jurisdiction: z.string(), timeZone: z.string(), taxes: z.array(tax) }),
  parties: z.array(quotingParty),
});
export type QuotingFacts = z.infer<typeof quotingFacts>;

const outcome = z.object({
  rule: z.string(),
  ruleSet: z.string(),
  matched: z.boolean(),
  action: z.object({ flag: z.enum(['approve', 'info', 'block', 'decline', 'reject']), value: z.string().min(1) }).nullable(),
});
export type RuleOutcome = z.infer<typeof outcome>;

/** What the rules may speak of; subgraphs/policy_admin/README.md declares them. */
export interface UnderwritingFacts {
  readonly insured: readonly { readonly age: number; readonly relation: string }[];
  readonly answers: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly premium: string;
  readonly elements: readonly string[];
  readonly effectiveFrom: string;
  readonly channel: 'BROKER' | 'SCHEME' | 'DIRECT';
}

export interface PolicyAdmin {
  /** Null when the version is not published, or the account or a party does not exist. */
  quotingFacts(productVersionId: string, accountLocator: string, partyLocators: readonly string[]): Promise<QuotingFacts | null>;
  /** The id of the version in force on a day; null when none is. */
  versionOn(productCode: string, date: string): Promise<string | null>;
  /** What the version's underwriting rules answer; policy_admin keeps inputs and outcomes under the quote's id. */
  underwrite(productVersionId: string, quoteId: string, facts: UnderwritingFacts): Promise<readonly RuleOutcome[]>;
}

/** What is asked on the wire; a test holds it against policy_admin's own schema. */
export const FACTS = `query ($productVersionId: ID!, $accountLocator: ID!, $partyLocators: [ID!]!) {
  quotingFacts(productVersionId: $productVersionId, accountLocator: $accountLocator, partyLocators: $partyLocators) {
    version { id effectiveFrom effectiveTo document fields { id fieldKey label fieldType appliesTo required options } product { code lob status } }
    account { id locator billingLevel currency broker }
    holder { partyId partyLocator dateOfBirth }
    market { marketCode jurisdiction timeZone taxes { name rate region from to } }
    parties { id locator type dateOfBirth }
  } }`;
export const VERSION_ON = 'query ($productCode: String!, $date: Date!) { productVersionOn(productCode: $productCode, date: $date) { id } }';
export const EVALUATE = 'mutation ($input: EvaluateRulesInput!) { evaluateRules(input: $input) { rule ruleSet matched action } }';

/** An answer of the wrong shape says which field, never its value. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`policy_admin answered in another shape: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}

export function policyAdmin(client: ServiceClient): PolicyAdmin {
  return {
    async quotingFacts(productVersionId, accountLocator, partyLocators) {
      const answer = await client.query<{ quotingFacts: unknown }>(FACTS, { productVersionId, accountLocator, partyLocators });
      return read(quotingFacts.nullable(), answer.quotingFacts);
    },
    async versionOn(productCode, day) {
      const answer = await client.query<{ productVersionOn: unknown }>(VERSION_ON, { productCode, date: day });
      return read(z.object({ id: z.uuid() }).nullable(), answer.productVersionOn)?.id ?? null;
    },
    async underwrite(productVersionId, entityId, facts) {
      const answer = await client.query<{ evaluateRules: unknown }>(EVALUATE, { input: { productVersionId, ruleSetType: 'UNDERWRITING', entityId, facts } });
      return read(z.array(outcome), answer.evaluateRules);
    },
  };
}

/** A version that is gone from sale, or an account or party that is not there. */
export const notAvailable = () => new Refused('VERSION_NOT_AVAILABLE', 'This version of the product is not sold, or the account or one of the people does not exist.', 'productVersionId');
