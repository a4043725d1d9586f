/** Which decided claims a change of a policy touches, and which it leaves alone. */
import { describe, expect, it } from 'vitest';
import { claim, DAY, DEDUCTIBLE, deductibleOf } from '../adjudication/fixtures.ts';
import { affectedBy, type PolicyChanged } from './changes.ts';

const PATIENT = '0190f000-0000-7000-8000-00000000000a';
const term = { key: 'office_visit', in: { steps: [DEDUCTIBLE] }, out: { steps: [DEDUCTIBLE] } };
const coverage = { deductible: { in: { person: '500.00' } }, coverageTerms: [{ ...term, priorAuthorisation: false }] };
const { lines } = claim({ steps: [DEDUCTIBLE], accumulators: [deductibleOf('500.00')] }, { claimed: '80.00' }, { claimed: '40.00', serviceDate: '2026-02-01' });

const change = (more: Partial<PolicyChanged['transaction']> = {}, element: Partial<PolicyChanged['elements'][number]> = {}): PolicyChanged => ({
  policyId: PATIENT,
  term: { from: '2026-01-01', to: '2027-01-01' },
  transaction: { category: 'ENDORSEMENT', effectiveDate: '2026-01-15', ...more },
  elements: [{ coverage, insured: [{ partyId: PATIENT, from: '2026-01-01', to: '2027-01-01' }], ...element }],
});

describe('a change of a policy', () => {
  it('that leaves a patient’s cover as it was touches no claim', () => {
    expect(affectedBy(change(), PATIENT, lines)).toBeNull();
  });

  it('that takes cover back touches the lines from its day on', () => {
    expect(affectedBy(change({ category: 'CANCELLATION', effectiveDate: '2026-02-15' }), PATIENT, lines)).toEqual({ reason: 'COVER_LOST', lines: [1] });
    expect(affectedBy(change({}, { insured: [{ partyId: PATIENT, from: '2026-01-01', to: '2026-01-31' }] }), PATIENT, lines)).toEqual({ reason: 'COVER_LOST', lines: [1, 2] });
  });

  it('that gives cover touches lines that lay outside', () => {
    const outside = lines.map((line) => ({ ...line, cover: { ...line.cover, isCovered: false, reason: 'BEFORE_COVER' as const, term: null, accumulators: [] } }));
    expect(affectedBy(change(), PATIENT, outside)).toEqual({ reason: 'COVER_GAINED', lines: [1, 2] });
  });

  it('of the terms or of a limit touches what was decided by them', () => {
    const copays = { ...coverage, coverageTerms: [{ ...term, in: { steps: [] } }] };
    expect(affectedBy(change({}, { coverage: copays }), PATIENT, lines)).toEqual({ reason: 'TERMS_CHANGED', lines: [1, 2] });
    expect(affectedBy(change({}, { coverage: { ...coverage, deductible: { in: { person: '750.00' } } } }), PATIENT, lines)).toEqual({ reason: 'TERMS_CHANGED', lines: [1, 2] });
  });

  it('of another term touches nothing', () => {
    expect(affectedBy({ ...change({ category: 'CANCELLATION' }), term: { from: '2027-01-01', to: '2028-01-01' } }, PATIENT, lines)).toBeNull();
    expect(affectedBy(change({ category: 'CANCELLATION', effectiveDate: '2026-03-03' }), PATIENT, lines)).toBeNull();
    expect(DAY).toBe('2026-03-02');
  });
});
