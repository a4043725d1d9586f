import fc from 'fast-check';
import { add, amountOf, equals, money, ofMinor } from '@olly/kit/money';
import { describe, expect, it } from 'vitest';
import { explanationModel, sharesOf } from './explanation.ts';
import { invoiceModel } from './invoice.ts';

const party = { partyLocator: 'pty_x', displayName: 'Ada Moss' };
const setting = { market: 'US', issuedOn: '2026-03-01', party };
const line = (number: number, claimed: string, planPays: string, memberOwes: string) => ({ number, claimed, planPays, memberOwes });

describe('an explanation of benefits', () => {
  it('shows a billed 150 with allowed 80 as a write-off of 70 that nobody owes', () => {
    const { claim } = explanationModel(setting, {
      claim: 'clm_x', policy: 'pol_x', outcome: 'APPROVED', currency: 'USD',
      lines: [{ ...line(1, '150.00', '64.00', '16.00'), adjustments: [{ group: 'CO', reasonCode: '45', reason: 'Over the fee schedule', amount: '70.00' }, { group: 'PR', reasonCode: '2', reason: 'Coinsurance', amount: '16.00' }] }],
    });
    expect(claim.lines).toEqual([
      { number: 1, description: null, charged: '$150.00', adjustments: '$70.00', planPays: '$64.00', memberOwes: '$16.00', reasons: ['CO-45 $70.00: Over the fee schedule', 'PR-2 $16.00: Coinsurance'] },
    ]);
  });

  it('sums three lines of 33.33 at 20 %: the member owes 20.01, the plan pays 79.98', () => {
    const lines = [1, 2, 3].map((number) => line(number, '33.33', '26.66', '6.67'));
    const { claim } = explanationModel(setting, { claim: 'clm_x', policy: 'pol_x', outcome: 'APPROVED', currency: 'USD', lines });
    expect(claim.total).toEqual({ charged: '$99.99', adjustments: '$0.00', planPays: '$79.98', memberOwes: '$20.01' });
  });

  it('adds up for every line, whatever the shares', () => {
    const part = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(part, part, part, (adjusted, plan, member) => {
        const text = (minor: bigint) => amountOf(ofMinor(minor, 'GBP'));
        const shares = sharesOf(line(1, text(adjusted + plan + member), text(plan), text(member)), 'GBP');
        expect(equals(shares.charged, add(add(shares.adjustments, shares.planPays), shares.memberOwes))).toBe(true);
      }),
    );
  });

  it('refuses figures that do not add up rather than print them', () => {
    expect(() => sharesOf(line(3, '100.00', '80.00', '30.00'), 'USD')).toThrow('line 3: plan and member take more than was charged');
    const reasons = [{ group: 'CO', reasonCode: '45', reason: 'x', amount: '9.99' }];
    expect(() => sharesOf({ ...line(1, '100.00', '90.00', '0.00'), adjustments: reasons }, 'USD')).toThrow('line 1: the reasons do not sum');
  });
});

describe('an invoice', () => {
  it('writes amounts and dates as its market does, without a float', () => {
    const base = { invoice: 'inv_x', accountNumber: '1000017', dueDate: '2026-03-15', installments: [] };
    const pounds = invoiceModel({ ...setting, market: 'UK' }, { ...base, currency: 'GBP', total: '90071992547409.93', lines: [{ description: 'Premium', amount: '90071992547409.93' }] });
    expect(pounds.invoice.total).toBe('£90,071,992,547,409.93');
    expect(pounds.invoice.dueDate).toBe('15 March 2026');
    expect(invoiceModel(setting, { ...base, currency: 'USD', total: '1.00', lines: [{ description: 'Fee', amount: '1.00' }] }).invoice.dueDate).toBe('March 15, 2026');
  });

  it('refuses lines that do not sum to the total', () => {
    const invoice = { invoice: 'inv_x', accountNumber: '1', dueDate: '2026-03-15', installments: [], currency: 'USD', total: '2.00', lines: [{ description: 'Fee', amount: '1.99' }] };
    expect(() => invoiceModel(setting, invoice)).toThrow('the lines of an invoice sum to its total');
    expect(money('1.99', 'USD').minor).toBe(199n);
  });
});
