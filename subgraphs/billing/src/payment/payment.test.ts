/** What payments pay, and their state table. */
import { amountOf, money } from '@olly/kit/money';
import { describe, expect, it } from 'vitest';
import { allocatePayment, type OpenInstallment, paymentMachine, takeBack } from './payment.ts';

const gbp = (amount: string) => money(amount, 'GBP');
const open = (id: string, invoiceId: string, dueDate: string, amount: string): OpenInstallment => ({ id, invoiceId, dueDate, open: gbp(amount) });
const told = (allocated: ReturnType<typeof allocatePayment>) => ({
  paid: allocated.allocations.map((a) => [a.installmentId, amountOf(a.amount), a.isFull]),
  rest: amountOf(allocated.rest),
});

describe('what a payment pays', () => {
  it('pays 30 of an installment of 60, then its other 30; the next installment is not asked for yet, so 30 is left', () => {
    expect(told(allocatePayment(gbp('30.00'), [open('i1', 'inv', '2026-01-01', '60.00')]))).toEqual({ paid: [['i1', '30.00', false]], rest: '0.00' });
    expect(told(allocatePayment(gbp('60.00'), [open('i1', 'inv', '2026-01-01', '30.00')]))).toEqual({ paid: [['i1', '30.00', true]], rest: '30.00' });
  });

  it('goes to the named invoice first, then to what has been due longest', () => {
    const installments = [open('c', 'inv2', '2026-02-01', '10.00'), open('b', 'inv1', '2026-03-01', '10.00'), open('a', 'inv1', '2026-01-01', '10.00')];
    expect(told(allocatePayment(gbp('25.00'), installments, 'inv2')).paid).toEqual([['c', '10.00', true], ['a', '10.00', true], ['b', '5.00', false]]);
    expect(told(allocatePayment(gbp('25.00'), installments)).paid).toEqual([['a', '10.00', true], ['c', '10.00', true], ['b', '5.00', false]]);
  });

  it('is all credit when nothing is asked for', () => {
    expect(told(allocatePayment(gbp('25.00'), []))).toEqual({ paid: [], rest: '25.00' });
  });

  it('gives up what it paid last due first, and never more than it paid', () => {
    const paid = [
      { installmentId: 'a', invoiceId: 'inv', dueDate: '2026-01-01', amount: gbp('60.00') },
      { installmentId: 'b', invoiceId: 'inv', dueDate: '2026-02-01', amount: gbp('20.00') },
    ];
    expect(told(takeBack(gbp('30.00'), paid))).toEqual({ paid: [['b', '20.00', false], ['a', '10.00', false]], rest: '0.00' });
    expect(told(takeBack(gbp('100.00'), paid)).rest).toBe('20.00');
  });
});

describe('the states of a payment', () => {
  it.each([
    ['PENDING', 'settle', 'SETTLED'], ['PENDING', 'fail', 'FAILED'], ['PENDING', 'cancel', 'CANCELLED'], ['SETTLED', 'refundPart', 'PARTIALLY_REFUNDED'],
    ['SETTLED', 'refundAll', 'REFUNDED'], ['SETTLED', 'chargeBack', 'CHARGED_BACK'], ['CHARGED_BACK', 'winChargeback', 'SETTLED'],
  ] as const)('%s, %s: %s', (from, command, to) => expect(paymentMachine.next(from, command)).toBe(to));

  it.each([
    ['FAILED', 'settle'], ['REFUNDED', 'chargeBack'], ['CANCELLED', 'settle'], ['SETTLED', 'cancel'], ['PENDING', 'refundAll'],
  ] as const)('%s refuses %s, naming both states', (from, command) => {
    expect(() => paymentMachine.next(from, command)).toThrow(new RegExp(`^The payment is ${from} and cannot become [A-Z_]+\\.$`));
  });
});
