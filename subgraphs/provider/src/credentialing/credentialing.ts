/** The states of a credentialing request. Pure. One is open at a time; only the approval of a request that was reviewed makes a provider active. */
import { stateMachine } from '@olly/kit/errors';
import type { CredentialingStatus } from '../mappers.ts';

export type CredentialingCommand = 'review' | 'approve' | 'reject' | 'withdraw';

export const credentialing = stateMachine<CredentialingStatus, CredentialingCommand>('CredentialingRequest', [
  ['SUBMITTED', 'review', 'IN_REVIEW'],
  ['SUBMITTED', 'withdraw', 'WITHDRAWN'],
  ['IN_REVIEW', 'withdraw', 'WITHDRAWN'],
  ['IN_REVIEW', 'approve', 'APPROVED'],
  ['IN_REVIEW', 'reject', 'REJECTED'],
]);

/** The network that a provider joins when an approval names none. */
export const STANDARD_NETWORK = 'STANDARD';

/**
 * Which networks a provider belongs to after an approval: those that it names; without any named those it has, and for a newcomer the standard one.
 * An empty list is a choice: active, but in no network.
 */
export function networksAfterApproval(named: readonly string[] | null | undefined, current: readonly string[]): string[] {
  if (named) return [...new Set(named)];
  return current.length > 0 ? [...current] : [STANDARD_NETWORK];
}
