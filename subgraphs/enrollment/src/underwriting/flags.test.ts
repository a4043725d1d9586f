/** What flags make of a quote, and what an evaluation makes of flags. */
import { describe, expect, it } from 'vitest';
import type { UnderwritingFlagRow } from '../mappers.ts';
import { said } from '../testing/fixtures.ts';
import { decide, type FlagType, flagChanges } from './flags.ts';

const at = new Date('2026-03-01');
const flag = (flag_type: FlagType, more: Partial<UnderwritingFlagRow> = {}): UnderwritingFlagRow => ({
  id: flag_type,
  quote_id: 'q',
  policy_id: null,
  flag_type,
  value: `${flag_type}_CODE`,
  raised_by: 'enrollment',
  rule_id: `Underwriting/${flag_type.toLowerCase()} rule`,
  created_at: at,
  cleared_at: null,
  cleared_by: null,
  cleared_reason: null,
  withdrawn_at: null,
  ...more,
});

describe('underwriting flags', () => {
  it.each<[FlagType[], string]>([
    [[], 'UNDERWRITTEN'],
    [['INFO'], 'UNDERWRITTEN'],
    [['BLOCK'], 'REFERRED'],
    [['DECLINE'], 'DECLINED'],
    [['BLOCK', 'DECLINE'], 'DECLINED'],
    [['APPROVE', 'BLOCK', 'DECLINE'], 'UNDERWRITTEN'],
    [['REJECT'], 'REJECTED'],
    [['APPROVE', 'REJECT'], 'REJECTED'],
  ])('%j leave a quote %s', (types, outcome) => {
    expect(decide(types.map((type) => flag(type)))).toBe(outcome);
  });

  it('hold nothing once lifted or withdrawn', () => {
    expect(decide([flag('BLOCK', { cleared_at: at }), flag('DECLINE', { withdrawn_at: at })])).toBe('UNDERWRITTEN');
    expect(decide([flag('APPROVE', { withdrawn_at: at }), flag('BLOCK')])).toBe('REFERRED');
  });

  it('are raised once, stay lifted when the rule says the same, and go when it no longer does', () => {
    expect(flagChanges([], [said('block')])).toEqual({ raise: [{ flagType: 'BLOCK', value: 'BLOCK_CODE', ruleId: 'Underwriting/block rule' }], withdraw: [] });
    expect(flagChanges([flag('BLOCK', { cleared_at: at })], [said('block')])).toEqual({ raise: [], withdraw: [] });
    expect(flagChanges([flag('BLOCK')], [])).toEqual({ raise: [], withdraw: ['BLOCK'] });
    expect(flagChanges([flag('BLOCK', { withdrawn_at: at })], [said('block')]).raise).toHaveLength(1);
  });

  it('of a reject never go, nor do those that people raised', () => {
    expect(flagChanges([flag('REJECT'), flag('BLOCK', { rule_id: null })], [])).toEqual({ raise: [], withdraw: [] });
  });

  it('change when the rule gives another reason', () => {
    const changes = flagChanges([flag('BLOCK', { value: 'OLD', cleared_at: at })], [said('block')]);
    expect(changes.withdraw).toEqual(['BLOCK']);
    expect(changes.raise).toMatchObject([{ value: 'BLOCK_CODE' }]);
  });
});
