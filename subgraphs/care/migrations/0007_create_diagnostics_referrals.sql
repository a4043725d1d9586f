-- +goose Up
-- A referral to a clinic or specialist, which can book a slot there.
CREATE TABLE public.diagnostics_referrals (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  episode_id uuid NOT NULL REFERENCES public.episodes (id),
  episode_locator text NOT NULL,
  party_locator text NOT NULL,
  referred_by text NOT NULL,
  referral_type text NOT NULL CHECK (referral_type IN ('IMAGING', 'LABORATORY', 'CARDIOLOGY', 'DERMATOLOGY', 'ORTHOPAEDICS', 'OTHER')),
  clinic_locator text NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN', 'BOOKED', 'COMPLETED', 'CANCELLED')),
  appointment_locator text,
  created_at timestamptz NOT NULL,
  CONSTRAINT diagnostics_referrals_booked CHECK (status <> 'BOOKED' OR appointment_locator IS NOT NULL)
);
CREATE INDEX diagnostics_referrals_by_episode ON public.diagnostics_referrals (episode_id, id);
-- +goose Down
DROP TABLE public.diagnostics_referrals;
