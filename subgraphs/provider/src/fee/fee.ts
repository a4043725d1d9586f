/** What a fee must be to be agreed. Pure. It belongs to one provider or to one network, and is never negative; zero is a fee: treated without charge. */
import { badInput, Refused } from '@olly/kit/errors';
import { isNegative, type Money, money } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import { requiredText, textOf } from '../directory/provider.ts';

export interface NewFee {
  readonly provider?: string | null;
  readonly network?: string | null;
  readonly procedureCode: string;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly from: IsoDate;
}

export interface FeeData {
  /** A provider's locator, or else a network. */
  readonly provider: string | null;
  readonly network: string | null;
  readonly procedureCode: string;
  readonly amount: Money;
  readonly from: IsoDate;
}

function amountOf({ amount, currency }: NewFee['amount']): Money {
  let parsed: Money;
  try {
    parsed = money(amount, currency);
  } catch (error) {
    if (error instanceof RangeError) throw badInput(`amount: ${error.message}`, 'amount');
    throw error;
  }
  if (isNegative(parsed)) throw new Refused('AMOUNT_NEGATIVE', 'A fee is not negative.', 'amount');
  return parsed;
}

/** Checks a fee. Throws `Refused`, and BAD_USER_INPUT for an amount that its currency cannot express. */
export function feeData(input: NewFee): FeeData {
  const provider = textOf(input.provider, 'provider');
  const network = textOf(input.network, 'network');
  if ((provider === null) === (network === null)) throw new Refused('FEE_OWNER_MISSING', 'A fee is agreed with one provider or with one network.', 'provider');
  return { provider, network, procedureCode: requiredText(input.procedureCode, 'procedureCode'), amount: amountOf(input.amount), from: input.from };
}
