import { describe, expect, it } from 'vitest';
import { DEFAULTS, quietMinutes, changed, isWanted } from '../preferences/preferences.ts';
import { Refused } from '@olly/kit/errors';
import { isCritical, newsOf, NOTIFICATION_EVENTS, TOPICS } from './events.ts';
import { addressesOf, fallbackOf, planOf, type Reach } from './plan.ts';

const all: Reach = { addresses: { EMAIL: 'a@b.example', SMS: '+15550100', PUSH: 'token-12345' }, configured: ['EMAIL', 'SMS', 'PUSH'] };
const prefer = (preferred_channel: 'EMAIL' | 'SMS' | 'PUSH' | 'IN_APP', ...opted_out_events: (typeof NOTIFICATION_EVENTS)[number][]) => ({ preferred_channel, opted_out_events });
const sent = (steps: ReturnType<typeof planOf>) => steps.map(({ channel, suppressed }) => (suppressed ? `${channel}: ${suppressed}` : channel));

describe('who is told by which channel', () => {
  it.each([
    ['the preferred channel, beside the inbox', 'POLICY_ISSUED', prefer('SMS'), all, ['IN_APP', 'SMS']],
    ['the next one when the preferred has no address, and notes why', 'POLICY_ISSUED', prefer('SMS'), { ...all, addresses: { EMAIL: 'a@b.example' } }, ['IN_APP', 'SMS: NO_ADDRESS', 'EMAIL']],
    ['the next one when the preferred is not set up', 'POLICY_ISSUED', prefer('PUSH'), { ...all, configured: ['EMAIL'] }, ['IN_APP', 'PUSH: CHANNEL_NOT_SET_UP', 'EMAIL']],
    ['the inbox alone when nothing reaches the party', 'POLICY_ISSUED', prefer('EMAIL'), { addresses: {}, configured: ['EMAIL'] }, ['IN_APP', 'EMAIL: NO_ADDRESS']],
    ['the inbox alone when that is preferred', 'POLICY_ISSUED', prefer('IN_APP'), all, ['IN_APP']],
    ['critical news by another way too', 'POLICY_CANCELLED', prefer('IN_APP'), all, ['IN_APP', 'EMAIL']],
    ['nobody who opted out, and notes it', 'POLICY_ISSUED', prefer('EMAIL', 'POLICY_ISSUED'), all, ['IN_APP: OPTED_OUT', 'EMAIL: OPTED_OUT']],
    ['critical news in spite of an opt-out', 'CLAIM_DENIED', prefer('EMAIL', 'CLAIM_DENIED'), all, ['IN_APP', 'EMAIL']],
  ] as const)('tells %s', (_title, event, preferences, reach, expected) => {
    expect(sent(planOf(event, preferences, reach as Reach))).toEqual(expected);
  });

  it('falls back once by each channel, and then no more', () => {
    expect(fallbackOf('POLICY_ISSUED', 'SMS', all, ['IN_APP', 'SMS'])).toBe('EMAIL');
    expect(fallbackOf('POLICY_ISSUED', 'SMS', all, ['IN_APP', 'SMS', 'EMAIL'])).toBe('PUSH');
    expect(fallbackOf('POLICY_ISSUED', 'SMS', all, ['IN_APP', 'SMS', 'EMAIL', 'PUSH'])).toBeNull();
  });

  it('prefers an address given for notifications to the party\'s own', () => {
    expect(addressesOf({ email: 'n@b.example', phone: null, push_token: null }, { email: 'a@b.example', phone: '+15550100' })).toEqual({ EMAIL: 'n@b.example', SMS: '+15550100' });
  });

  it('lets nobody opt out of cover that ends, refused money and their rights', () => {
    for (const event of NOTIFICATION_EVENTS) expect(isWanted(event, { opted_out_events: [event] })).toBe(isCritical(event));
    expect(NOTIFICATION_EVENTS.filter(isCritical)).toEqual([
      'POLICY_CANCELLED', 'CLAIM_DENIED', 'PAYMENT_FAILED', 'CONSENT_GRANTED', 'CONSENT_WITHDRAWN', 'DELETION_REQUESTED', 'DELETION_REFUSED', 'DELETION_COMPLETED',
    ]);
  });
});

describe('quiet hours', () => {
  const hours = { time_zone: 'Europe/London', quiet_from: '22:00:00', quiet_to: '07:00:00' };
  it.each([
    ['2026-01-10T21:59:00Z', 0],
    ['2026-01-10T22:00:00Z', 540],
    ['2026-01-11T06:59:00Z', 1],
    ['2026-01-11T07:00:00Z', 0],
    ['2026-07-10T21:30:00Z', 510],
  ])('at %s there are %i minutes left, on the clock on the wall', (moment, left) => {
    expect(quietMinutes(new Date(moment), hours)).toBe(left);
  });
  it('are none where none were set', () => {
    expect(quietMinutes(new Date('2026-01-10T23:00:00Z'), DEFAULTS)).toBe(0);
  });
});

describe('preferences', () => {
  it.each([
    ['an address with a second header', { email: 'a@b.example\r\nBcc: c@d.example' }, 'EMAIL_INVALID'],
    ['a list of addresses', { email: 'a@b.example,c@d.example' }, 'EMAIL_INVALID'],
    ['an address with a name', { email: 'A <a@b.example>' }, 'EMAIL_INVALID'],
    ['a number with letters', { phone: 'call me' }, 'PHONE_INVALID'],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, 'TIME_ZONE_UNKNOWN'],
    ['quiet hours without an end', { quietFrom: '22:00' }, 'QUIET_HOURS_INVALID'],
    ['quiet hours all day', { quietFrom: '22:00', quietTo: '22:00' }, 'QUIET_HOURS_INVALID'],
    ['an hour that is none', { quietFrom: '24:00', quietTo: '07:00' }, 'QUIET_HOURS_INVALID'],
    ['push without a device', { preferredChannel: 'PUSH' as const }, 'CHANNEL_WITHOUT_ADDRESS'],
  ])('refuse %s', (_title, changes, code) => {
    try {
      changed(DEFAULTS, changes);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Refused);
      expect((error as Refused).refusal.code).toBe(code);
    }
  });

  it('keep what is left out and forget what is null', () => {
    const before = changed(DEFAULTS, { email: 'a@b.example', quietFrom: '22:00', quietTo: '07:00', optedOutEvents: ['CLAIM_PAID', 'CLAIM_PAID'] });
    expect(before.opted_out_events).toEqual(['CLAIM_PAID']);
    expect(changed(before, { email: null })).toEqual({ ...before, email: null });
  });
});

describe('what events tell', () => {
  const event = (type: string, data: object) => ({ id: '01900000-0000-7000-8000-000000000001', type, time: '2026-03-01T09:00:00.000Z', data });
  it('reads the recipient, the reference and the amount, and nothing else', () => {
    const claim = { claim: 'clm_x', claimant: 'pty_x', claimantPartyId: '01900000-0000-7000-8000-000000000002', account: 'acc_x', currency: 'USD', planPays: '64.00', claimed: '150.00', diagnosis: 'CANARY' };
    expect(newsOf(event('olly.claims.claim.approved.v1', claim))).toEqual({
      eventId: '01900000-0000-7000-8000-000000000001', event: 'CLAIM_APPROVED', time: '2026-03-01T09:00:00.000Z', subject: 'clm_x', party: 'pty_x', partyId: '01900000-0000-7000-8000-000000000002', account: 'acc_x', amount: { amount: '64.00', currency: 'USD' },
    });
    expect(newsOf(event('olly.billing.payment.settled.v1', { payment: 'pay_x', account: 'acc_x', amount: '30.00', currency: 'GBP' }))).toMatchObject({ subject: 'pay_x', account: 'acc_x' });
  });
  it('leaves alone what nobody needs to be told, and stumbles over what does not fit', () => {
    expect(newsOf(event('olly.billing.charge.posted.v1', {}))).toBeNull();
    expect(newsOf(event('constructor', {}))).toBeNull();
    expect(() => newsOf(event('olly.claims.claim.denied.v1', { claim: 'clm_x' }))).toThrow();
  });
  it('reads the topics in which they come', () => {
    expect(TOPICS).toEqual(['enrollment.policy', 'claims.claim', 'billing.invoice', 'billing.payment', 'documents.document', 'consent.consent', 'consent.deletion_request', 'care.appointment']);
  });
});
