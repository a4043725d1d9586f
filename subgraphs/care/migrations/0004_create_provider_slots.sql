-- +goose Up
-- When a provider can be seen. Slots of a provider never overlap unless withdrawn: the database says so, whoever publishes. A held slot is free again once the hold is over.
CREATE TABLE public.provider_slots (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  provider_locator text NOT NULL,
  start_time timestamptz NOT NULL,
  end_time timestamptz NOT NULL,
  time_zone text NOT NULL,
  status text NOT NULL CHECK (status IN ('AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED', 'WITHDRAWN')),
  held_by text,
  held_until timestamptz,
  appointment_locator text UNIQUE,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  CONSTRAINT provider_slots_order CHECK (start_time < end_time),
  CONSTRAINT provider_slots_hold CHECK ((status = 'HELD') = (held_by IS NOT NULL AND held_until IS NOT NULL)),
  CONSTRAINT provider_slots_booked CHECK ((status = 'BOOKED') = (appointment_locator IS NOT NULL)),
  CONSTRAINT provider_slots_do_not_overlap EXCLUDE USING gist (provider_locator WITH =, tstzrange(start_time, end_time) WITH &&) WHERE (status <> 'WITHDRAWN')
);
CREATE INDEX provider_slots_by_provider ON public.provider_slots (provider_locator, start_time);
-- +goose Down
DROP TABLE public.provider_slots;
