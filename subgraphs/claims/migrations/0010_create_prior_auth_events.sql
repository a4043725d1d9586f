-- +goose Up
-- The audit trail of prior authorisations, as that of claims.
CREATE TABLE claims.prior_auth_events (
  id uuid PRIMARY KEY,
  prior_auth_id uuid NOT NULL REFERENCES claims.prior_auths (id),
  event_type text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  reason text,
  actor text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE claims.prior_auth_events IS 'append-only: an audit trail';
CREATE INDEX prior_auth_events_by_prior_auth ON claims.prior_auth_events (prior_auth_id, id);
-- +goose Down
DROP TABLE claims.prior_auth_events;
