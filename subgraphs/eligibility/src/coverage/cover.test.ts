import { describe, expect, it } from 'vitest';
import type { MemberCoverageRow } from '../mappers.ts';
import { newPerson, newPolicy, type PolicyState, policyEvent } from '../testing/world.ts';
import { coverOn, insuredSince } from './cover.ts';
import { policyChanged } from './event.ts';
import { changeOf, rowId, rowsOf } from './from-event.ts';

const ada = newPerson();
const rows = (state: PolicyState, kind: Parameters<typeof policyEvent>[1] = 'issued', date?: string): MemberCoverageRow[] => {
  const event = policyEvent(state, kind, date);
  return rowsOf(event, policyChanged.parse(event.data));
};

describe('rows of cover', () => {
  it('have ids that follow from the event, sort by its time and differ by person', () => {
    const event = '01900000-0000-7000-8000-000000000001';
    expect(rowId(event, 'a')).toBe(rowId(event, 'a'));
    expect(rowId(event, 'a')).not.toBe(rowId(event, 'b'));
    expect(rowId(event, 'a').slice(0, 15)).toBe('01900000-0000-8');
    expect(rowId('01900000-0001-7000-8000-000000000001', 'a') > rowId(event, 'a')).toBe(true);
  });
  it('stay within the term, from the day a person was added to the day they left', () => {
    const [row] = rows(newPolicy([{ ...ada, from: '2025-06-01', to: '2026-10-01' }]));
    expect([row?.effective_from, row?.effective_to, row?.status]).toEqual(['2026-01-01', '2026-10-01', 'ACTIVE']);
    expect(rows(newPolicy([{ ...ada, from: '2025-01-01', to: '2026-01-01' }]))).toEqual([]);
  });
  it('end on the day of a cancellation, and never cover a day after a flat one', () => {
    const policy = newPolicy([ada, { ...newPerson(), from: '2026-08-01' }]);
    expect(rows(policy, 'cancelled', '2026-07-01').map((row) => [row.effective_from, row.effective_to, row.status])).toEqual([
      ['2026-01-01', '2026-07-01', 'CANCELLED'],
      ['2026-08-01', '2026-08-01', 'CANCELLED'],
    ]);
    expect(rows(policy, 'cancelled', '2026-01-01').every((row) => row.effective_from === row.effective_to)).toBe(true);
  });
  it('stay when an event says the same, and are superseded when it says otherwise', () => {
    const policy = newPolicy([ada]);
    const live = rows(policy);
    const change = (state: PolicyState) => {
      const event = policyEvent(state, 'endorsed');
      return changeOf(event, policyChanged.parse(event.data), live);
    };
    expect(change(policy)).toEqual({ superseded: [], added: [] });
    const child = { ...newPerson(), from: '2026-05-01' };
    const born = change({ ...policy, insured: [ada, child] });
    expect(born.superseded).toEqual([]);
    expect(born.added.map((row) => row.party_id)).toEqual([child.id]);
    expect(change({ ...policy, insured: [{ ...ada, to: '2026-06-01' }] })).toMatchObject({ superseded: [live[0]?.id], added: [{ effective_to: '2026-06-01' }] });
  });
  it('end where they stood when a cancellation names nobody', () => {
    const policy = newPolicy([ada]);
    const event = policyEvent({ ...policy, insured: [] }, 'cancelled', '2026-04-01');
    expect(changeOf(event, policyChanged.parse(event.data), rows(policy)).added).toMatchObject([{ party_id: ada.id, effective_to: '2026-04-01', status: 'CANCELLED' }]);
  });
});

describe('whether somebody is covered', () => {
  const policy = newPolicy([ada]);
  const cover = rows(policy);
  it.each([
    ['before the first day', '2025-12-31', 'surgery', 'BEFORE_COVER'],
    ['on the first day', '2026-01-01', 'surgery', null],
    ['on the last day', '2026-12-31', 'surgery', null],
    ['after it', '2027-01-01', 'surgery', 'AFTER_COVER'],
    ['for what the plan does not name', '2026-06-01', 'dental_crown', 'SERVICE_NOT_COVERED'],
    ['within the waiting period', '2026-03-31', 'physiotherapy', 'WAITING_PERIOD'],
    ['when the waiting period has passed', '2026-04-01', 'physiotherapy', null],
    ['for the whole cover', '2026-06-01', null, null],
  ])('%s', (_title, day, key, reason) => expect(coverOn(cover, day, key).reason).toBe(reason));
  it('says until when a waiting period runs and whether authorisation is wanted', () => {
    expect(coverOn(cover, '2026-02-01', 'physiotherapy')).toMatchObject({ waitingUntil: '2026-04-01', isPriorAuthorisationNeeded: false });
    expect(coverOn(cover, '2026-02-01', 'surgery')).toMatchObject({ waitingUntil: null, isPriorAuthorisationNeeded: true });
  });
  it('is answered NO_COVER without rows, and superseded rows are none', () => {
    expect(coverOn([], '2026-06-01').reason).toBe('NO_COVER');
    expect(coverOn(cover.map((row) => ({ ...row, status: 'SUPERSEDED' as const })), '2026-06-01').reason).toBe('NO_COVER');
  });
  it('keeps the waiting clock through renewal and a split-off policy, and starts it again after a gap', () => {
    const own = newPolicy([ada], { term: { ...policy.term, id: '01900000-0000-7000-8000-00000000000a', from: '2027-01-01', to: '2028-01-01' } });
    const [later] = rows(own);
    expect(later && insuredSince(later, [...cover, later])).toBe('2026-01-01');
    const apart = rows({ ...own, term: { ...own.term, from: '2027-01-02' } });
    expect(insuredSince(apart[0] as MemberCoverageRow, [...cover, ...apart])).toBe('2027-01-02');
  });
});
