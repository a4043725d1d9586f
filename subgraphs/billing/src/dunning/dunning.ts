/**
 * From an overdue installment to the lapse of a policy. Pure. Grace begins the day after the due date and lasts the policy's grace days; what is paid in it
 * cures it; at its end the policy lapses, back to the day up to which it is paid.
 */
import { stateMachine } from '@olly/kit/errors';
import { addDays, type IsoDate } from '@olly/kit/time';

export type DunningStatus = 'GRACE' | 'CURED' | 'LAPSED' | 'REINSTATED';
export type DunningCommand = 'cure' | 'lapse' | 'reinstate';

export const dunningMachine = stateMachine<DunningStatus, DunningCommand>('The grace period', [
  ['GRACE', 'cure', 'CURED'],
  ['GRACE', 'lapse', 'LAPSED'],
  ['LAPSED', 'reinstate', 'REINSTATED'],
]);

/** The first day without grace. */
export const graceUntil = (dueDate: IsoDate, graceDays: number): IsoDate => addDays(dueDate, graceDays + 1);

/** The first day that is not paid for, when this installment is not: its own day, or the beginning of cover when it is the first. */
export const paidTo = (installment: { readonly number: number; readonly dueDate: IsoDate }, coverFrom: IsoDate): IsoDate => (installment.number === 1 ? coverFrom : installment.dueDate);
