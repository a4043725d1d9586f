/**
 * The product's own rules about claims, as policy administration has evaluated them: a line is denied for the rule's reason, unless an adjuster has ruled about it; a rule
 * that wants a person holds the claim.
 */
import type { ProductRule } from './facts.ts';
import type { Worksheet } from './worksheet.ts';

export function denyByProductRule(sheet: Worksheet, rules: readonly ProductRule[]): void {
  const { line } = sheet;
  if (line.ruling) return;
  const found = rules.find(({ deny, coverageTermKey }) => deny !== null && (coverageTermKey === null || coverageTermKey === line.coverageTermKey));
  if (found?.deny) sheet.deny('PRODUCT_RULE', found.deny.group, found.deny.reason, { rule: found.rule });
}

export const wantsPerson = (rules: readonly ProductRule[]): boolean => rules.some(({ deny }) => deny === null);
