/**
 * Invoices and installments: their states, which charges go on one invoice, and how an invoice is cut into installments. Pure.
 * What always holds: the lines of an invoice sum to its total, so do its installments, and a charge is on one invoice at most.
 */
import { Refused, stateMachine } from '@olly/kit/errors';
import { allocate, type Money, sum } from '@olly/kit/money';
import { addDays, addMonths, type IsoDate, later } from '@olly/kit/time';

export type InvoiceStatus = 'DRAFT' | 'FINALISED' | 'PAID' | 'VOID' | 'WRITTEN_OFF';
export type InvoiceCommand = 'finalise' | 'pay' | 'void' | 'writeOff' | 'reopen';

export const invoiceMachine = stateMachine<InvoiceStatus, InvoiceCommand>('The invoice', [
  ['DRAFT', 'finalise', 'FINALISED'],
  ['DRAFT', 'void', 'VOID'],
  ['FINALISED', 'pay', 'PAID'],
  ['FINALISED', 'void', 'VOID'],
  ['FINALISED', 'writeOff', 'WRITTEN_OFF'],
  ['PAID', 'reopen', 'FINALISED'],
]);

export type InstallmentStatus = 'SCHEDULED' | 'DUE' | 'PAID' | 'OVERDUE' | 'WRITTEN_OFF' | 'CANCELLED';
export type InstallmentCommand = 'generate' | 'pay' | 'miss' | 'writeOff' | 'cancel' | 'reopen';

export const installmentMachine = stateMachine<InstallmentStatus, InstallmentCommand>('The installment', [
  ['SCHEDULED', 'generate', 'DUE'],
  ['DUE', 'pay', 'PAID'],
  ['DUE', 'miss', 'OVERDUE'],
  ['OVERDUE', 'pay', 'PAID'],
  ['PAID', 'reopen', 'DUE'],
  ['DUE', 'writeOff', 'WRITTEN_OFF'],
  ['OVERDUE', 'writeOff', 'WRITTEN_OFF'],
  ['SCHEDULED', 'cancel', 'CANCELLED'],
  ['DUE', 'cancel', 'CANCELLED'],
  ['OVERDUE', 'cancel', 'CANCELLED'],
]);

/** A charge that waits for an invoice. */
export interface Invoiceable {
  readonly id: string;
  readonly policyId: string;
  readonly amount: Money;
  /** Installments that the policy is paid in. */
  readonly installments: number;
}

export interface InvoiceGroup<C extends Invoiceable> {
  /** Set where the account is billed by policy. */
  readonly policyId: string | null;
  readonly installments: number;
  readonly charges: readonly C[];
  readonly total: Money;
}

/**
 * Which charges go together: all of the account, or of each policy, in the order given. An invoice has one payment plan, so policies of an account that are
 * paid in different numbers of installments are invoiced apart.
 */
export function invoiceGroups<C extends Invoiceable>(charges: readonly C[], level: 'ACCOUNT' | 'POLICY', currency: string): InvoiceGroup<C>[] {
  const groups = new Map<string, C[]>();
  for (const charge of charges) {
    const key = level === 'POLICY' ? charge.policyId : String(charge.installments);
    const group = groups.get(key);
    if (group) group.push(charge);
    else groups.set(key, [charge]);
  }
  return [...groups.values()].map((group) => ({
    policyId: level === 'POLICY' ? (group[0] as C).policyId : null,
    installments: (group[0] as C).installments,
    charges: group,
    total: sum(group.map((charge) => charge.amount), currency),
  }));
}

export type Cadence = 'WEEKLY' | 'MONTHLY' | 'QUARTERLY' | 'SEMIANNUAL' | 'ANNUAL';

export interface InstallmentPlan {
  readonly count: number;
  readonly cadence: Cadence;
  /** A missing one counts 1. */
  readonly weights?: readonly number[];
  /** The day of the first installment. */
  readonly anchor: IsoDate;
  /** Days before its day on which an installment is asked for. */
  readonly generateLeadDays: number;
  /** Days before its day on which an installment is due. */
  readonly dueLeadDays: number;
}

export interface PlannedInstallment {
  readonly number: number;
  readonly generateOn: IsoDate;
  readonly dueDate: IsoDate;
  readonly amount: Money;
}

export const GENERATE_LEAD_DAYS = 14;
const COUNT_MAX = 366;
const LEAD_DAYS_MAX = 366;
const WEIGHT_MAX = 1_000_000;
const MONTHS: Readonly<Record<Exclude<Cadence, 'WEEKLY'>, number>> = { MONTHLY: 1, QUARTERLY: 3, SEMIANNUAL: 6, ANNUAL: 12 };

/** The n-th day of a cadence, counted from the anchor, so that the 31st comes back after February. */
const dayOf = (anchor: IsoDate, cadence: Cadence, n: number): IsoDate => (cadence === 'WEEKLY' ? addDays(anchor, 7 * n) : addMonths(anchor, MONTHS[cadence] * n));

/** The policy's own plan for charges of `[from, to)`: as many of its installments as begin in that period. */
export function policyPlan(installments: number, from: IsoDate, to: IsoDate): InstallmentPlan {
  const cadence: Cadence = installments > 12 ? 'WEEKLY' : installments > 4 ? 'MONTHLY' : installments > 2 ? 'QUARTERLY' : installments > 1 ? 'SEMIANNUAL' : 'ANNUAL';
  let count = 1;
  while (count < installments && dayOf(from, cadence, count) < to) count += 1;
  return { count, cadence, anchor: from, generateLeadDays: GENERATE_LEAD_DAYS, dueLeadDays: 0 };
}

const isWhole = (value: number, from: number, to: number): boolean => Number.isSafeInteger(value) && value >= from && value <= to;

/** Throws `Refused` PLAN_INVALID for a plan that no invoice can be paid by. */
export function checkPlan({ count, weights = [], generateLeadDays, dueLeadDays }: InstallmentPlan): void {
  const refuse = (message: string, field: string) => {
    throw new Refused('PLAN_INVALID', message, `plan.${field}`);
  };
  if (!isWhole(count, 1, COUNT_MAX)) refuse(`An invoice has 1 to ${COUNT_MAX} installments.`, 'count');
  if (weights.length > count) refuse('There are more weights than installments.', 'weights');
  if (weights.some((weight) => !isWhole(weight, 0, WEIGHT_MAX))) refuse(`A weight is a whole number from 0 to ${WEIGHT_MAX}.`, 'weights');
  if (weights.length === count && weights.every((weight) => weight === 0)) refuse('At least one weight is above 0.', 'weights');
  if (!isWhole(dueLeadDays, 0, LEAD_DAYS_MAX)) refuse(`Between 0 and ${LEAD_DAYS_MAX} days.`, 'dueLeadDays');
  if (!isWhole(generateLeadDays, dueLeadDays, LEAD_DAYS_MAX)) refuse('An installment is asked for before it is due.', 'generateLeadDays');
}

/** Cuts a total: the amounts sum exactly, nothing is asked for or due before `today`, and the first is asked for at once. */
export function planInstallments(total: Money, plan: InstallmentPlan, today: IsoDate): PlannedInstallment[] {
  const { count, cadence, weights = [], anchor, generateLeadDays, dueLeadDays } = plan;
  const amounts = allocate(total, Array.from({ length: count }, (_, index) => weights[index] ?? 1));
  return amounts.map((amount, index) => {
    const day = dayOf(anchor, cadence, index);
    return {
      number: index + 1,
      generateOn: index === 0 ? today : later(addDays(day, -generateLeadDays), today),
      dueDate: later(addDays(day, -dueLeadDays), today),
      amount,
    };
  });
}

/** What a line says to people. Never a name: it may be read by whoever pays. */
export function lineDescription(component: 'PREMIUM' | 'TAX' | 'FEE', from: IsoDate | null, to: IsoDate | null): string {
  const name = { PREMIUM: 'Premium', TAX: 'Tax', FEE: 'Fee' }[component];
  return from && to && component !== 'FEE' ? `${name} ${from} to ${to}` : name;
}
