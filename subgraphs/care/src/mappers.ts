/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. */
export interface CareEpisodeRow {
  readonly id: string;
  readonly locator: string;
  readonly party_id: string;
  readonly party_locator: string;
  readonly triage_session_locator: string | null;
  readonly care_type: 'PRIMARY_CARE' | 'SPECIALIST' | 'MENTAL_HEALTH' | 'PHYSIOTHERAPY' | 'MATERNITY' | 'URGENT_CARE';
  readonly status: 'OPEN' | 'CLOSED';
  readonly summary: string | null;
  readonly treated_by: readonly string[];
  readonly created_at: Date;
}

export interface ProviderSlotRow {
  readonly id: string;
  readonly locator: string;
  readonly provider_locator: string;
  readonly start_time: Date;
  readonly end_time: Date;
  readonly time_zone: string;
  readonly status: 'AVAILABLE' | 'HELD' | 'BOOKED' | 'BLOCKED' | 'WITHDRAWN';
  readonly held_by: string | null;
  readonly held_until: Date | null;
  readonly appointment_locator: string | null;
}

export interface AppointmentRow {
  readonly id: string;
  readonly locator: string;
  readonly episode_id: string;
  readonly episode_locator: string;
  readonly party_locator: string;
  readonly provider_locator: string;
  readonly type: 'IN_PERSON' | 'VIDEO' | 'PHONE';
  readonly status: 'BOOKED' | 'CANCELLED' | 'COMPLETED' | 'NO_SHOW';
  readonly slot_locator: string;
  readonly link_out_url: string | null;
  readonly scheduled_at: Date;
  readonly ends_at: Date;
  readonly notes: string | null;
}

export interface PrescriptionRow {
  readonly id: string;
  readonly locator: string;
  readonly episode_id: string;
  readonly episode_locator: string;
  readonly party_locator: string;
  readonly provider_locator: string;
  readonly medication: unknown;
  readonly status: 'ISSUED' | 'DISPENSED' | 'CANCELLED' | 'EXPIRED';
  readonly issued_at: Date;
  readonly valid_until: string;
}

export interface DiagnosticsReferralRow {
  readonly id: string;
  readonly locator: string;
  readonly episode_id: string;
  readonly episode_locator: string;
  readonly party_locator: string;
  readonly referred_by: string;
  readonly referral_type: 'IMAGING' | 'LABORATORY' | 'CARDIOLOGY' | 'DERMATOLOGY' | 'ORTHOPAEDICS' | 'OTHER';
  readonly clinic_locator: string;
  readonly status: 'OPEN' | 'BOOKED' | 'COMPLETED' | 'CANCELLED';
  readonly appointment_locator: string | null;
}

/** Other services' things, by the key they are referred to. */
export interface PartyRow {
  readonly locator: string;
}
export interface ProviderRow {
  readonly locator: string;
}
