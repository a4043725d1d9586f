/**
 * The states of a claim's reservation. A claim may reserve again after it was reopened: what it had taken before is swapped for the new in one step.
 * Confirm and release are idempotent: repeating them, or calling them for a claim that took nothing, changes nothing.
 */
import { stateMachine } from '@olly/kit/errors';

export type ReservationStatus = 'NONE' | 'RESERVED' | 'CONFIRMED' | 'RELEASED' | 'REVERSED';
export type ReservationCommand = 'reserve' | 'confirm' | 'release';

export const reservation = stateMachine<ReservationStatus, ReservationCommand>('Reservation', [
  ['NONE', 'reserve', 'RESERVED'],
  ['RESERVED', 'reserve', 'RESERVED'],
  ['CONFIRMED', 'reserve', 'RESERVED'],
  ['RELEASED', 'reserve', 'RESERVED'],
  ['REVERSED', 'reserve', 'RESERVED'],
  ['RESERVED', 'confirm', 'CONFIRMED'],
  ['RESERVED', 'release', 'RELEASED'],
  ['CONFIRMED', 'release', 'REVERSED'],
]);
