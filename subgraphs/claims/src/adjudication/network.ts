/**
 * In or out of network, by the provider's standing on the service date. Protected care outside the network (an emergency, and services that the plan names) is
 * treated as in network: its terms and accumulators, and no balance bill.
 */
import type { Benefits, LineFacts, Network } from './facts.ts';
import type { Worksheet } from './worksheet.ts';

export const isProtected = ({ isEmergency, cover, provider }: LineFacts): boolean =>
  provider?.isInNetwork !== true && (isEmergency || cover.term?.isProtectedOutOfNetwork === true);

/** The network whose terms and accumulators count. */
export const networkOf = (line: LineFacts): Network => (line.provider?.isInNetwork === true || isProtected(line) ? 'IN' : 'OUT');

/** What the plan gives in that network; PR-96 when it gives nothing there. */
export function benefitsOf(sheet: Worksheet): Benefits | null {
  const { line } = sheet;
  sheet.network = networkOf(line);
  const benefits = (sheet.network === 'IN' ? line.cover.term?.in : line.cover.term?.out) ?? null;
  if (!benefits) sheet.deny('NETWORK', 'PR', '96', { network: sheet.network });
  return benefits;
}
