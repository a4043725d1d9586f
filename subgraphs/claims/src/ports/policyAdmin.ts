/**
 * What claims asks of policy administration: what the adjudication rules of a product's version say to a claim. Rules of a published version never change, so a version that has
 * none is asked once.
 */
import type { ServiceClient } from '@olly/kit/server';
import { z } from 'zod';
import type { ProductRule } from '../adjudication/facts.ts';

const outcome = z.object({ rule: z.string(), matched: z.boolean(), action: z.record(z.string(), z.unknown()).nullable() });
const deny = z.object({ deny: z.string().regex(/^[A-Z]?\d{1,3}$/), group: z.enum(['CO', 'PR', 'OA', 'PI']).optional(), coverageTermKey: z.string().optional() });

export interface RuleFacts {
  readonly lines: readonly Record<string, unknown>[];
  readonly claimed: string;
  readonly network: string;
  readonly serviceDate: string;
  readonly answers: Record<string, unknown>;
}

export interface PolicyAdminPort {
  /** What matched, in order. Policy administration keeps question and answer under the claim's id. */
  adjudicationRules(productVersionId: string, claimId: string, facts: RuleFacts): Promise<ProductRule[]>;
}

/** An action that nobody understands holds the claim: a rule is never skipped silently. */
export function ruleOf(rule: string, action: Readonly<Record<string, unknown>>): ProductRule | null {
  const denial = deny.safeParse(action);
  if (denial.success) return { rule, deny: { group: denial.data.group ?? 'PR', reason: denial.data.deny }, coverageTermKey: denial.data.coverageTermKey ?? null };
  if (action.flag === 'info' || action.flag === 'approve') return null;
  return { rule, deny: null, coverageTermKey: null };
}

const EVALUATE = 'mutation ($input: EvaluateRulesInput!) { evaluateRules(input: $input) { rule matched action } }';

export function policyAdminPort(client: ServiceClient): PolicyAdminPort {
  const withoutRules = new Set<string>();
  return {
    async adjudicationRules(productVersionId, entityId, facts) {
      if (withoutRules.has(productVersionId)) return [];
      const answer = await client.query<{ evaluateRules: unknown }>(EVALUATE, { input: { productVersionId, ruleSetType: 'ADJUDICATION', entityId, facts } });
      const outcomes = z.array(outcome).parse(answer.evaluateRules);
      if (outcomes.length === 0) withoutRules.add(productVersionId);
      return outcomes.flatMap(({ rule, matched, action }) => (matched && action ? (ruleOf(rule, action) ?? []) : []));
    },
  };
}
