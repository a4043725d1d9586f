/**
 * One line on its way through the rules: what is left to decide about (`rest`), who bears what has been taken off, and a step for each rule that did something.
 * Always holds: claimed = rest + Σ adjustments. What is left at the end is what the plan pays.
 */
import { add, amountOf, isPositive, type Money, money, subtract, sum, zero } from '@olly/kit/money';
import type { GroupCode, LineFacts, Network } from './facts.ts';

export interface Adjustment {
  readonly group: GroupCode;
  /** A Claim Adjustment Reason Code. */
  readonly reason: string;
  readonly amount: Money;
}

export type RuleName =
  | 'DUPLICATE'
  | 'RULING'
  | 'PRODUCT_RULE'
  | 'COVER'
  | 'WAITING_PERIOD'
  | 'FILING_LIMIT'
  | 'PRIOR_AUTHORISATION'
  | 'NETWORK'
  | 'ALLOWED_AMOUNT'
  | 'LIMIT'
  | 'COPAY'
  | 'DEDUCTIBLE'
  | 'COINSURANCE'
  | 'OUT_OF_POCKET_MAXIMUM'
  | 'OTHER_INSURANCE'
  | 'LOCKED'
  | 'PLAN_PAYS';

/** One step of the explanation. Amounts are decimal text: steps are stored as they are. */
export interface TraceStep {
  readonly line: number;
  readonly rule: RuleName;
  /** What the rule took off the line, or (PLAN_PAYS) left to the plan. */
  readonly amount: string;
  readonly group?: GroupCode;
  readonly reason?: string;
  /** What was left of the line after it. */
  readonly rest: string;
  /** What the rule looked at: a deductible that was left, a rate, a fee, another claim. */
  readonly because?: Readonly<Record<string, string>>;
}

export class Worksheet {
  readonly claimed: Money;
  rest: Money;
  network: Network | null = null;
  isDenied = false;
  /** Units that are still payable. */
  units: number;
  /** What it uses up of a prior authorisation. */
  authorised: { readonly authorisation: string; readonly units: number } | null = null;
  /** Fixed when the allowed amount is known: the part of the claim that the plan reckons with. */
  allowed: Money;
  readonly adjustments: Adjustment[] = [];
  readonly trace: TraceStep[] = [];

  constructor(
    readonly line: LineFacts,
    readonly currency: string,
  ) {
    this.claimed = money(line.claimed, currency);
    this.rest = this.claimed;
    this.units = line.units;
    this.allowed = zero(currency);
  }

  /** Takes an amount off the line for a reason. Nothing happens when it is zero. */
  adjust(rule: RuleName, group: GroupCode, reason: string, amount: Money, because?: Readonly<Record<string, string>>): void {
    if (!isPositive(amount)) return;
    this.rest = subtract(this.rest, amount);
    this.adjustments.push({ group, reason, amount });
    this.trace.push({ line: this.line.number, rule, amount: amountOf(amount), group, reason, rest: amountOf(this.rest), ...(because && { because }) });
  }

  /** Undoes what was taken off for a reason, so that it can be shared out anew. Answers the amount. */
  takeBack(reason: string): Money {
    const amount = sum(
      this.adjustments.filter((one) => one.reason === reason).map((one) => one.amount),
      this.currency,
    );
    this.rest = add(this.rest, amount);
    for (const list of [this.adjustments, this.trace] as { reason?: string }[][]) {
      for (let index = list.length - 1; index >= 0; index -= 1) if (list[index]?.reason === reason) list.splice(index, 1);
    }
    return amount;
  }

  /** Says what a rule looked at when it took nothing off. */
  note(rule: RuleName, amount: Money, because?: Readonly<Record<string, string>>): void {
    this.trace.push({ line: this.line.number, rule, amount: amountOf(amount), rest: amountOf(this.rest), ...(because && { because }) });
  }

  /** Denies what is left of the line; nothing of it is payable. */
  deny(rule: RuleName, group: GroupCode, reason: string, because?: Readonly<Record<string, string>>): void {
    this.isDenied = true;
    this.adjust(rule, group, reason, this.rest, because);
  }
}
