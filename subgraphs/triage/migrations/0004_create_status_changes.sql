-- +goose Up
-- The audit row of every step of a session. `actor` is a token's subject or a service; never a name.
CREATE TABLE triage.status_changes (
  id uuid PRIMARY KEY,
  entity text NOT NULL CHECK (entity = 'SESSION'),
  entity_id uuid NOT NULL,
  command text NOT NULL,
  from_status text,
  to_status text,
  actor text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE triage.status_changes IS 'append-only: an audit trail';
CREATE INDEX status_changes_by_entity ON triage.status_changes (entity_id, id);
-- +goose Down
DROP TABLE triage.status_changes;
