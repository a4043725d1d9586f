-- +goose Up
-- Every step of a credentialing request: who, when, from where to where.
CREATE TABLE provider.credentialing_steps (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES provider.credentialing_requests,
  command text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX credentialing_steps_request ON provider.credentialing_steps (request_id, id);
COMMENT ON TABLE provider.credentialing_steps IS 'append-only: the audit trail of credentialing';
-- +goose Down
DROP TABLE provider.credentialing_steps;
