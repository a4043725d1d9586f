import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { type DeletionCommand, type DeletionStatus, deletionMachine, dueOn, reasonOf } from './deletion.ts';

const STATES: DeletionStatus[] = ['REQUESTED', 'VERIFIED', 'IN_PROGRESS', 'ON_HOLD', 'COMPLETED', 'REFUSED', 'CANCELLED'];
const COMMANDS: DeletionCommand[] = ['verify', 'refuse', 'cancel', 'start', 'hold', 'resume', 'complete'];

describe('a deletion request', () => {
  it('goes from requested to completed only by way of verified and in progress', () => {
    const way: DeletionCommand[] = ['verify', 'start', 'hold', 'resume', 'complete'];
    expect(way.reduce<DeletionStatus>((state, command) => deletionMachine.next(state, command), 'REQUESTED')).toBe('COMPLETED');
    expect(() => deletionMachine.next('REQUESTED', 'start')).toThrow('The deletion request is REQUESTED and cannot become IN_PROGRESS.');
  });

  it('is not called off once work has started, and moves nowhere from its ends', () => {
    expect(STATES.filter((state) => deletionMachine.can(state, 'cancel'))).toEqual(['REQUESTED', 'VERIFIED']);
    expect(STATES.filter((state) => deletionMachine.can(state, 'refuse'))).toEqual(['REQUESTED', 'VERIFIED']);
    for (const end of ['COMPLETED', 'REFUSED', 'CANCELLED'] as const) expect(COMMANDS.filter((command) => deletionMachine.can(end, command))).toEqual([]);
  });

  it('is due a month later, clamped to the end of the month', () => {
    expect(dueOn('2026-03-01')).toBe('2026-04-01');
    expect(dueOn('2026-01-31')).toBe('2026-02-28');
  });

  it('takes a reason of up to 1,000 characters, as it was written', () => {
    expect(reasonOf("  '); DROP TABLE x; -- ")).toBe("'); DROP TABLE x; --");
    expect(reasonOf('   ')).toBeNull();
    expect(() => reasonOf('x'.repeat(1_001))).toThrow(Refused);
    expect(() => reasonOf('a\0b')).toThrow(Refused);
  });
});
