/**
 * What a claim must be to be taken at all, before anybody else is asked. Pure: input in, a draft or a refusal out. Amounts have the claim's currency, days of service
 * are not in the future, a stay begins before its services.
 */
import { badInput, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { amountOf, type Money, money, sum } from '@olly/kit/money';
import { earlier, type IsoDate } from '@olly/kit/time';
import type { NewDocument } from './document.ts';

export const LINES_MAX = 100;
const CODE = /^[A-Za-z0-9._-]{1,20}$/;
const TERM_KEY = /^[a-z][a-z0-9_]{0,59}$/;

interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

export interface NewLine {
  readonly coverageTermKey: string;
  readonly procedureCode?: string | null;
  readonly serviceDate: IsoDate;
  readonly admissionDate?: IsoDate | null;
  readonly units?: number | null;
  readonly amount: MoneyText;
  readonly isEmergency?: boolean | null;
  readonly priorAuthorisation?: string | null;
  readonly primaryPaid?: MoneyText | null;
}

export interface NewClaim {
  readonly policyId: string;
  readonly claimantPartyId: string;
  readonly provider?: string | null;
  readonly isAssigned?: boolean | null;
  readonly currency: string;
  readonly incidentDate?: IsoDate | null;
  readonly replaces?: string | null;
  readonly lines: readonly NewLine[];
  readonly documents?: readonly NewDocument[] | null;
}

/** A line as it is gathered for and stored: amounts as text. */
export interface DraftLine {
  readonly number: number;
  readonly coverageTermKey: string;
  readonly procedureCode: string | null;
  readonly serviceDate: IsoDate;
  readonly admissionDate: IsoDate | null;
  readonly units: number;
  readonly claimed: string;
  readonly isEmergency: boolean;
  readonly priorAuthorisation: string | null;
  readonly primaryPaid: string | null;
}

/** A claim that has not been decided: what a preview, a submission and a row in the database have in common. */
export interface Draft {
  readonly policyId: string;
  readonly claimantPartyId: string;
  readonly provider: string | null;
  readonly isAssigned: boolean;
  readonly currency: string;
  readonly incidentDate: IsoDate;
  readonly receivedOn: IsoDate;
  readonly replaces: string | null;
  readonly claimed: string;
  readonly lines: readonly DraftLine[];
}

function amount({ amount: text, currency }: MoneyText, claimCurrency: string, field: string): Money {
  if (currency !== claimCurrency) throw new Refused('CURRENCY_MISMATCH', `The claim is in ${claimCurrency}; ${field} is in ${currency}.`, field);
  let value: Money;
  try {
    value = money(text, currency);
  } catch {
    throw badInput(`${field}: an amount in ${currency}, with at most the decimal places that it has`, field);
  }
  if (value.minor < 0n) throw badInput(`${field}: not negative`, field);
  return value;
}

function readLine(line: NewLine, index: number, currency: string, latest: IsoDate): DraftLine {
  const at = (field: string): string => `lines[${index}].${field}`;
  const claimed = amount(line.amount, currency, at('amount'));
  if (claimed.minor === 0n) throw new Refused('AMOUNT_INVALID', 'A line claims more than zero.', at('amount'));
  const units = line.units ?? 1;
  if (units < 1 || units > 9_999) throw badInput('units: between 1 and 9,999', at('units'));
  if (!TERM_KEY.test(line.coverageTermKey)) throw badInput("coverageTermKey: a service's key, for instance office_visit", at('coverageTermKey'));
  if (line.procedureCode != null && !CODE.test(line.procedureCode)) throw badInput('procedureCode: letters and digits, at most 20', at('procedureCode'));
  if (line.serviceDate > latest) throw new Refused('SERVICE_DATE_IN_FUTURE', `The service on ${line.serviceDate} lies in the future.`, at('serviceDate'));
  if (line.admissionDate != null && line.admissionDate > line.serviceDate) {
    throw new Refused('ADMISSION_AFTER_SERVICE', `The stay began on ${line.admissionDate}, after the service on ${line.serviceDate}.`, at('admissionDate'));
  }
  return {
    number: index + 1,
    coverageTermKey: line.coverageTermKey,
    procedureCode: line.procedureCode ?? null,
    serviceDate: line.serviceDate,
    admissionDate: line.admissionDate ?? null,
    units,
    claimed: amountOf(claimed),
    isEmergency: line.isEmergency ?? false,
    priorAuthorisation: line.priorAuthorisation ?? null,
    primaryPaid: line.primaryPaid ? amountOf(amount(line.primaryPaid, currency, at('primaryPaid'))) : null,
  };
}

/** Checks a claim. `latest` is the last day of service that is taken: today, or any day for a preview. Throws `Refused` and BAD_USER_INPUT. */
export function readClaim(input: NewClaim, today: IsoDate, latest: IsoDate): Draft {
  if (!isId(input.policyId)) throw badInput('policyId: a UUID', 'policyId');
  if (!isId(input.claimantPartyId)) throw badInput('claimantPartyId: a UUID', 'claimantPartyId');
  if (input.provider != null && !isLocator(input.provider, 'prv')) throw badInput("provider: a provider's locator", 'provider');
  if (input.replaces != null && !isLocator(input.replaces, 'clm')) throw badInput("replaces: a claim's locator", 'replaces');
  if (input.lines.length === 0) throw new Refused('LINES_MISSING', 'A claim has at least one line.', 'lines');
  if (input.lines.length > LINES_MAX) throw new Refused('TOO_MANY_LINES', `A claim has at most ${LINES_MAX} lines.`, 'lines');
  const lines = input.lines.map((line, index) => readLine(line, index, input.currency, latest));
  const first = lines.map((line) => line.admissionDate ?? line.serviceDate).reduce(earlier);
  return {
    policyId: input.policyId,
    claimantPartyId: input.claimantPartyId,
    provider: input.provider ?? null,
    isAssigned: input.isAssigned ?? false,
    currency: input.currency,
    incidentDate: input.incidentDate ?? first,
    receivedOn: today,
    replaces: input.replaces ?? null,
    claimed: amountOf(
      sum(
        lines.map((line) => money(line.claimed, input.currency)),
        input.currency,
      ),
    ),
    lines,
  };
}
