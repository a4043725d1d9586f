/** The states of a scheme. */
import { stateMachine } from '@olly/kit/errors';
import type { SchemeRow } from '../mappers.ts';

export const scheme = stateMachine<SchemeRow['status'], 'activate' | 'close'>('The scheme', [
  ['DRAFT', 'activate', 'ACTIVE'],
  ['DRAFT', 'close', 'CLOSED'],
  ['ACTIVE', 'close', 'CLOSED'],
]);
