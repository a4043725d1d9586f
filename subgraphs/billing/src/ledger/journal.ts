/**
 * A journal: one business fact in double entry. It is made of moves, each from one ledger account to another, so it balances by construction; the
 * database's deferred constraint is the second guard. Pure. Amounts below zero swap the sides, amounts of zero leave nothing.
 */
import { add, isNegative, isZero, type Money, negate } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';

/** The chart of accounts. */
export type LedgerAccount =
  | 'RECEIVABLE' | 'UNEARNED_PREMIUM' | 'PREMIUM_INCOME' | 'FEE_INCOME' | 'TAX_PAYABLE' | 'CASH' | 'MEMBER_CREDIT'
  | 'CLAIMS_EXPENSE' | 'CLAIMS_PAYABLE' | 'PROVIDER_RECOVERABLE' | 'COMMISSION_EXPENSE' | 'COMMISSION_PAYABLE' | 'BAD_DEBT';

export type JournalKind =
  | 'CHARGE' | 'EARNING' | 'CANCELLATION' | 'PAYMENT' | 'CREDIT_USE' | 'REFUND' | 'CHARGEBACK' | 'WRITE_OFF' | 'CLAIM_APPROVAL' | 'CLAIM_PAYMENT' | 'CLAIM_REVERSAL'
  | 'COMMISSION' | 'COMMISSION_PAYMENT';
export type Direction = 'DEBIT' | 'CREDIT';

/** What an entry is about, and whose it is. */
export interface Reference {
  readonly type: 'CHARGE' | 'PAYMENT' | 'INVOICE' | 'INSTALLMENT' | 'CLAIM' | 'COMMISSION';
  readonly id: string;
  readonly accountId: string | null;
  readonly policyId?: string | null;
  readonly lob?: string | null;
}

/** An amount from one account to another. */
export interface Move {
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amount: Money;
  readonly about: Reference;
  /** What the credit side is about, where it differs. */
  readonly creditAbout?: Reference;
}

export interface Entry {
  readonly account: LedgerAccount;
  readonly direction: Direction;
  /** Above zero. */
  readonly amount: Money;
  readonly about: Reference;
}

export interface JournalHead {
  readonly kind: JournalKind;
  /** What it is made from, unique in the ledger: `event:<id>`, `payment:<id>`. */
  readonly source: string;
  readonly effectiveDate: IsoDate;
  readonly postingDate: IsoDate;
}

export interface Journal extends JournalHead {
  readonly entries: readonly Entry[];
}

/** Both sides of a move. */
function sidesOf({ debit, credit, amount, about, creditAbout = about }: Move): Entry[] {
  if (isZero(amount)) return [];
  const isMirrored = isNegative(amount);
  const size = isMirrored ? negate(amount) : amount;
  return [
    { account: debit, direction: isMirrored ? 'CREDIT' : 'DEBIT', amount: size, about },
    { account: credit, direction: isMirrored ? 'DEBIT' : 'CREDIT', amount: size, about: creditAbout },
  ];
}

const keyOf = ({ account, direction, amount, about }: Entry): string =>
  [account, direction, amount.currency, about.type, about.id, about.accountId, about.policyId, about.lob].join('|');

/** The journal of some moves; sides of one account about one thing are one entry. Null when nothing has moved. */
export function journalOf(head: JournalHead, moves: readonly Move[]): Journal | null {
  const entries = new Map<string, Entry>();
  for (const side of moves.flatMap(sidesOf)) {
    const key = keyOf(side);
    const known = entries.get(key);
    entries.set(key, known ? { ...known, amount: add(known.amount, side.amount) } : side);
  }
  return entries.size === 0 ? null : { ...head, entries: [...entries.values()] };
}
