-- +goose Up
-- This service acknowledges that it has forgotten somebody. Events leave with the transaction that made them true; the relay publishes what is not yet published.
CREATE TABLE eligibility.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  topic text NOT NULL,
  key text NOT NULL,
  type text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  tries integer NOT NULL DEFAULT 0,
  error text,
  failed_at timestamptz
);
CREATE INDEX outbox_unpublished ON eligibility.outbox (id) WHERE published_at IS NULL;
-- +goose Down
DROP TABLE eligibility.outbox;
