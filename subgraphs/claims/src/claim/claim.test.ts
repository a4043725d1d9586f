/** The state table, and what a claim must be before anybody else is asked. */
import { readFileSync } from 'node:fs';
import { IllegalTransition, Refused, transitionTable } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { priorAuthorisationMachine } from '../priorAuthorisation/priorAuthorisation.ts';
import { CLAIM_STATUSES, type ClaimCommand, claimMachine } from './claim.ts';
import { readDocument } from './document.ts';
import { seal, unseal } from './notes.ts';
import { type NewClaim, readClaim } from './newClaim.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('the states of a claim', () => {
  const commands = [...new Set(claimMachine.transitions.map((one) => one.command))];
  const every = CLAIM_STATUSES.flatMap((from) => commands.map((command): [string, ClaimCommand] => [from, command]));

  it.each(every)('%s: %s goes where the table says, or is refused naming both states', (from, command) => {
    const status = from as (typeof CLAIM_STATUSES)[number];
    const allowed = claimMachine.transitions.filter((one) => one.from === status && one.command === command);
    if (allowed.length > 0) for (const { to } of allowed) expect(claimMachine.next(status, command, to)).toBe(to);
    else expect(() => claimMachine.next(status, command)).toThrow(new RegExp(`^The claim is ${from} and cannot become [A-Z_]+\\.$`));
  });

  it('end with REVERSED and WITHDRAWN, and leave DENIED to an appeal alone', () => {
    for (const end of ['REVERSED', 'WITHDRAWN'] as const) expect(commands.some((command) => claimMachine.can(end, command))).toBe(false);
    expect(claimMachine.transitions.filter((one) => one.from === 'DENIED').map((one) => one.command)).toEqual(['appeal']);
    expect(() => claimMachine.next('PAID', 'pay')).toThrow(IllegalTransition);
  });

  it('are the ones that the README shows, and so are those of prior authorisations', () => {
    expect(README).toContain(transitionTable(claimMachine));
    expect(README).toContain(transitionTable(priorAuthorisationMachine));
  });
});

describe('a claim that comes in', () => {
  const line = { coverageTermKey: 'office_visit', serviceDate: '2026-02-20', amount: { amount: '12.50', currency: 'USD' } };
  const claim = (more: object = {}, ...lines: object[]): NewClaim => ({
    policyId: '0190f000-0000-7000-8000-000000000001',
    claimantPartyId: '0190f000-0000-7000-8000-000000000002',
    currency: 'USD',
    lines: (lines.length > 0 ? lines : [{}]).map((one) => ({ ...line, ...one })),
    ...more,
  });
  const read = (input: NewClaim) => readClaim(input, '2026-03-01', '2026-03-01');

  it('numbers its lines, adds them up and begins with its first service or stay', () => {
    expect(read(claim({}, { serviceDate: '2026-02-22' }, { admissionDate: '2026-02-18' }))).toMatchObject({
      claimed: '25.00',
      incidentDate: '2026-02-18',
      lines: [{ number: 1, units: 1 }, { number: 2 }],
    });
  });

  it.each<[string, object, string]>([
    ['three decimal places', { amount: { amount: '12.505', currency: 'USD' } }, 'BAD_USER_INPUT'],
    ['a negative amount', { amount: { amount: '-12.50', currency: 'USD' } }, 'BAD_USER_INPUT'],
    ['another currency', { amount: { amount: '12.50', currency: 'GBP' } }, 'CURRENCY_MISMATCH'],
    ['an exponent', { amount: { amount: '1e308', currency: 'USD' } }, 'BAD_USER_INPUT'],
    ['no units', { units: 0 }, 'BAD_USER_INPUT'],
    ['a service with a NUL byte', { coverageTermKey: 'office\0' }, 'BAD_USER_INPUT'],
    ['a stay that begins after its service', { admissionDate: '2026-02-21' }, 'ADMISSION_AFTER_SERVICE'],
    ['tomorrow’s service', { serviceDate: '2026-03-02' }, 'SERVICE_DATE_IN_FUTURE'],
  ])('is refused with %s', (_title, wrong, code) => {
    try {
      read(claim({}, wrong));
      expect.unreachable();
    } catch (error) {
      expect(error instanceof Refused ? error.refusal.code : (error as { extensions?: { code: string } }).extensions?.code).toBe(code);
    }
  });

  it('has at most 100 lines', () => {
    expect(() => read(claim({}, ...Array.from({ length: 101 }, () => ({}))))).toThrow('at most 100 lines');
  });
});

describe('a document', () => {
  const good = { file: 'fil_00000000000000000000000000' };
  const stored = { ownerPartyLocator: null, uploadedBy: 'somebody', filename: ' bill.pdf ', contentType: 'application/pdf', sizeBytes: 1_000 };

  it('is named by what /files has answered, stored under that address, and is what the file is', () => {
    expect(readDocument(good, stored)).toEqual({
      url: '/files/fil_00000000000000000000000000',
      filename: 'bill.pdf',
      contentType: 'application/pdf',
      sizeBytes: 1_000,
    });
  });

  it.each<[string, object, object | null]>([
    ['no such file', {}, null],
    ['a path', { filename: '../../bill.pdf' }, {}],
    ['a line break in its name', { filename: 'a\r\nb.pdf' }, {}],
    ['a page of HTML, whatever the caller says', { contentType: 'application/pdf' }, { contentType: 'text/html' }],
    ['another type than the caller says', { contentType: 'image/png' }, {}],
    ['eleven megabytes', {}, { sizeBytes: 11 * 1024 * 1024 }],
    ['nothing in it', {}, { sizeBytes: 0 }],
    ['another size than the caller says', { sizeBytes: 999 }, {}],
  ])('is refused with %s', (_title, said, file) => {
    expect(() => readDocument({ ...good, ...said }, file && { ...stored, ...file })).toThrow(Refused);
  });
});

describe('a note about a patient', () => {
  const key = Buffer.alloc(32, 7);

  it('is read with the patient’s key, and with no other', () => {
    const sealed = seal('Spoke to Dr Canary', key);
    expect(sealed).not.toContain('Canary');
    expect(unseal(sealed, key)).toBe('Spoke to Dr Canary');
    expect(unseal(sealed, Buffer.alloc(32, 8))).toBeNull();
  });

  it('cannot be read once the key has been destroyed, nor after it was altered', () => {
    const sealed = seal('Spoke to Dr Canary', key);
    expect(unseal(sealed, null)).toBeNull();
    expect(unseal(`${sealed.slice(0, -2)}AA`, key)).toBeNull();
  });
});
