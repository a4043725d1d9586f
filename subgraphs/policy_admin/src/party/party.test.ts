import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { checkGuardian, type NewParty, partyData } from './party.ts';

const TODAY = '2026-03-01';
const adult = { type: 'INDIVIDUAL', date_of_birth: '1990-06-01' } as const;
const person = (more: Partial<NewParty> = {}): NewParty => ({ type: 'INDIVIDUAL', firstName: 'Ada', lastName: 'Moss', dateOfBirth: '1990-06-01', ...more });
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return [error.refusal.code, error.refusal.field];
    throw error;
  }
  return undefined;
};

describe('registering a party', () => {
  it('takes a person with both names and a birth date, and an organisation with one name', () => {
    expect(partyData(person({ firstName: ' Ada ' }), TODAY)).toMatchObject({ name: 'Ada Moss', date_of_birth: '1990-06-01' });
    expect(partyData({ type: 'ORGANISATION', name: 'Fernhill Ltd' }, TODAY)).toMatchObject({ name: 'Fernhill Ltd', first_name: null });
  });

  it.each<[string, NewParty, string, string]>([
    ['a person without a last name', person({ lastName: ' ' }), 'FIELD_MISSING', 'lastName'],
    ['a person without a birth date', person({ dateOfBirth: null }), 'FIELD_MISSING', 'dateOfBirth'],
    ['a birth date in the future', person({ dateOfBirth: '2026-03-02' }), 'BIRTH_DATE_IN_FUTURE', 'dateOfBirth'],
    ['an organisation with a birth date', { type: 'ORGANISATION', name: 'X', dateOfBirth: '1990-01-01' }, 'FIELD_NOT_USED', 'dateOfBirth'],
    ['an organisation without a name', { type: 'ORGANISATION' }, 'FIELD_MISSING', 'name'],
    ['an e-mail address that would inject a header', person({ email: 'a@b.example\nBcc: c@d.example' }), 'TEXT_INVALID', 'email'],
    ['an e-mail address that is none', person({ email: 'ada' }), 'EMAIL_INVALID', 'email'],
    ['an address without lines', person({ address: { lines: [], country: 'GB' } }), 'ADDRESS_INVALID', 'address.lines'],
  ])('refuses %s', (_title, input, code, field) => {
    expect(refusal(() => partyData(input, TODAY))).toEqual([code, field]);
  });

  it('stores what looks like SQL or markup as it was written', () => {
    expect(partyData(person({ lastName: "O'Hara'); DROP TABLE parties; --<b>" }), TODAY).last_name).toBe("O'Hara'); DROP TABLE parties; --<b>");
  });

  it('asks an adult to act for a minor, up to the eighteenth birthday', () => {
    const minor = partyData(person({ dateOfBirth: '2008-03-02' }), TODAY);
    expect(refusal(() => checkGuardian(minor, null, TODAY))).toEqual(['GUARDIAN_REQUIRED', 'guardianLocator']);
    expect(refusal(() => checkGuardian(minor, { type: 'INDIVIDUAL', date_of_birth: '2009-01-01' }, TODAY))).toEqual(['GUARDIAN_NOT_ADULT', 'guardianLocator']);
    expect(refusal(() => checkGuardian(minor, adult, TODAY))).toBeUndefined();
    expect(refusal(() => checkGuardian(minor, null, '2026-03-02'))).toBeUndefined();
  });
});
