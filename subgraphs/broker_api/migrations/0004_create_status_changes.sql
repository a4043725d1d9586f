-- +goose Up
-- The audit row of every step of a broker's authority or a commission. `actor` is a token's subject or a service; never a name.
CREATE TABLE broker_api.status_changes (
  id uuid PRIMARY KEY,
  entity text NOT NULL CHECK (entity IN ('BROKER', 'COMMISSION')),
  entity_id uuid NOT NULL,
  command text NOT NULL,
  from_status text,
  to_status text,
  actor text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE broker_api.status_changes IS 'append-only: an audit trail';
CREATE INDEX status_changes_by_entity ON broker_api.status_changes (entity_id, id);
-- +goose Down
DROP TABLE broker_api.status_changes;
