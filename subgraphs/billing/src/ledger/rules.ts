/**
 * What each business fact means in double entry. Pure: each rule answers moves, which `journalOf` makes a balanced journal of. Projections, commands and jobs
 * call them; nothing else decides which account an amount goes to.
 */
import { add, isNegative, isPositive, type Money, min, negate, subtract, sum, times, zero } from '@olly/kit/money';
import { elapsedShare, type IsoDate, type ProrationBasis } from '@olly/kit/time';
import type { LedgerAccount, Move, Reference } from './journal.ts';

type PolicyComponent = 'PREMIUM' | 'TAX' | 'FEE';

/** Where what is charged goes until it is earned or handed on. */
const COUNTERPART: Readonly<Record<PolicyComponent, LedgerAccount>> = { PREMIUM: 'UNEARNED_PREMIUM', TAX: 'TAX_PAYABLE', FEE: 'FEE_INCOME' };

export interface ComponentAmount {
  readonly component: PolicyComponent;
  /** Below zero: given back. */
  readonly amount: Money;
  readonly about: Reference;
  /** Premium without a period, for instance what a short rate keeps, is income at once. */
  readonly isEarned?: boolean;
}

/** A charge: Dr receivable, Cr unearned premium, tax payable or fee income. What is given back goes to the member's credit, not to what is receivable. */
export function chargeMoves({ component, amount, about, isEarned = false }: ComponentAmount): Move[] {
  const counterpart = component === 'PREMIUM' && isEarned ? 'PREMIUM_INCOME' : COUNTERPART[component];
  if (isNegative(amount)) return [{ debit: counterpart, credit: 'MEMBER_CREDIT', amount: negate(amount), about }];
  return [{ debit: 'RECEIVABLE', credit: counterpart, amount, about }];
}

/** What a premium charge is earned by. */
export interface Earnable {
  readonly amount: Money;
  readonly from: IsoDate;
  readonly to: IsoDate;
  readonly basis: ProrationBasis;
  /** What of it still stands as unearned in the ledger. */
  readonly unearned: Money;
  readonly about: Reference;
}

/** What is earned of a charge at the start of a day and not posted yet: R(amount × elapsed share) less what was posted. */
export function earnedUntil({ amount, from, to, basis, unearned }: Earnable, date: IsoDate): Money {
  const posted = subtract(amount, unearned);
  return subtract(times(amount, elapsedShare({ from, to }, date, basis)), posted);
}

/** Earning: Dr unearned, Cr premium income. Mirrored where more was posted than is earned, for instance before a flat cancellation. */
export function earningMoves(charge: Earnable, date: IsoDate): Move[] {
  return [{ debit: 'UNEARNED_PREMIUM', credit: 'PREMIUM_INCOME', amount: earnedUntil(charge, date), about: charge.about }];
}

/**
 * A cancellation, after earning up to its day: what is unearned of every charge goes back to the member as far as it is refunded, and is premium income for
 * the rest (a short rate); tax and fees are given back as the refund says. `refunds` have amounts below zero.
 */
export function cancellationMoves(charges: readonly Pick<Earnable, 'unearned' | 'about'>[], refunds: readonly ComponentAmount[], currency: string): Move[] {
  const premium = refunds.filter((refund) => refund.component === 'PREMIUM');
  const creditAbout = premium[0]?.about ?? refunds[0]?.about;
  let toMember = negate(sum(premium.map((refund) => refund.amount), currency));
  const moves: Move[] = [];
  // Unearned amounts below zero (of endorsements that gave premium back) come first: what they take must be covered by the others.
  for (const { unearned, about } of charges.toSorted((a, b) => Number(isPositive(a.unearned)) - Number(isPositive(b.unearned)))) {
    const part = isNegative(unearned) ? unearned : min(unearned, isPositive(toMember) ? toMember : zero(currency));
    toMember = subtract(toMember, part);
    moves.push({ debit: 'UNEARNED_PREMIUM', credit: 'MEMBER_CREDIT', amount: part, about, creditAbout: creditAbout ?? about });
    moves.push({ debit: 'UNEARNED_PREMIUM', credit: 'PREMIUM_INCOME', amount: subtract(unearned, part), about });
  }
  // More is given back than is unearned: premium that was income is none any more.
  if (creditAbout) moves.push({ debit: 'PREMIUM_INCOME', credit: 'MEMBER_CREDIT', amount: toMember, about: creditAbout });
  for (const refund of refunds) if (refund.component !== 'PREMIUM') moves.push(...chargeMoves(refund));
  return moves;
}

/** A payment: Dr cash, Cr receivable as far as it pays something, Cr member credit for the rest. */
export function paymentMoves(amount: Money, allocated: Money, about: Reference): Move[] {
  return [
    { debit: 'CASH', credit: 'RECEIVABLE', amount: allocated, about },
    { debit: 'CASH', credit: 'MEMBER_CREDIT', amount: subtract(amount, allocated), about },
  ];
}

/** Credit that pays an installment: Dr member credit, Cr receivable. */
export const creditUseMoves = (amount: Money, about: Reference): Move[] => [{ debit: 'MEMBER_CREDIT', credit: 'RECEIVABLE', amount, about }];

/** Money given back: Dr member credit for what came out of credit, Dr receivable for what is owed again, Cr cash. */
export function refundMoves(fromCredit: Money, reopened: Money, about: Reference): Move[] {
  return [
    { debit: 'MEMBER_CREDIT', credit: 'CASH', amount: fromCredit, about },
    { debit: 'RECEIVABLE', credit: 'CASH', amount: reopened, about },
  ];
}

/** What is given up: Dr bad debt, Cr receivable. */
export const writeOffMoves = (open: Money, about: Reference): Move[] => [{ debit: 'BAD_DEBT', credit: 'RECEIVABLE', amount: open, about }];

/** How a claim stands in the ledger; all at or above zero. */
export interface ClaimBalance {
  /** Debit balance of claims expense: what the plan bears by the decisions so far. */
  readonly expense: Money;
  /** Credit balance of claims payable: decided and not paid. */
  readonly payable: Money;
  /** Debit balance of what is to be got back from the payee. */
  readonly recoverable: Money;
  /** Credit balance of cash: what has been paid. */
  readonly paid: Money;
}

/**
 * A claim is decided, anew or for the first time: the former decision is mirrored in full and the new one posted. What was paid beyond the new decision is
 * recoverable from the payee; what is payable again takes from what is recoverable first.
 */
export function claimDecisionMoves({ expense, payable, recoverable }: Omit<ClaimBalance, 'paid'>, planPays: Money, about: Reference): Move[] {
  const moves: Move[] = [
    { debit: 'CLAIMS_PAYABLE', credit: 'CLAIMS_EXPENSE', amount: expense, about },
    { debit: 'CLAIMS_EXPENSE', credit: 'CLAIMS_PAYABLE', amount: planPays, about },
  ];
  const after = add(subtract(payable, expense), planPays);
  if (isNegative(after)) moves.push({ debit: 'PROVIDER_RECOVERABLE', credit: 'CLAIMS_PAYABLE', amount: negate(after), about });
  else moves.push({ debit: 'CLAIMS_PAYABLE', credit: 'PROVIDER_RECOVERABLE', amount: min(after, recoverable), about });
  return moves;
}

/** A claim is paid: Dr claims payable, Cr cash, for all that is payable. */
export const claimPaymentMoves = ({ payable }: Pick<ClaimBalance, 'payable'>, about: Reference): Move[] => [{ debit: 'CLAIMS_PAYABLE', credit: 'CASH', amount: payable, about }];

/** The payment of a claim has failed: the mirror of all that was paid; it is payable again, less what is recoverable. */
export function claimPaymentFailedMoves({ paid, payable, recoverable }: Pick<ClaimBalance, 'paid' | 'payable' | 'recoverable'>, about: Reference): Move[] {
  return [
    { debit: 'CASH', credit: 'CLAIMS_PAYABLE', amount: paid, about },
    { debit: 'CLAIMS_PAYABLE', credit: 'PROVIDER_RECOVERABLE', amount: min(add(payable, paid), recoverable), about },
  ];
}
