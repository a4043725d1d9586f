/** Where policies and terms stand on a day, who may see whom because of them, and the README's tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transitionTable } from '@olly/kit/errors';
import { repositoryRoot } from '@olly/kit/testing';
import { describe, expect, it } from 'vitest';
import { quoteMachine } from '../quote/quote.ts';
import { type AccessFacts, accessOf } from './access.ts';
import { policyStatusOn, termMachine, termStatusOn, transactionMachine } from './policy.ts';

describe('the status of a policy', () => {
  const policy = { inception_date: '2026-04-01', covered_to: '2027-04-01' };
  it.each([
    ['ACTIVE', '2026-03-31', 'PENDING'],
    ['ACTIVE', '2026-04-01', 'ACTIVE'],
    ['ACTIVE', '2027-03-31', 'ACTIVE'],
    ['ACTIVE', '2027-04-01', 'EXPIRED'],
    ['IN_GRACE', '2026-05-01', 'IN_GRACE'],
    ['CANCELLED', '2027-03-31', 'ACTIVE'],
    ['CANCELLED', '2027-04-01', 'CANCELLED'],
    ['LAPSED', '2027-04-01', 'LAPSED'],
  ] as const)('decided as %s is, on %s, %s', (status, day, expected) => {
    expect(policyStatusOn({ ...policy, status }, day)).toBe(expected);
  });

  it('cancelled from its first day is cancelled at once, also before that day', () => {
    expect(policyStatusOn({ inception_date: '2026-04-01', covered_to: '2026-04-01', status: 'CANCELLED' }, '2026-03-01')).toBe('CANCELLED');
  });

  const term = { effective_from: '2026-04-01', effective_to: '2027-04-01' };
  it.each([
    [null, 'ACTIVE', '2026-03-31', 'PENDING'],
    [null, 'ACTIVE', '2026-04-01', 'ACTIVE'],
    [null, 'ACTIVE', '2027-04-01', 'EXPIRED'],
    ['2026-07-01', 'CANCELLED', '2026-06-30', 'ACTIVE'],
    ['2026-07-01', 'CANCELLED', '2026-07-01', 'CANCELLED'],
    ['2026-04-01', 'CANCELLED', '2026-03-01', 'CANCELLED'],
  ] as const)('of a term ended on %s as %s is, on %s, %s', (ended_on, status, day, expected) => {
    expect(termStatusOn({ ...term, ended_on, status }, day)).toBe(expected);
  });
});

describe('who may see what because of a policy', () => {
  const id = (n: number) => `01900000-0000-7000-8000-00000000000${n}`;
  const facts: AccessFacts = {
    policy: { id: id(1), locator: 'pol' },
    account: { id: id(2), locator: 'acc' },
    holder: { partyId: id(3), party: 'firm', birth: null },
    insured: [
      { partyId: id(4), party: 'ann', relationship: 'SELF', birth: '1990-06-01' },
      { partyId: id(5), party: 'kid', relationship: 'CHILD', birth: '2012-02-29' },
    ],
    broker: 'brk',
    scheme: 'sch',
    from: '2026-03-01',
  };
  const read = (more: Partial<AccessFacts> = {}) => accessOf({ ...facts, ...more }).map(({ party, role, target, from, to }) => [role, party, target, from, to].join(' '));

  it('makes the employee the guardian where an organisation holds the policy, until the 16th birthday (born on 29 February: that day, or 1 March)', () => {
    expect(read()).toEqual([
      'HOLDER firm pol 2026-03-01 ',
      'INSURED ann pol 2026-03-01 ',
      'INSURED kid pol 2026-03-01 ',
      'GUARDIAN ann kid 2026-03-01 2028-02-29',
      'FAMILY ann kid 2028-02-29 ',
      'BROKER brk pol 2026-03-01 ',
      'BROKER brk firm 2026-03-01 ',
      'BROKER brk acc 2026-03-01 ',
      'SCHEME sch pol 2026-03-01 ',
      'SCHEME sch ann 2026-03-01 ',
      'SCHEME sch kid 2026-03-01 ',
    ]);
  });

  it('makes an employer no guardian of several employees', () => {
    const insured = facts.insured.map((one) => ({ ...one, relationship: 'SELF' as const }));
    expect(read({ insured, broker: null, scheme: null })).toEqual(['HOLDER firm pol 2026-03-01 ', 'INSURED ann pol 2026-03-01 ', 'INSURED kid pol 2026-03-01 ']);
  });
});

describe('the README', () => {
  it('has the state tables of the code', () => {
    const readme = readFileSync(join(repositoryRoot(), 'subgraphs/enrollment/README.md'), 'utf8');
    const rows = [quoteMachine, termMachine, transactionMachine].flatMap((machine) => transitionTable(machine as never).split('\n').slice(2));
    for (const row of rows) expect(readme).toContain(`${row}\n`);
  });
});
