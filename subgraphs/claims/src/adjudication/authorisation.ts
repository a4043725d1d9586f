/**
 * Care that the plan wants to authorise first. Without an approved authorisation that holds on the service date the provider bears the line (CO-197); more units than
 * are left are borne likewise, in proportion. An authorisation that is still being looked at holds the claim.
 */
import { ratio, subtract, times } from '@olly/kit/money';
import { contains } from '@olly/kit/time';
import { coverDate } from './cover.ts';
import type { LineFacts } from './facts.ts';
import type { Worksheet } from './worksheet.ts';

export const needsAuthorisation = ({ cover, isEmergency }: LineFacts): boolean => cover.term?.priorAuthorisation === true && !isEmergency;

export const isAuthorisationPending = (line: LineFacts): boolean => needsAuthorisation(line) && line.authorisation?.isPending === true;

/** Units that an approved authorisation has left for a line, after what the lines before it have used. */
function unitsFor({ authorisation, units, ...line }: LineFacts, used: ReadonlyMap<string, number>): number {
  if (!authorisation?.isApproved) return 0;
  if (!contains({ from: authorisation.validFrom, to: authorisation.validTo }, coverDate(line))) return 0;
  return Math.min(units, Math.max(0, authorisation.unitsLeft - (used.get(authorisation.locator) ?? 0)));
}

/** `used` counts what the claim's lines use up of each authorisation. */
export function denyUnauthorised(sheet: Worksheet, used: Map<string, number>): void {
  const { line } = sheet;
  if (!needsAuthorisation(line)) return;
  const units = unitsFor(line, used);
  const because = { authorisation: line.authorisation?.locator ?? 'none', units: String(units) };
  if (units === 0) {
    sheet.deny('PRIOR_AUTHORISATION', 'CO', '197', because);
    return;
  }
  const locator = line.authorisation?.locator as string;
  used.set(locator, (used.get(locator) ?? 0) + units);
  sheet.authorised = { authorisation: locator, units };
  if (units === line.units) return;
  const share = times(sheet.rest, ratio(units, line.units));
  sheet.adjust('PRIOR_AUTHORISATION', 'CO', '197', subtract(sheet.rest, share), because);
  sheet.units = units;
}
