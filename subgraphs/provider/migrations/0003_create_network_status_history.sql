-- +goose Up
-- Where a provider stood on any day. Periods are half-open and follow each other without a gap; the last one is open. Of a row only its end is ever set.
CREATE TABLE provider.network_status_history (
  id uuid PRIMARY KEY,
  provider_id uuid NOT NULL REFERENCES provider.providers,
  command text NOT NULL,
  status text NOT NULL CHECK (status IN ('PENDING', 'ACTIVE', 'SUSPENDED', 'TERMINATED')),
  effective_from date NOT NULL,
  effective_to date,
  reason text,
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CHECK (effective_to IS NULL OR effective_from <= effective_to)
);
CREATE INDEX network_status_history_provider ON provider.network_status_history (provider_id, effective_from);
-- two open rows would be two truths about today
CREATE UNIQUE INDEX network_status_history_open ON provider.network_status_history (provider_id) WHERE effective_to IS NULL;
-- +goose Down
DROP TABLE provider.network_status_history;
