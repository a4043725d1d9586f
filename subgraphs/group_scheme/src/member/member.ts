/** The states of a membership and the order of its dates. Pure. */
import { Refused, stateMachine } from '@olly/kit/errors';
import type { IsoDate } from '@olly/kit/time';
import type { SchemeMemberRow, SchemeRow } from '../mappers.ts';

export const member = stateMachine<SchemeMemberRow['status'], 'cover' | 'leave' | 'rejoin' | 'reinstate'>('The membership', [
  ['PENDING', 'cover', 'ACTIVE'],
  ['PENDING', 'leave', 'LEFT'],
  ['ACTIVE', 'leave', 'LEFT'],
  ['LEFT', 'rejoin', 'PENDING'],
  ['LEFT', 'reinstate', 'ACTIVE'],
]);

/** A person joins an active scheme, not before it begins. Throws `Refused`. */
export function checkJoining(scheme: SchemeRow, joinedOn: IsoDate): void {
  if (scheme.status !== 'ACTIVE') throw new Refused('SCHEME_NOT_ACTIVE', `The scheme is ${scheme.status}; only an ACTIVE one takes members.`, 'scheme');
  if (joinedOn < scheme.effective_from) throw new Refused('DATE_BEFORE_SCHEME', `The scheme begins on ${scheme.effective_from}.`, 'joinedOn');
}

/** Who has left may come back, not before the day they left. Throws `Refused`. */
export function checkRejoining(known: SchemeMemberRow, joinedOn: IsoDate): void {
  if (known.status !== 'LEFT') throw new Refused('ALREADY_MEMBER', `The person is in the scheme since ${known.joined_on}.`, 'partyLocator');
  if (known.left_on !== null && joinedOn < known.left_on) throw new Refused('DATE_BEFORE_LEAVING', `The person left on ${known.left_on}.`, 'joinedOn');
}
