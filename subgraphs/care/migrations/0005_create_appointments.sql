-- +goose Up
-- A person's appointment within an episode. `notes` is health data.
CREATE TABLE public.appointments (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  episode_id uuid NOT NULL REFERENCES public.episodes (id),
  episode_locator text NOT NULL,
  party_locator text NOT NULL,
  provider_locator text NOT NULL,
  type text NOT NULL CHECK (type IN ('IN_PERSON', 'VIDEO', 'PHONE')),
  status text NOT NULL CHECK (status IN ('BOOKED', 'CANCELLED', 'COMPLETED', 'NO_SHOW')),
  slot_locator text NOT NULL,
  link_out_url text,
  scheduled_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  notes text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT appointments_link CHECK (link_out_url IS NULL OR (type = 'VIDEO' AND link_out_url LIKE 'https://%'))
);
CREATE INDEX appointments_by_episode ON public.appointments (episode_id, id);
CREATE INDEX appointments_by_party ON public.appointments (party_locator, id DESC);
CREATE INDEX appointments_by_provider ON public.appointments (provider_locator, scheduled_at);
-- +goose Down
DROP TABLE public.appointments;
