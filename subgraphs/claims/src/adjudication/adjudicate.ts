/**
 * What a claim is worth: one pure function from facts to a decision. The rules, each in a file named after it, run in one order:
 * duplicate → cover, waiting period, dates → authorisation → network and allowed amount → ALLOWED limits → copay, deductible, coinsurance in the plan's order,
 * the out-of-pocket maximum after each → other insurance → PAID limits. Lines are worked in the order of their numbers; what one takes from a limit the next no longer finds.
 * Always holds, for each line: claimed = plan + Σ(CO, PR, OA, PI), and nothing is negative.
 */
import { isPositive, isZero, money, type Money, sum } from '@olly/kit/money';
import { applyAllowedAmount, isFeeMissing } from './allowedAmount.ts';
import { denyUnauthorised, isAuthorisationPending } from './authorisation.ts';
import { Balances } from './balances.ts';
import { costShares } from './costShare.ts';
import { coverDate, denyLateClaim, denyOutsideCover, denyWithinWaitingPeriod, inTimeFrom, isMedicalHistoryUnknown } from './cover.ts';
import { denyDuplicate } from './duplicate.ts';
import type { Accumulator, ClaimFacts, HoldReason, LockedLine, Movement, Network, ProductRule } from './facts.ts';
import { applyAllowedLimits, applyPaidLimits, isLimitUnknown, isOfClaim } from './limits.ts';
import { benefitsOf } from './network.ts';
import { applyShares } from './otherInsurance.ts';
import { creditMaximum } from './outOfPocketMaximum.ts';
import { denyByProductRule, wantsPerson } from './productRules.ts';
import { Visits } from './visits.ts';
import { type Adjustment, type TraceStep, Worksheet } from './worksheet.ts';

export type Outcome = 'APPROVED' | 'PARTIALLY_APPROVED' | 'DENIED';

export interface LineDecision {
  readonly number: number;
  readonly status: 'APPROVED' | 'DENIED';
  readonly network: Network | null;
  readonly claimed: Money;
  readonly allowed: Money;
  readonly planPays: Money;
  /** Everything that the line leaves to the member: ΣPR. */
  readonly memberOwes: Money;
  readonly adjustments: readonly Adjustment[];
}

export interface Hold {
  readonly reason: HoldReason;
  readonly line: number;
}

export interface Decision {
  readonly outcome: Outcome;
  /** Why a person must look before this becomes the claim's decision; empty for a claim that goes straight through. */
  readonly holds: readonly Hold[];
  readonly lines: readonly LineDecision[];
  readonly allowed: Money;
  readonly planPays: Money;
  readonly memberOwes: Money;
  /** What the decision takes from accumulators, to be reserved before it is saved. */
  readonly movements: readonly Movement[];
  /** Every accumulator that it looked at, full ones too, as it found them. */
  readonly expected: ReadonlyMap<string, Expected>;
  /** Units of prior authorisations that it uses up. */
  readonly authorisedUnits: readonly { readonly line: number; readonly authorisation: string; readonly units: number }[];
  /** Each step of each rule, in order; stored, and read again by the explanation of benefits. */
  readonly steps: readonly TraceStep[];
}

/** An accumulator as a decision found it: its version, and what was used. */
export interface Expected {
  readonly version: number;
  /** Null where the decision depends on it otherwise than as a cap, as the steps of a tier do: then any movement makes it stale. */
  readonly used: string | null;
}

/** What the lines of one claim share while they are worked. */
interface Shared {
  readonly balances: Balances;
  readonly visits: Visits;
  /** Every accumulator that a line of the claim lists. */
  readonly accumulators: readonly Accumulator[];
  /** Units used up of each prior authorisation. */
  readonly authorised: Map<string, number>;
  /** The earliest day of service that is claimed in time. */
  readonly earliest: string;
  readonly productRules: readonly ProductRule[];
}

function relock(sheet: Worksheet, locked: LockedLine, { balances, visits, accumulators }: Shared): void {
  sheet.network = locked.network;
  sheet.allowed = money(locked.allowed, sheet.currency);
  for (const { group, reason, amount } of locked.adjustments) sheet.adjust('LOCKED', group, reason, money(amount, sheet.currency));
  for (const movement of locked.movements) balances.takeAgain(movement, accumulators);
  const { term } = sheet.line.cover;
  const copay = (locked.network === 'IN' ? term?.in : term?.out)?.steps.find((step) => step.step === 'COPAY');
  if (copay && copay.per !== 'LINE' && copay.per !== 'UNIT') {
    for (const { reason, amount } of sheet.adjustments) if (reason === '3') visits.copayTaken(sheet.line, copay.per, amount);
  }
  sheet.isDenied = locked.status === 'DENIED';
}

/** Everything that can make a line not payable at all, in order; the first that does ends the line. */
function denyWhenNotPayable(sheet: Worksheet, { authorised, earliest, productRules }: Shared): void {
  const { ruling } = sheet.line;
  const rules: ((sheet: Worksheet) => void)[] = [
    denyDuplicate,
    (one) => ruling?.denial && one.deny('RULING', ruling.denial.group, ruling.denial.reason),
    (one) => denyByProductRule(one, productRules),
    denyOutsideCover,
    denyWithinWaitingPeriod,
    (one) => denyLateClaim(one, earliest),
    (one) => denyUnauthorised(one, authorised),
  ];
  for (const rule of rules) {
    if (sheet.isDenied) return;
    rule(sheet);
  }
}

function decideLine(sheet: Worksheet, shared: Shared): void {
  const { balances, visits } = shared;
  if (sheet.line.locked) {
    relock(sheet, sheet.line.locked, shared);
    return;
  }
  denyWhenNotPayable(sheet, shared);
  const benefits = sheet.isDenied ? null : benefitsOf(sheet);
  if (!benefits) return;
  applyAllowedAmount(sheet, benefits);
  applyAllowedLimits(sheet, benefits, balances, visits);
  if (isZero(sheet.rest) && isPositive(sheet.allowed)) {
    // the limit has left nothing to share
    sheet.isDenied = true;
    return;
  }
  const borne = applyShares(sheet, costShares(sheet, benefits, balances, visits));
  creditMaximum(sheet.line, sheet.network as Network, borne, balances);
  applyPaidLimits(sheet, benefits, balances);
  sheet.note('PLAN_PAYS', sheet.rest);
}

/** What a line needs a person for; a line that is denied anyway needs nobody. */
function holdsOf({ line, isDenied, network }: Worksheet, { released, heldByGrace, productRules = [] }: ClaimFacts): Hold[] {
  if (line.locked || line.ruling?.denial) return [];
  const benefits = network === 'IN' ? line.cover.term?.in : line.cover.term?.out;
  const found: (HoldReason | false)[] = [
    isAuthorisationPending(line) && !line.duplicateOf && line.cover.isCovered && 'PRIOR_AUTHORISATION_PENDING',
    !isDenied && isMedicalHistoryUnknown(line) && 'MEDICAL_HISTORY_UNKNOWN',
    !isDenied && isFeeMissing(line) && 'NO_FEE_SCHEDULE',
    !isDenied && heldByGrace != null && heldByGrace.from <= coverDate(line) && coverDate(line) < heldByGrace.until && 'PREMIUM_IN_GRACE',
    !isDenied && wantsPerson(productRules) && 'PRODUCT_RULE',
    !isDenied && benefits != null && network !== null && isLimitUnknown(line, network, benefits) && 'LIMIT_UNKNOWN',
  ];
  return found.flatMap((reason) => (reason && !released.includes(reason) ? [{ reason, line: line.number }] : []));
}

function lineDecision({ line, network, claimed, allowed, rest, adjustments, isDenied, currency }: Worksheet): LineDecision {
  const memberOwes = sum(
    adjustments.filter(({ group }) => group === 'PR').map(({ amount }) => amount),
    currency,
  );
  return { number: line.number, status: isDenied ? 'DENIED' : 'APPROVED', network, claimed, allowed, planPays: rest, memberOwes, adjustments };
}

function outcomeOf(lines: readonly LineDecision[]): Outcome {
  if (lines.every(({ status }) => status === 'DENIED')) return 'DENIED';
  const isCut = lines.some(({ status, adjustments }) => status === 'DENIED' || adjustments.some(({ reason }) => reason === '119' || reason === '197'));
  return isCut ? 'PARTIALLY_APPROVED' : 'APPROVED';
}

/** Whether an accumulator chooses the line's steps, and so is more than a cap. */
const isOfTier = ({ type, coverageTermKey, network }: Accumulator, { line }: Worksheet): boolean => {
  const benefits = network === 'IN' ? line.cover.term?.in : line.cover.term?.out;
  return coverageTermKey === line.coverageTermKey && (benefits?.tiers ?? []).some(({ by }) => by === type);
};

/** The accumulators whose state the lines were decided by. */
function consultedBy(sheets: readonly Worksheet[]): Map<string, Expected> {
  const consulted = new Map<string, Expected>();
  for (const sheet of sheets) {
    const { line, network } = sheet;
    if (network === null) continue;
    for (const one of line.cover.accumulators) {
      if (line.cover.cross === 'NONE' && one.network !== network) continue;
      const isMoreThanCap = isOfTier(one, sheet) || consulted.get(one.key)?.used === null;
      consulted.set(one.key, { version: one.version, used: isMoreThanCap ? null : one.used });
    }
  }
  return consulted;
}

/** Decides a claim. Throws RangeError only for facts that are not what facts.ts says. */
export function adjudicate(facts: ClaimFacts): Decision {
  const { currency } = facts;
  const shared: Shared = {
    balances: new Balances(currency),
    visits: new Visits(facts.earlierVisits, currency),
    authorised: new Map(),
    earliest: inTimeFrom(facts),
    productRules: facts.productRules ?? [],
    accumulators: facts.lines.flatMap((line) => line.cover.accumulators),
  };
  const sheets = [...facts.lines].sort((a, b) => a.number - b.number).map((line) => new Worksheet(line, currency));
  for (const sheet of sheets) decideLine(sheet, shared);
  const lines = sheets.map(lineDecision);
  return {
    outcome: outcomeOf(lines),
    holds: sheets.flatMap((sheet) => holdsOf(sheet, facts)),
    lines,
    allowed: sum(
      lines.map(({ allowed }) => allowed),
      currency,
    ),
    planPays: sum(
      lines.map(({ planPays }) => planPays),
      currency,
    ),
    memberOwes: sum(
      lines.map(({ memberOwes }) => memberOwes),
      currency,
    ),
    movements: shared.balances.movements().filter(({ accumulator }) => !isOfClaim(accumulator)),
    expected: consultedBy(sheets),
    authorisedUnits: sheets.flatMap(({ line, authorised, isDenied }) => (authorised && !isDenied ? [{ line: line.number, ...authorised }] : [])),
    steps: sheets.flatMap(({ trace }) => trace),
  };
}
