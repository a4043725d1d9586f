/** What others learn of care: that something was opened, booked, cancelled, finished, prescribed. Locators and times; never what it is about. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { AppointmentRow, CareEpisodeRow, PrescriptionRow } from './mappers.ts';

export const episodeTold = z.object({ episodeId: z.uuid(), episode: z.string(), partyId: z.uuid(), party: z.string(), triageSession: z.string().nullable() });
export const appointmentTold = z.object({ appointmentId: z.uuid(), appointment: z.string(), episode: z.string(), party: z.string(), provider: z.string(), scheduledAt: z.iso.datetime() });
export const prescriptionTold = z.object({ prescriptionId: z.uuid(), prescription: z.string(), episode: z.string(), party: z.string(), provider: z.string() });

export function episodeEvent(what: 'opened' | 'closed', row: CareEpisodeRow): NewEvent {
  const data = episodeTold.parse({ episodeId: row.id, episode: row.locator, partyId: row.party_id, party: row.party_locator, triageSession: row.triage_session_locator });
  return { topic: 'care.episode', key: row.locator, type: `olly.care.episode.${what}.v1`, data };
}

export function appointmentEvent(what: 'booked' | 'cancelled' | 'rescheduled' | 'completed' | 'missed', row: AppointmentRow): NewEvent {
  const data = appointmentTold.parse({
    appointmentId: row.id,
    appointment: row.locator,
    episode: row.episode_locator,
    party: row.party_locator,
    provider: row.provider_locator,
    scheduledAt: row.scheduled_at.toISOString(),
  });
  return { topic: 'care.appointment', key: row.locator, type: `olly.care.appointment.${what}.v1`, data };
}

export function prescriptionEvent(what: 'issued' | 'dispensed' | 'cancelled', row: PrescriptionRow): NewEvent {
  const data = prescriptionTold.parse({ prescriptionId: row.id, prescription: row.locator, episode: row.episode_locator, party: row.party_locator, provider: row.provider_locator });
  return { topic: 'care.prescription', key: row.locator, type: `olly.care.prescription.${what}.v1`, data };
}
