/** What has been said about a claim since it came in, as the rules take it: rulings, released holds, and for a claim that was decided before the lines that stay locked. */
import { amountOf, money } from '@olly/kit/money';
import type { LockedLine } from '../adjudication/facts.ts';
import type { Context } from '../context.ts';
import type { ClaimRow } from '../mappers.ts';
import { type Handling, UNHANDLED } from './gather.ts';
import { adjustmentsOf, findDecision } from './decisionStore.ts';
import { linesOf } from './store.ts';

export async function handlingOf({ pool }: Context, claim: ClaimRow): Promise<Handling> {
  const { released = [], rulings = {}, reopened = [] } = claim.document;
  const said = { ...UNHANDLED, released, rulings: new Map(Object.entries(rulings).map(([line, ruling]) => [Number(line), ruling])) };
  if (claim.decision_id === null) return said;
  const [lines, adjustments, decision] = await Promise.all([
    linesOf(pool, claim.id),
    adjustmentsOf(pool, claim.decision_id),
    findDecision(pool, claim.decision_id),
  ]);
  const text = (amount: string | null): string => amountOf(money(amount ?? '0', claim.currency));
  const locked = lines
    .filter((line) => !reopened.includes(line.line_number) && line.line_status !== null)
    .map((line): [number, LockedLine] => [
      line.line_number,
      {
        status: line.line_status as 'APPROVED' | 'DENIED',
        network: line.network,
        allowed: text(line.amount_allowed),
        planPays: text(line.amount_paid),
        memberOwes: text(line.member_owes),
        adjustments: adjustments
          .filter((one) => one.line_number === line.line_number)
          .map((one) => ({ group: one.group_code, reason: one.reason_code, amount: text(one.amount) })),
        movements: (decision?.movements ?? []).filter((one) => one.line === line.line_number),
      },
    ]);
  return { ...said, locked: new Map(locked) };
}
