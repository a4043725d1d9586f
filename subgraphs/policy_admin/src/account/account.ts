/** What an account must be. Pure. */
import { Refused } from '@olly/kit/errors';
import type { IsoDate } from '@olly/kit/time';
import type { MarketProfileRow, PartyRow } from '../mappers.ts';
import { isMinor } from '../party/party.ts';

/** A number with its check digit (ISO/IEC 7812, Luhn): one wrong digit or two swapped neighbours are noticed on the telephone. `100001` → `1000017`. */
export function displayNumber(serial: string): string {
  const digits = [...serial].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const weighed = index % 2 === 0 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return `${serial}${(10 - (sum % 10)) % 10}`;
}

/** An account is held by an adult or an organisation, in the market's own currency. Throws `Refused`. */
export function checkAccount(input: { currency: string; marketCode: string }, market: MarketProfileRow | null, holder: PartyRow, today: IsoDate): asserts market is MarketProfileRow {
  if (!market) throw new Refused('UNKNOWN_MARKET', `There is no market ${input.marketCode.slice(0, 10)}.`, 'marketCode');
  if (input.currency !== market.currency) throw new Refused('CURRENCY_NOT_OF_MARKET', `Accounts in ${market.market_code} are kept in ${market.currency}.`, 'currency');
  if (isMinor(holder, today)) throw new Refused('HOLDER_IS_MINOR', 'An account is held by an adult.', 'holderLocator');
}
