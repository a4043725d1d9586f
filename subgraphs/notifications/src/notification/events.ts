/**
 * What can be told, and what of others' events tells it: to whom, about what, with which amount. Pure. Recipients come as a party or, where the event only names an account,
 * as that account, whose holder is asked for when it is told. Critical is what a person must learn whatever they opted out of: cover that ends, money refused, their rights.
 */
import { z } from 'zod';

export const NOTIFICATION_EVENTS = [
  'POLICY_ISSUED', 'POLICY_ENDORSED', 'POLICY_RENEWED', 'POLICY_CANCELLED', 'POLICY_REINSTATED',
  'CLAIM_SUBMITTED', 'CLAIM_HELD', 'CLAIM_APPROVED', 'CLAIM_PARTIALLY_APPROVED', 'CLAIM_DENIED', 'CLAIM_PAID',
  'INVOICE_FINALISED', 'PAYMENT_SETTLED', 'PAYMENT_FAILED', 'DOCUMENT_PRODUCED',
  'CONSENT_GRANTED', 'CONSENT_WITHDRAWN', 'DELETION_REQUESTED', 'DELETION_REFUSED', 'DELETION_COMPLETED',
  'APPOINTMENT_BOOKED', 'APPOINTMENT_RESCHEDULED', 'APPOINTMENT_CANCELLED',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

const CRITICAL: ReadonlySet<NotificationEvent> = new Set([
  'POLICY_CANCELLED', 'CLAIM_DENIED', 'PAYMENT_FAILED', 'CONSENT_GRANTED', 'CONSENT_WITHDRAWN', 'DELETION_REQUESTED', 'DELETION_REFUSED', 'DELETION_COMPLETED',
]);
export const isCritical = (event: NotificationEvent): boolean => CRITICAL.has(event);

/** What is to be told: locators, a code and an amount; kept in a job until it is done. */
export const news = z.object({
  eventId: z.uuid(),
  event: z.enum(NOTIFICATION_EVENTS),
  time: z.iso.datetime(),
  /** The policy, claim, invoice … it is about. */
  subject: z.string(),
  party: z.string().nullish(),
  /** Where the event does not name the party's locator. */
  partyId: z.uuid().nullish(),
  account: z.string().nullish(),
  /** Where the words depend on it and the event says so. */
  market: z.string().nullish(),
  amount: z.object({ amount: z.string(), currency: z.string() }).nullish(),
});
export type News = z.infer<typeof news>;

type Reading = (data: unknown) => Omit<News, 'eventId' | 'event' | 'time'>;

const policy: Reading = (data) => {
  const read = z.object({ policy: z.string(), market: z.string().nullish(), holder: z.object({ party: z.string() }) }).parse(data);
  return { subject: read.policy, party: read.holder.party, market: read.market };
};

/** A claim can come in before its people and policy are known to claims: then the claimant is named by id, and the words are those of no market. */
const claim = (amountOf: 'planPays' | 'claimed' | null): Reading => (data) => {
  const read = z.object({ claim: z.string(), claimant: z.string().nullish(), claimantPartyId: z.uuid(), account: z.string().nullish(), currency: z.string(), planPays: z.string().nullish(), claimed: z.string().nullish() }).parse(data);
  const amount = amountOf && read[amountOf];
  return { subject: read.claim, party: read.claimant, partyId: read.claimantPartyId, account: read.account, ...(amount && { amount: { amount, currency: read.currency } }) };
};

const ofAccount = (key: 'invoice' | 'payment'): Reading => (data) => {
  const read = z.object({ invoice: z.string().optional(), payment: z.string().optional(), account: z.string(), amount: z.string(), currency: z.string() }).parse(data);
  return { subject: z.string().parse(read[key]), account: read.account, amount: { amount: read.amount, currency: read.currency } };
};

const ofParty = (key: string): Reading => (data) => {
  const read = z.looseObject({ party: z.string() }).parse(data);
  return { subject: z.string().parse(read[key]), party: read.party };
};

/** Event type → what it tells and how it is read. */
const READINGS: Readonly<Record<string, readonly [NotificationEvent, Reading]>> = {
  'olly.enrollment.policy.issued.v1': ['POLICY_ISSUED', policy],
  'olly.enrollment.policy.endorsed.v1': ['POLICY_ENDORSED', policy],
  'olly.enrollment.policy.renewed.v1': ['POLICY_RENEWED', policy],
  'olly.enrollment.policy.cancelled.v1': ['POLICY_CANCELLED', policy],
  'olly.enrollment.policy.reinstated.v1': ['POLICY_REINSTATED', policy],
  'olly.claims.claim.submitted.v1': ['CLAIM_SUBMITTED', claim('claimed')],
  'olly.claims.claim.held.v1': ['CLAIM_HELD', claim(null)],
  'olly.claims.claim.approved.v1': ['CLAIM_APPROVED', claim('planPays')],
  'olly.claims.claim.partially_approved.v1': ['CLAIM_PARTIALLY_APPROVED', claim('planPays')],
  'olly.claims.claim.denied.v1': ['CLAIM_DENIED', claim(null)],
  'olly.claims.claim.paid.v1': ['CLAIM_PAID', claim('planPays')],
  'olly.billing.invoice.finalised.v1': ['INVOICE_FINALISED', ofAccount('invoice')],
  'olly.billing.payment.settled.v1': ['PAYMENT_SETTLED', ofAccount('payment')],
  'olly.billing.payment.failed.v1': ['PAYMENT_FAILED', ofAccount('payment')],
  'olly.documents.document.produced.v1': ['DOCUMENT_PRODUCED', ofParty('document')],
  'olly.consent.consent.granted.v1': ['CONSENT_GRANTED', ofParty('party')],
  'olly.consent.consent.withdrawn.v1': ['CONSENT_WITHDRAWN', ofParty('party')],
  'olly.consent.deletion_request.requested.v1': ['DELETION_REQUESTED', ofParty('deletionRequest')],
  'olly.consent.deletion_request.refused.v1': ['DELETION_REFUSED', ofParty('deletionRequest')],
  'olly.consent.deletion_request.completed.v1': ['DELETION_COMPLETED', ofParty('deletionRequest')],
  'olly.care.appointment.booked.v1': ['APPOINTMENT_BOOKED', ofParty('appointment')],
  'olly.care.appointment.rescheduled.v1': ['APPOINTMENT_RESCHEDULED', ofParty('appointment')],
  'olly.care.appointment.cancelled.v1': ['APPOINTMENT_CANCELLED', ofParty('appointment')],
};

/** The topics in which these events come. */
export const TOPICS: readonly string[] = [...new Set(Object.keys(READINGS).map((type) => type.split('.').slice(1, 3).join('.')))];

/** What an event tells; null when nobody needs to be told. Throws when it should tell something and does not fit. */
export function newsOf(event: { id: string; type: string; time: string; data: unknown }): News | null {
  const reading = Object.hasOwn(READINGS, event.type) ? READINGS[event.type] : undefined;
  if (!reading) return null;
  const [name, read] = reading;
  return news.parse({ ...read(event.data), eventId: event.id, event: name, time: event.time });
}
