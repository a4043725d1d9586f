/** What a broker may be configured to, and what their authority is on a day. Pure. */
import { Refused } from '@olly/kit/errors';
import { isNegative, type Money, money, ratioOf, zero } from '@olly/kit/money';
import type { IsoDate } from '@olly/kit/time';
import type { BrokerRow } from '../mappers.ts';

export const COMMISSION_MONTHS_DEFAULT = 12;

export interface BrokerTerms {
  readonly limit: Money;
  readonly commissionRate: string;
  readonly commissionMonths: number;
  readonly flat: Money | null;
}

function amountFor(given: { amount: string; currency: string }, field: string): Money {
  let amount: Money;
  try {
    amount = money(given.amount, given.currency);
  } catch (error) {
    throw new Refused('AMOUNT_INVALID', `${field}: ${(error as Error).message}`, field);
  }
  if (isNegative(amount)) throw new Refused('AMOUNT_NEGATIVE', `${field}: not negative.`, field);
  return amount;
}

/** Checks what a broker shall be. Throws `Refused`. */
export function brokerTerms(input: { delegatedAuthorityLimit: { amount: string; currency: string }; commissionRate: string; commissionMonths?: number | null; flatCommission?: { amount: string; currency: string } | null }): BrokerTerms {
  const limit = amountFor(input.delegatedAuthorityLimit, 'delegatedAuthorityLimit');
  const flat = input.flatCommission ? amountFor(input.flatCommission, 'flatCommission') : null;
  if (flat && flat.currency !== limit.currency) throw new Refused('CURRENCY_MISMATCH', 'flatCommission: in the currency of the authority.', 'flatCommission');
  const rate = ratioOf(input.commissionRate);
  if (rate.numerator < 0n || rate.numerator > rate.denominator) throw new Refused('RATE_INVALID', 'commissionRate: a fraction between 0 and 1.', 'commissionRate');
  const months = input.commissionMonths ?? COMMISSION_MONTHS_DEFAULT;
  if (months < 1 || months > 60) throw new Refused('MONTHS_INVALID', 'commissionMonths: 1 to 60.', 'commissionMonths');
  return { limit, commissionRate: input.commissionRate, commissionMonths: months, flat };
}

/** The annual premium, net of tax, that the broker may bind on a day; zero from the day it was withdrawn. */
export function authorityOn(broker: Pick<BrokerRow, 'delegated_authority_limit' | 'currency' | 'authority_withdrawn_on'>, day: IsoDate): { limit: Money; isInForce: boolean } {
  const isInForce = broker.authority_withdrawn_on === null || day < broker.authority_withdrawn_on;
  return { limit: isInForce ? money(broker.delegated_authority_limit, broker.currency) : zero(broker.currency), isInForce };
}
