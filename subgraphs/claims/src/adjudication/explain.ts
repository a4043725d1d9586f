/**
 * An explanation of benefits, made from the steps that were stored with a decision: charged = adjustments + plan + member, by line, with a sentence for each penny. It
 * reads, it never decides again: what a member is told is what was done.
 */
import { type Money, money, subtract, sum, zero } from '@olly/kit/money';
import type { GroupCode } from './facts.ts';
import { reasonText } from './reasons.ts';
import type { TraceStep } from './worksheet.ts';

export interface ExplainedStep {
  readonly rule: string;
  readonly text: string;
  readonly amount: Money;
  readonly group: GroupCode | null;
  readonly reasonCode: string | null;
  readonly rest: Money;
}

export interface ExplainedLine {
  readonly lineNumber: number;
  readonly charged: Money;
  readonly planPays: Money;
  readonly memberOwes: Money;
  readonly steps: readonly ExplainedStep[];
}

export interface Explanation {
  readonly charged: Money;
  readonly writtenOff: Money;
  readonly planPays: Money;
  readonly memberOwes: Money;
  readonly lines: readonly ExplainedLine[];
}

/** What a decision left each line with. */
export interface LineShares {
  readonly number: number;
  readonly claimed: Money;
  readonly planPays: Money;
  readonly memberOwes: Money;
}

const WHO: Readonly<Record<GroupCode, string>> = {
  CO: 'Your provider writes this off; you do not owe it',
  PR: 'You owe this',
  OA: 'Nobody owes this to your provider',
  PI: 'We have reduced this; you do not owe it',
};
const percent = (rate: string): string => `${Number((Number(rate) * 100).toFixed(4))} %`;
const SOURCES: Readonly<Record<string, string>> = {
  FEE_SCHEDULE: 'the fee agreed with your provider',
  PLAN_ALLOWANCE: "your plan's allowance",
  ADJUSTER: 'what was allowed after a review',
  CLAIMED: 'what was charged',
};

/** A sentence for one step. */
export function sentence({ rule, amount, group, reason, because = {}, rest }: TraceStep): string {
  const who = group ? ` ${WHO[group]}.` : '';
  switch (rule) {
    case 'ALLOWED_AMOUNT':
      return group
        ? `${amount} is above ${SOURCES[because.source ?? 'CLAIMED']}.${who}`
        : `Your plan reckons with ${amount}: ${SOURCES[because.source ?? 'CLAIMED']}.`;
    case 'DEDUCTIBLE':
      return `${amount} goes to your deductible, of which ${because.left} was left.${who}`;
    case 'COINSURANCE':
      return `Your share is ${percent(because.rate ?? '0')} of ${because.of}: ${amount}.${who}`;
    case 'COPAY':
      return `Your copay is ${because.amount} a ${(because.per ?? 'LINE').toLowerCase()}; ${amount} of it falls on this line.${who}`;
    case 'OUT_OF_POCKET_MAXIMUM':
      return `You have reached your out-of-pocket maximum: you do not owe ${amount} that you would owe otherwise.`;
    case 'LIMIT':
      return `${amount} is above a limit of your plan${because.limit ? ` (${because.limit})` : ''}.${who}`;
    case 'OTHER_INSURANCE':
      return `Another insurer has covered ${amount}.`;
    case 'LOCKED':
      return `As decided before: ${reasonText(reason ?? '')}, ${amount}.${who}`;
    case 'PLAN_PAYS':
      return `Your plan pays ${rest}.`;
    default:
      return `${reasonText(reason ?? '')}: ${amount}.${who}`;
  }
}

/** Explains a decision from its stored steps. */
export function explain(lines: readonly LineShares[], steps: readonly TraceStep[], currency: string): Explanation {
  const explained = lines.map(
    ({ number, claimed, planPays, memberOwes }): ExplainedLine => ({
      lineNumber: number,
      charged: claimed,
      planPays,
      memberOwes,
      steps: steps
        .filter((step) => step.line === number)
        .map((step) => ({
          rule: step.rule,
          text: sentence(step),
          amount: money(step.amount, currency),
          group: step.group ?? null,
          reasonCode: step.reason ?? null,
          rest: money(step.rest, currency),
        })),
    }),
  );
  const total = (read: (line: ExplainedLine) => Money): Money => sum(explained.map(read), currency);
  const [charged, planPays, memberOwes] = [total((l) => l.charged), total((l) => l.planPays), total((l) => l.memberOwes)];
  return {
    charged,
    planPays,
    memberOwes,
    writtenOff: explained.length > 0 ? subtract(subtract(charged, planPays), memberOwes) : zero(currency),
    lines: explained,
  };
}
