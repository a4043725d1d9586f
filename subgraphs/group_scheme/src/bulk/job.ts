/** The states of a bulk enrolment. A job that is PAUSED or CANCELLED finishes the family it is at, and no other. */
import { stateMachine } from '@olly/kit/errors';
import type { BulkEnrollmentJobRow } from '../mappers.ts';

export type JobCommand = 'begin' | 'pause' | 'resume' | 'cancel' | 'complete' | 'fail';

export const job = stateMachine<BulkEnrollmentJobRow['status'], JobCommand>('The bulk enrolment', [
  ['QUEUED', 'begin', 'RUNNING'],
  ['QUEUED', 'cancel', 'CANCELLED'],
  ['RUNNING', 'pause', 'PAUSED'],
  ['RUNNING', 'complete', 'COMPLETED'],
  ['RUNNING', 'fail', 'FAILED'],
  ['RUNNING', 'cancel', 'CANCELLED'],
  ['PAUSED', 'resume', 'RUNNING'],
  ['PAUSED', 'cancel', 'CANCELLED'],
]);
