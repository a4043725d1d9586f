/** Which charges go on one invoice, how it is cut into installments, and the state tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transitionTable } from '@olly/kit/errors';
import { amountOf, money, sum } from '@olly/kit/money';
import { repositoryRoot, scaled, seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeMachine } from '../charge/charge.ts';
import { dunningMachine } from '../dunning/dunning.ts';
import { paymentMachine } from '../payment/payment.ts';
import { checkPlan, type InstallmentPlan, installmentMachine, invoiceGroups, invoiceMachine, planInstallments, policyPlan } from './invoice.ts';

const gbp = (amount: string) => money(amount, 'GBP');
const plan = (over: Partial<InstallmentPlan> = {}): InstallmentPlan => ({ count: 2, cadence: 'MONTHLY', anchor: '2026-01-01', generateLeadDays: 14, dueLeadDays: 0, ...over });
const told = (rows: ReturnType<typeof planInstallments>) => rows.map((row) => [row.generateOn, row.dueDate, amountOf(row.amount)]);

describe('installments', () => {
  it('cut premium 100 and tax 20 into two of 60', () => {
    expect(told(planInstallments(gbp('120.00'), plan(), '2026-01-01'))).toEqual([['2026-01-01', '2026-01-01', '60.00'], ['2026-01-18', '2026-02-01', '60.00']]);
  });

  it('follow their weights, a missing one counting 1, and sum exactly', () => {
    const rows = planInstallments(gbp('100.00'), plan({ count: 4, weights: [3] }), '2026-01-01');
    expect(rows.map((row) => amountOf(row.amount))).toEqual(['50.00', '16.66', '16.66', '16.68']);
  });

  it('come back to the 31st after February', () => {
    expect(planInstallments(gbp('90.00'), plan({ count: 3, anchor: '2026-01-31' }), '2026-01-01').map((row) => row.dueDate)).toEqual(['2026-01-31', '2026-02-28', '2026-03-31']);
  });

  it('are due some days before their day when the plan says so, and never before they are asked for', () => {
    const rows = planInstallments(gbp('120.00'), plan({ generateLeadDays: 20, dueLeadDays: 10 }), '2026-01-05');
    expect(told(rows)).toEqual([['2026-01-05', '2026-01-05', '60.00'], ['2026-01-12', '2026-01-22', '60.00']]);
  });

  it('of an endorsement in July are the six that are left of twelve', () => {
    expect(policyPlan(12, '2026-07-01', '2027-01-01')).toMatchObject({ count: 6, cadence: 'MONTHLY', anchor: '2026-07-01' });
    expect(policyPlan(1, '2026-07-01', '2027-01-01').count).toBe(1);
    expect(policyPlan(4, '2026-01-01', '2027-01-01')).toMatchObject({ count: 4, cadence: 'QUARTERLY' });
  });

  it('sum to the total for any total, count and weights', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10_000_000_000n }), fc.integer({ min: 1, max: 60 }), fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (minor, count, weights) => {
        fc.pre(weights.slice(0, count).some((weight) => weight > 0) || weights.length < count);
        const rows = planInstallments({ minor, currency: 'GBP' }, plan({ count, weights: weights.slice(0, count) }), '2026-01-01');
        expect(sum(rows.map((row) => row.amount), 'GBP').minor).toBe(minor);
        expect(rows.every((row) => row.amount.minor >= 0n && row.generateOn <= row.dueDate)).toBe(true);
      }),
      { seed, numRuns: scaled(2000, 100) },
    );
  });

  it.each([
    ['no installment', { count: 0 }, 'plan.count'],
    ['more weights than installments', { weights: [1, 1, 1] }, 'plan.weights'],
    ['weights that are all 0', { weights: [0, 0] }, 'plan.weights'],
    ['a negative weight', { weights: [-1] }, 'plan.weights'],
    ['an installment due before it is asked for', { generateLeadDays: 3, dueLeadDays: 5 }, 'plan.generateLeadDays'],
  ])('refuse a plan with %s', (_title, over, field) => {
    expect(() => checkPlan(plan(over))).toThrow(expect.objectContaining({ refusal: expect.objectContaining({ code: 'PLAN_INVALID', field }) }));
  });
});

describe('grouping', () => {
  const charge = (id: string, policyId: string, installments = 12) => ({ id, policyId, installments, amount: gbp('10.00') });
  const charges = [charge('a', 'p1'), charge('b', 'p2'), charge('c', 'p1'), charge('d', 'p3', 1)];

  it('makes one invoice for an account, but none with two payment plans', () => {
    expect(invoiceGroups(charges, 'ACCOUNT', 'GBP').map((g) => [g.policyId, g.charges.map((c) => c.id), amountOf(g.total)])).toEqual([[null, ['a', 'b', 'c'], '30.00'], [null, ['d'], '10.00']]);
  });
  it('makes one invoice for each policy', () => {
    expect(invoiceGroups(charges, 'POLICY', 'GBP').map((g) => [g.policyId, g.charges.map((c) => c.id)])).toEqual([['p1', ['a', 'c']], ['p2', ['b']], ['p3', ['d']]]);
  });
});

describe('the state tables', () => {
  it.each([['DRAFT', 'pay'], ['PAID', 'void'], ['VOID', 'finalise'], ['WRITTEN_OFF', 'pay']] as const)('an invoice that is %s refuses %s', (from, command) => {
    expect(() => invoiceMachine.next(from, command)).toThrow(`The invoice is ${from} and cannot become`);
  });
  it.each([['SCHEDULED', 'pay'], ['PAID', 'cancel'], ['CANCELLED', 'generate'], ['WRITTEN_OFF', 'pay']] as const)('an installment that is %s refuses %s', (from, command) => {
    expect(() => installmentMachine.next(from, command)).toThrow(`The installment is ${from} and cannot become`);
  });
  it.each([['charge', chargeMachine], ['invoice', invoiceMachine], ['installment', installmentMachine], ['payment', paymentMachine], ['grace period', dunningMachine]] as const)('of a %s stands in the README as it is in the code', (_name, machine) => {
    const readme = readFileSync(join(repositoryRoot(), 'subgraphs/billing/README.md'), 'utf8');
    expect(readme).toContain(transitionTable(machine as typeof invoiceMachine));
  });
});
