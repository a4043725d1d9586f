/** The states of a session. */
import { stateMachine } from '@olly/kit/errors';
import type { TriageSessionRow } from '../mappers.ts';

export const session = stateMachine<TriageSessionRow['status'], 'answer' | 'complete' | 'abandon' | 'stop'>('The session', [
  ['IN_PROGRESS', 'answer', 'IN_PROGRESS'],
  ['IN_PROGRESS', 'complete', 'COMPLETED'],
  ['IN_PROGRESS', 'abandon', 'ABANDONED'],
  ['IN_PROGRESS', 'stop', 'STOPPED'],
]);
