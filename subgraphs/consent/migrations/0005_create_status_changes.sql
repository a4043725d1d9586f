-- +goose Up
-- The audit row of every step of a deletion request. `actor` is a token's subject or a service; never a name.
CREATE TABLE consent.status_changes (
  id uuid PRIMARY KEY,
  entity_id uuid NOT NULL REFERENCES consent.deletion_requests (id),
  command text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE consent.status_changes IS 'append-only: an audit trail';
CREATE INDEX status_changes_by_entity ON consent.status_changes (entity_id, id);
-- +goose Down
DROP TABLE consent.status_changes;
