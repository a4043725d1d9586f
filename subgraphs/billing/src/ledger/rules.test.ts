/** The worked examples of the ledger, with exactly their numbers, as a finance person would check them. */
import { amountOf, money, negate, subtract, zero } from '@olly/kit/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaled, seed } from '@olly/kit/testing';
import { type Entry, type Journal, journalOf, type Move, type Reference } from './journal.ts';
import { cancellationMoves, chargeMoves, claimDecisionMoves, claimPaymentMoves, type Earnable, earnedUntil, earningMoves, paymentMoves, refundMoves } from './rules.ts';

const gbp = (amount: string) => money(amount, 'GBP');
const about = (id: string): Reference => ({ type: 'CHARGE', id, accountId: 'acc', policyId: 'pol', lob: 'HEALTH' });
const head = { kind: 'CHARGE', source: 'test', effectiveDate: '2026-04-01', postingDate: '2026-04-01' } as const;

/** `DEBIT CASH` → "30.00", summed over the entries of a journal. */
function sides(journal: Journal | null): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const { account, direction, amount } of journal?.entries ?? []) sums.set(`${direction} ${account}`, (sums.get(`${direction} ${account}`) ?? 0n) + amount.minor);
  return Object.fromEntries([...sums].map(([key, minor]) => [key, amountOf({ minor, currency: 'GBP' })]));
}
const booked = (moves: readonly Move[]) => sides(journalOf(head, moves));

describe('charges', () => {
  it('debits what is receivable and credits unearned premium, tax payable and fee income', () => {
    const moves = [
      ...chargeMoves({ component: 'PREMIUM', amount: gbp('1200.00'), about: about('p') }),
      ...chargeMoves({ component: 'TAX', amount: gbp('144.00'), about: about('t') }),
      ...chargeMoves({ component: 'FEE', amount: gbp('25.00'), about: about('f') }),
    ];
    expect(booked(moves)).toEqual({
      'DEBIT RECEIVABLE': '1369.00', 'CREDIT UNEARNED_PREMIUM': '1200.00', 'CREDIT TAX_PAYABLE': '144.00', 'CREDIT FEE_INCOME': '25.00',
    });
  });

  it('credits the member with what an endorsement gives back', () => {
    expect(booked(chargeMoves({ component: 'PREMIUM', amount: gbp('-50.00'), about: about('p') }))).toEqual({ 'DEBIT UNEARNED_PREMIUM': '50.00', 'CREDIT MEMBER_CREDIT': '50.00' });
  });
});

describe('earning', () => {
  const year = (unearned: string): Earnable => ({ amount: gbp('1200.00'), from: '2026-01-01', to: '2027-01-01', basis: 'DAY', unearned: gbp(unearned), about: about('p') });

  it('earns 101.92, 92.05 and 101.92 of 1,200.00 by day from January to March 2026', () => {
    let unearned = gbp('1200.00');
    const earned = ['2026-02-01', '2026-03-01', '2026-04-01'].map((date) => {
      const delta = earnedUntil({ ...year('0'), unearned }, date);
      unearned = subtract(unearned, delta);
      return amountOf(delta);
    });
    expect(earned).toEqual(['101.92', '92.05', '101.92']);
    expect(amountOf(unearned)).toBe('904.11');
  });

  it('earns nothing twice, and everything by the end of the period', () => {
    expect(amountOf(earnedUntil(year('1098.08'), '2026-02-01'))).toBe('0.00');
    expect(amountOf(earnedUntil(year('904.11'), '2030-01-01'))).toBe('904.11');
  });

  it('takes income back where more was posted than is earned', () => {
    expect(booked(earningMoves(year('1098.08'), '2026-01-01'))).toEqual({ 'CREDIT UNEARNED_PREMIUM': '101.92', 'DEBIT PREMIUM_INCOME': '101.92' });
  });
});

describe('a cancellation', () => {
  const refunds = (premium: string, tax: string) => [
    { component: 'PREMIUM' as const, amount: gbp(premium), about: about('rp') },
    { component: 'TAX' as const, amount: gbp(tax), about: about('rt') },
  ];

  it('with a 10 % short rate debits unearned 904.11 and tax 97.64, and credits premium income 90.41 and the member 911.34', () => {
    expect(booked(cancellationMoves([{ unearned: gbp('904.11'), about: about('p') }], refunds('-813.70', '-97.64'), 'GBP'))).toEqual({
      'DEBIT UNEARNED_PREMIUM': '904.11', 'DEBIT TAX_PAYABLE': '97.64', 'CREDIT PREMIUM_INCOME': '90.41', 'CREDIT MEMBER_CREDIT': '911.34',
    });
  });

  it('pro rata gives back all that is unearned of every charge, and leaves no income', () => {
    const charges = [{ unearned: gbp('904.11'), about: about('p') }, { unearned: gbp('-4.11'), about: about('e') }];
    const moves = cancellationMoves(charges, refunds('-900.00', '-108.00'), 'GBP');
    expect(booked(moves)).toEqual({
      'DEBIT UNEARNED_PREMIUM': '904.11', 'CREDIT UNEARNED_PREMIUM': '4.11', 'DEBIT MEMBER_CREDIT': '4.11', 'CREDIT MEMBER_CREDIT': '1012.11', 'DEBIT TAX_PAYABLE': '108.00',
    });
  });

  it('that gives back more than is unearned takes the rest out of income', () => {
    expect(booked(cancellationMoves([{ unearned: gbp('100.00'), about: about('p') }], [refunds('-120.00', '0')[0] as never], 'GBP'))).toEqual({
      'DEBIT UNEARNED_PREMIUM': '100.00', 'DEBIT PREMIUM_INCOME': '20.00', 'CREDIT MEMBER_CREDIT': '120.00',
    });
  });
});

describe('payments and refunds', () => {
  it('credits what is receivable, and the member with the excess', () => {
    expect(booked(paymentMoves(gbp('60.00'), gbp('30.00'), about('pay')))).toEqual({ 'DEBIT CASH': '60.00', 'CREDIT RECEIVABLE': '30.00', 'CREDIT MEMBER_CREDIT': '30.00' });
  });
  it('gives back credit first and opens again what was paid', () => {
    expect(booked(refundMoves(gbp('30.00'), gbp('10.00'), about('pay')))).toEqual({ 'DEBIT MEMBER_CREDIT': '30.00', 'DEBIT RECEIVABLE': '10.00', 'CREDIT CASH': '40.00' });
  });
});

describe('claims', () => {
  const at = (expense: string, payable: string, recoverable: string) => ({ expense: gbp(expense), payable: gbp(payable), recoverable: gbp(recoverable) });

  it.each([
    ['is approved', at('0', '0', '0'), '500.00', { 'DEBIT CLAIMS_EXPENSE': '500.00', 'CREDIT CLAIMS_PAYABLE': '500.00' }],
    ['is reversed before it was paid', at('500.00', '500.00', '0'), '0', { 'DEBIT CLAIMS_PAYABLE': '500.00', 'CREDIT CLAIMS_EXPENSE': '500.00' }],
    [
      'is reversed after it was paid: the payee owes it',
      at('500.00', '0', '0'),
      '0',
      { 'DEBIT CLAIMS_PAYABLE': '500.00', 'CREDIT CLAIMS_EXPENSE': '500.00', 'DEBIT PROVIDER_RECOVERABLE': '500.00', 'CREDIT CLAIMS_PAYABLE': '500.00' },
    ],
    [
      'is decided higher after payment: only the difference is payable',
      at('500.00', '0', '0'),
      '620.00',
      { 'DEBIT CLAIMS_PAYABLE': '500.00', 'CREDIT CLAIMS_EXPENSE': '500.00', 'DEBIT CLAIMS_EXPENSE': '620.00', 'CREDIT CLAIMS_PAYABLE': '620.00' },
    ],
  ])('a claim that %s', (_title, balance, planPays, expected) => {
    expect(booked(claimDecisionMoves(balance, gbp(planPays), about('clm')))).toEqual(expected);
  });

  it('offsets what is payable again against what the payee owes', () => {
    const sums = booked(claimDecisionMoves(at('0', '0', '500.00'), gbp('620.00'), about('clm')));
    expect(sums).toEqual({ 'DEBIT CLAIMS_EXPENSE': '620.00', 'CREDIT CLAIMS_PAYABLE': '620.00', 'DEBIT CLAIMS_PAYABLE': '500.00', 'CREDIT PROVIDER_RECOVERABLE': '500.00' });
  });

  it('pays all that is payable out of cash', () => {
    expect(booked(claimPaymentMoves(at('620.00', '120.00', '0'), about('clm')))).toEqual({ 'DEBIT CLAIMS_PAYABLE': '120.00', 'CREDIT CASH': '120.00' });
  });
});

describe('every journal', () => {
  const amount = fc.bigInt({ min: -1_000_000_000n, max: 1_000_000_000n }).map((minor) => ({ minor, currency: 'GBP' }));
  const net = (entries: readonly Entry[]) => entries.reduce((left, { direction, amount: { minor } }) => left + (direction === 'DEBIT' ? minor : -minor), 0n);

  it('balances, whatever amounts come in, and has no entry of zero or less', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 8 }), fc.array(amount, { maxLength: 4 }), (unearned, premium) => {
        const charges = unearned.map((each, index) => ({ unearned: each, about: about(`p${index}`) }));
        const refunds = premium.map((each, index) => ({ component: (['PREMIUM', 'TAX', 'FEE'] as const)[index % 3] as 'PREMIUM', amount: each.minor > 0n ? negate(each) : each, about: about(`r${index}`) }));
        const journal = journalOf(head, [...cancellationMoves(charges, refunds, 'GBP'), ...refunds.flatMap(chargeMoves), ...paymentMoves(unearned[0] ?? zero('GBP'), zero('GBP'), about('x'))]);
        expect(net(journal?.entries ?? [])).toBe(0n);
        expect(journal?.entries.every((entry) => entry.amount.minor > 0n) ?? true).toBe(true);
      }),
      { seed, numRuns: scaled(2000, 100) },
    );
  });

  it('of a cancellation leaves nothing unearned and credits exactly what is refunded', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 8 }), amount, (unearned, refund) => {
        const given = refund.minor > 0n ? negate(refund) : refund;
        const charges = unearned.map((each, index) => ({ unearned: each, about: about(`p${index}`) }));
        const entries = journalOf(head, cancellationMoves(charges, [{ component: 'PREMIUM', amount: given, about: about('r') }], 'GBP'))?.entries ?? [];
        const of = (account: string) => net(entries.filter((entry) => entry.account === account));
        expect(of('UNEARNED_PREMIUM')).toBe(unearned.reduce((total, each) => total + each.minor, 0n));
        expect(of('MEMBER_CREDIT')).toBe(given.minor);
      }),
      { seed, numRuns: scaled(2000, 100) },
    );
  });
});
