-- +goose Up
-- A health event of a person, which groups appointments, prescriptions and referrals. `summary` is health data: it is shown to the person and those who treat, and is in no event.
CREATE TABLE public.episodes (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  party_id uuid NOT NULL,
  party_locator text NOT NULL,
  triage_session_locator text UNIQUE,
  care_type text NOT NULL CHECK (care_type IN ('PRIMARY_CARE', 'SPECIALIST', 'MENTAL_HEALTH', 'PHYSIOTHERAPY', 'MATERNITY', 'URGENT_CARE')),
  status text NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
  summary text,
  -- providers who have had or will have the person as a patient here: they see the episode
  treated_by text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  closed_at timestamptz,
  CONSTRAINT episodes_closed_at CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL))
);
CREATE INDEX episodes_by_party ON public.episodes (party_locator, id DESC);
-- +goose Down
DROP TABLE public.episodes;
