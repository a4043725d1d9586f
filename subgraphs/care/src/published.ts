/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { appointmentTold, episodeTold, prescriptionTold } from './events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'care.episode',
    types: ['olly.care.episode.opened.v1', 'olly.care.episode.closed.v1'],
    key: "the episode's locator",
    description: 'An episode of care began or ended.',
    data: episodeTold,
  },
  {
    topic: 'care.appointment',
    types: ['olly.care.appointment.booked.v1', 'olly.care.appointment.cancelled.v1', 'olly.care.appointment.rescheduled.v1', 'olly.care.appointment.completed.v1', 'olly.care.appointment.missed.v1'],
    key: "the appointment's locator",
    description: 'An appointment was made, moved, or is over.',
    data: appointmentTold,
  },
  {
    topic: 'care.prescription',
    types: ['olly.care.prescription.issued.v1', 'olly.care.prescription.dispensed.v1', 'olly.care.prescription.cancelled.v1'],
    key: "the prescription's locator",
    description: 'A prescription moved on.',
    data: prescriptionTold,
  },
];
