/** The state table of quotes, whole: what is not in it is refused naming both states. */
import { describe, expect, it } from 'vitest';
import { checkStep, OPEN, QUOTE_STATUSES, type QuoteCommand, quoteMachine, statusAt } from './quote.ts';

const TABLE: Record<QuoteCommand, Partial<Record<(typeof QUOTE_STATUSES)[number], string>>> = {
  update: { DRAFT: 'DRAFT' },
  validate: { DRAFT: 'VALIDATED' },
  price: { VALIDATED: 'PRICED' },
  underwrite: { PRICED: 'UNDERWRITTEN REFERRED DECLINED REJECTED', REFERRED: 'UNDERWRITTEN REFERRED DECLINED REJECTED', DECLINED: 'UNDERWRITTEN REFERRED DECLINED REJECTED' },
  accept: { UNDERWRITTEN: 'ACCEPTED REFERRED DECLINED REJECTED' },
  issue: { ACCEPTED: 'ISSUED REFERRED DECLINED REJECTED' },
  reset: { VALIDATED: 'DRAFT', PRICED: 'DRAFT', UNDERWRITTEN: 'DRAFT', REFERRED: 'DRAFT' },
  refuse: Object.fromEntries(['DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'ACCEPTED'].map((from) => [from, 'REFUSED'])),
  discard: Object.fromEntries(['DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'ACCEPTED'].map((from) => [from, 'DISCARDED'])),
  expire: Object.fromEntries(['DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'ACCEPTED'].map((from) => [from, 'EXPIRED'])),
};
const now = new Date('2026-03-01T09:00:00Z');
const later = new Date('2026-03-31T09:00:00Z');

describe('the states of a quote', () => {
  for (const command of Object.keys(TABLE) as QuoteCommand[]) {
    for (const from of QUOTE_STATUSES) {
      const wanted = TABLE[command][from];
      it(wanted ? `${command} takes ${from} to ${wanted}` : `${command} is refused in ${from}`, () => {
        const found = quoteMachine.transitions.filter((row) => row.command === command && row.from === from).map((row) => row.to).join(' ');
        expect(found).toBe(wanted ?? '');
        if (!wanted) expect(() => checkStep({ status: from, expires_at: later }, command, now)).toThrow(new RegExp(from === 'EXPIRED' ? 'expired on' : `The quote is ${from} and cannot become [A-Z]+\\.`));
        else expect(() => checkStep({ status: from, expires_at: later }, command, now)).not.toThrow();
      });
    }
  }

  it('has expired at the very moment of expiry, in every open state and in no other', () => {
    for (const status of QUOTE_STATUSES) {
      expect(statusAt({ status, expires_at: now }, now)).toBe(OPEN.includes(status) ? 'EXPIRED' : status);
      expect(statusAt({ status, expires_at: new Date(now.getTime() + 1) }, now)).toBe(status);
    }
  });

  it('says when an expired quote expired', () => {
    expect(() => checkStep({ status: 'UNDERWRITTEN', expires_at: now }, 'accept', later)).toThrow('The quote expired on 2026-03-01 at 09:00 UTC.');
  });
});
