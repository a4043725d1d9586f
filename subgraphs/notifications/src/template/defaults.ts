/** The words that the house ships, in English: used where a market has saved none. They name what it is about and what it costs, never what somebody suffers from. */
import type { NotificationEvent } from '../notification/events.ts';

export interface Words {
  readonly subject: string;
  readonly body: string;
}

const mail = (subject: string, sentence: string): Words => ({ subject, body: `Dear {{ name }},\n\n${sentence}\n\nReference: {{ reference }}\nDate: {{ date }}\n` });

export const DEFAULT_WORDS: Readonly<Record<NotificationEvent, Words>> = {
  POLICY_ISSUED: mail('Your policy has begun', 'your policy has been issued. Your schedule is among your documents.'),
  POLICY_ENDORSED: mail('Your policy was changed', 'your policy has been changed as you asked. The new schedule is among your documents.'),
  POLICY_RENEWED: mail('Your policy goes on', 'your policy has been renewed for another term.'),
  POLICY_CANCELLED: mail('Your policy has been cancelled', 'your policy has been cancelled. You find the date and what you get back in the portal.'),
  POLICY_REINSTATED: mail('Your policy holds again', 'your policy has been reinstated.'),
  CLAIM_SUBMITTED: mail('We have received your claim', 'we have received your claim{% if amount %} over {{ amount }}{% endif %} and will decide on it soon.'),
  CLAIM_HELD: mail('We are looking at your claim', 'somebody needs to look at your claim before it is decided. You need not do anything.'),
  CLAIM_APPROVED: mail('Your claim was approved', 'your claim was approved{% if amount %}: the plan pays {{ amount }}{% endif %}. The explanation of benefits is among your documents.'),
  CLAIM_PARTIALLY_APPROVED: mail('Your claim was approved in part', 'your claim was approved in part{% if amount %}: the plan pays {{ amount }}{% endif %}. The explanation of benefits says why, line by line.'),
  CLAIM_DENIED: mail('Your claim was denied', 'your claim was denied. The explanation of benefits says why; you can appeal the decision in the portal.'),
  CLAIM_PAID: mail('Your claim was paid', 'your claim was paid{% if amount %}: {{ amount }}{% endif %}.'),
  INVOICE_FINALISED: mail('You have a new invoice', 'there is a new invoice{% if amount %} of {{ amount }}{% endif %}. It is among your documents.'),
  PAYMENT_SETTLED: mail('Your payment has arrived', 'your payment{% if amount %} of {{ amount }}{% endif %} has arrived. Thank you.'),
  PAYMENT_FAILED: mail('Your payment has failed', 'your payment{% if amount %} of {{ amount }}{% endif %} has failed. Please pay in the portal, so that your cover goes on.'),
  DOCUMENT_PRODUCED: mail('You have a new document', 'there is a new document for you in the portal.'),
  CONSENT_GRANTED: mail('You have given your consent', 'you have given a consent. You can take it back in the portal at any time.'),
  CONSENT_WITHDRAWN: mail('You have taken your consent back', 'you have taken a consent back. It no longer holds.'),
  DELETION_REQUESTED: mail('You have asked for your data to be deleted', 'a request for the deletion of your data has arrived. If it was not you, please tell us at once.'),
  DELETION_REFUSED: mail('Your request for deletion was refused', 'your request for deletion was refused. The reason is in the portal.'),
  DELETION_COMPLETED: mail('Your request for deletion is done', 'your request for deletion is done.'),
  APPOINTMENT_BOOKED: mail('Your appointment is booked', 'your appointment is booked. Where and when is in the portal.'),
  APPOINTMENT_RESCHEDULED: mail('Your appointment was moved', 'your appointment was moved. Where and when it is now is in the portal.'),
  APPOINTMENT_CANCELLED: mail('Your appointment was called off', 'your appointment was called off.'),
};
