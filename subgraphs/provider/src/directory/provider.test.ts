import { Refused } from '@olly/kit/errors';
import { seed } from '@olly/kit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networksAfterApproval } from '../credentialing/credentialing.ts';
import { feeData } from '../fee/fee.ts';
import { npi } from '../testing/world.ts';
import { isNpi } from './npi.ts';
import { changeStanding, credentialingDueOn, onDay, provider, providerData, type StandingNow } from './provider.ts';
import { nameQuery } from './store.ts';

const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
  return undefined;
};

describe('the National Provider Identifier', () => {
  it.each(['1234567893', '1558598797'])('%s is valid', (npi) => expect(isNpi(npi)).toBe(true));
  it.each(['1234567890', '123456789', '12345678933', '123456789X', '', '٣234567893'])('"%s" is not', (npi) => expect(isNpi(npi)).toBe(false));
  it('tells every single wrong digit, and every swap of neighbours but 09 for 90', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 899_999_999 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (serial, place, shift) => {
        const valid = npi(serial);
        expect(isNpi(valid)).toBe(true);
        const digits = [...valid];
        const changed = digits.with(place, String((Number(digits[place]) + shift) % 10)).join('');
        const [left, right] = [digits[place] as string, digits[place + 1] ?? ''];
        const swapped = digits.with(place, right).join('').slice(0, place + 1) + left + valid.slice(place + 2);
        const isTold = right === '' || left === right || ['09', '90'].includes(left + right) || !isNpi(swapped);
        return !isNpi(changed) && isTold;
      }),
      { seed },
    );
  });
});

describe('an entry of the directory', () => {
  const practice = { market: 'US', npi: '1234567893', name: ' Oakwood Clinic ', specialty: 'Physiotherapy' } as const;
  it('trims what is given and leaves out what is empty', () => {
    expect(providerData({ ...practice, phone: ' ' })).toMatchObject({ name: 'Oakwood Clinic', phone: null, npi: '1234567893' });
  });
  it.each([
    ['a wrong check digit', { ...practice, npi: '1234567890' }, 'NPI_INVALID'],
    ['a US provider without an NPI', { ...practice, npi: null }, 'NPI_INVALID'],
    ['a UK provider with one', { ...practice, market: 'UK' as const }, 'NPI_NOT_USED'],
    ['no name', { ...practice, name: '  ' }, 'FIELD_MISSING'],
    ['a line break in the specialty', { ...practice, specialty: 'Physio\ntherapy' }, 'TEXT_INVALID'],
    ['an address without lines', { ...practice, address: { lines: [], city: 'Bath', country: 'GB' } }, 'ADDRESS_INVALID'],
    ['an e-mail address that is none', { ...practice, email: 'clinic' }, 'CONTACT_INVALID'],
  ])('refuses %s', (_title, input, code) => expect(refusal(() => providerData(input))).toBe(code));
  it('searches a name by the beginnings of its words', () => {
    expect(nameQuery(" Oak CLIN'; -- ")).toBe('oak:* & clin:*');
    expect(nameQuery('Müller-Åse')).toBe('müller:* & åse:*');
    expect(nameQuery(' & | ! ')).toBeNull();
  });
});

describe('the standing of a provider', () => {
  const active: StandingNow = { status: 'ACTIVE', since: '2026-01-01', credentialingDueOn: '2029-01-01' };
  it('is ACTIVE by an approval only, from where it was PENDING', () => {
    expect(provider.transitions.filter((t) => t.from === 'PENDING').map((t) => t.command)).toEqual(['approve']);
    expect(refusal(() => changeStanding({ ...active, status: 'PENDING' }, 'reinstate', '2026-02-01'))).toBe('ILLEGAL_TRANSITION');
  });
  it('ends the former standing on the first day of the new one', () => {
    expect(changeStanding(active, 'suspend', '2026-05-01')).toEqual({ status: 'SUSPENDED', from: '2026-05-01', formerEndsOn: '2026-05-01', isNew: true });
  });
  it('does not change when an active provider is approved again', () => {
    expect(changeStanding(active, 'approve', '2028-12-01')).toMatchObject({ status: 'ACTIVE', isNew: false });
  });
  it('reaches back before the registration by a first approval, and never otherwise', () => {
    expect(changeStanding({ status: 'PENDING', since: '2026-03-01', credentialingDueOn: null }, 'approve', '2026-01-01')).toMatchObject({ from: '2026-01-01', formerEndsOn: '2026-03-01' });
    expect(refusal(() => changeStanding(active, 'suspend', '2025-12-31'))).toBe('DATE_BEFORE_LAST_CHANGE');
  });
  it('is not reinstated once credentialing is due again, 36 months after the approval', () => {
    expect(credentialingDueOn('2026-01-31')).toBe('2029-01-31');
    expect(credentialingDueOn('2024-02-29')).toBe('2027-02-28');
    const suspended: StandingNow = { ...active, status: 'SUSPENDED' };
    expect(changeStanding(suspended, 'reinstate', '2028-12-31').status).toBe('ACTIVE');
    expect(refusal(() => changeStanding(suspended, 'reinstate', '2029-01-01'))).toBe('CREDENTIALING_DUE');
  });
  it('never leaves TERMINATED', () => {
    expect(provider.transitions.some((t) => t.from === 'TERMINATED')).toBe(false);
  });
  it('is answered by day: half-open, and an emptied period never holds', () => {
    const history = [
      { effective_from: '2026-03-01', effective_to: '2026-03-01' },
      { effective_from: '2026-01-01', effective_to: '2026-05-01' },
      { effective_from: '2026-05-01', effective_to: null },
    ];
    expect(onDay(history, '2026-03-01')).toEqual([history[1]]);
    expect(onDay(history, '2026-05-01')).toEqual([history[2]]);
    expect(onDay(history, '2025-12-31')).toEqual([]);
  });
});

describe('networks after an approval', () => {
  it.each([
    ['the standard one for a newcomer', null, [], ['STANDARD']],
    ['those it has when none are named', null, ['GOLD'], ['GOLD']],
    ['the named ones, once', ['GOLD', 'GOLD'], ['STANDARD'], ['GOLD']],
    ['none when an empty list is named', [], ['STANDARD'], []],
  ])('are %s', (_title, named, current, expected) => expect(networksAfterApproval(named, current)).toEqual(expected));
});

describe('a fee', () => {
  const fee = { provider: 'prv_x', procedureCode: '97110', amount: { amount: '80.00', currency: 'USD' }, from: '2026-01-01' };
  it('may be nothing, but not less', () => {
    expect(feeData({ ...fee, amount: { amount: '0.00', currency: 'USD' } }).amount.minor).toBe(0n);
    expect(refusal(() => feeData({ ...fee, amount: { amount: '-0.01', currency: 'USD' } }))).toBe('AMOUNT_NEGATIVE');
  });
  it('belongs to one provider or to one network', () => {
    expect(refusal(() => feeData({ ...fee, network: 'GOLD' }))).toBe('FEE_OWNER_MISSING');
    expect(refusal(() => feeData({ ...fee, provider: ' ' }))).toBe('FEE_OWNER_MISSING');
  });
  it('has no more places than its currency', () => expect(() => feeData({ ...fee, amount: { amount: '80.001', currency: 'USD' } })).toThrow(/at most 2 decimal places/));
});
