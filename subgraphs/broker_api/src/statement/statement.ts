/** What a statement comes to, and the states it goes through. Pure. A total that is not above zero is carried forward: it is owed back and set against what is earned next. */
import { stateMachine } from '@olly/kit/errors';
import { add, isNegative, isPositive, type Money, sum } from '@olly/kit/money';

export const statement = stateMachine<'DUE' | 'CARRIED_FORWARD' | 'PAID', 'pay'>('The statement', [['DUE', 'pay', 'PAID']]);

export interface StatementSums {
  readonly broughtForward: Money;
  readonly earned: Money;
  readonly takenBack: Money;
  readonly total: Money;
  readonly status: 'DUE' | 'CARRIED_FORWARD';
}

/** From commissions and what was carried forward (zero or less each). */
export function statementOf(amounts: readonly Money[], carried: readonly Money[], currency: string): StatementSums {
  const broughtForward = sum(carried, currency);
  const earned = sum(amounts.filter((one) => !isNegative(one)), currency);
  const takenBack = sum(amounts.filter(isNegative), currency);
  const total = add(broughtForward, add(earned, takenBack));
  return { broughtForward, earned, takenBack, total, status: isPositive(total) ? 'DUE' : 'CARRIED_FORWARD' };
}
