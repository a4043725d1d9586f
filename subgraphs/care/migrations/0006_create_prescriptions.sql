-- +goose Up
-- What was prescribed in an episode. `medication` is health data.
CREATE TABLE public.prescriptions (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  episode_id uuid NOT NULL REFERENCES public.episodes (id),
  episode_locator text NOT NULL,
  party_locator text NOT NULL,
  provider_locator text NOT NULL,
  medication jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('ISSUED', 'DISPENSED', 'CANCELLED', 'EXPIRED')),
  issued_at timestamptz NOT NULL,
  valid_until date NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX prescriptions_by_episode ON public.prescriptions (episode_id, id);
CREATE INDEX prescriptions_to_expire ON public.prescriptions (valid_until) WHERE status = 'ISSUED';
-- +goose Down
DROP TABLE public.prescriptions;
