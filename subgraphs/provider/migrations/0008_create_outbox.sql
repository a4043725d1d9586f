-- +goose Up
-- Events wait here, written in the transaction that they tell of, until the relay has published them.
CREATE TABLE provider.outbox (
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
CREATE INDEX outbox_unpublished ON provider.outbox (id) WHERE published_at IS NULL;
-- +goose Down
DROP TABLE provider.outbox;
