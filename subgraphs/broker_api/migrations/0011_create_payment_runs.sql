-- +goose Up
-- One go of paying brokers: every statement that it pays belongs to it.
CREATE TABLE broker_api.payment_runs (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  until date NOT NULL,
  created_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE broker_api.payment_runs;
