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
}

/** Checks what a broker shall be. Throws `Refused`. */
export function brokerTerms(input: { delegatedAuthorityLimit: { amount: string; currency: string }; commissionRate: string; commissionMonths?: number | null }): BrokerTerms {
  let limit: Money;
  try {
    limit = money(input.delegatedAuthorityLimit.amount, input.delegatedAuthorityLimit.currency);
  } catch (error) {
    throw new Refused('AMOUNT_INVALID', `delegatedAuthorityLimit: ${(error as Error).message}`, 'delegatedAuthorityLimit');
  }
  if (isNegative(limit)) throw new Refused('AMOUNT_NEGATIVE', 'delegatedAuthorityLimit: not negative.', 'delegatedAuthorityLimit');
  const rate = ratioOf(input.commissionRate);
  if (rate.numerator < 0n || rate.numerator > rate.denominator) throw new Refused('RATE_INVALID', 'commissionRate: a fraction between 0 and 1.', 'commissionRate');
  const months = input.commissionMonths ?? COMMISSION_MONTHS_DEFAULT;
  if (months < 1 || months > 60) throw new Refused('MONTHS_INVALID', 'commissionMonths: 1 to 60.', 'commissionMonths');
  return { limit, commissionRate: input.commissionRate, commissionMonths: months };
}

/** The annual premium, net of tax, that the broker may bind on a day; zero from the day it was withdrawn. */
export function authorityOn(broker: Pick<BrokerRow, 'delegated_authority_limit' | 'currency' | 'authority_withdrawn_on'>, day: IsoDate): { limit: Money; isInForce: boolean } {
  const isInForce = broker.authority_withdrawn_on === null || day < broker.authority_withdrawn_on;
  return { limit: isInForce ? money(broker.delegated_authority_limit, broker.currency) : zero(broker.currency), isInForce };
}
