-- +goose Up
-- Events wait here, written in the transaction of what they tell, until the relay has published them.
CREATE TABLE enrollment.outbox (
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
CREATE INDEX outbox_waiting ON enrollment.outbox (id) WHERE published_at IS NULL;
-- +goose Down
DROP TABLE enrollment.outbox;
