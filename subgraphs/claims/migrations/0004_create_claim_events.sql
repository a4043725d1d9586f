-- +goose Up
-- The audit trail of a claim. `actor` is a party locator or a service, `note` free text encrypted under the patient's key: erasure destroys the key, not the row.
CREATE TABLE claims.claim_events (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  event_type text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  reason text,
  actor text NOT NULL,
  note text,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE claims.claim_events IS 'append-only: an audit trail';
CREATE INDEX claim_events_by_claim ON claims.claim_events (claim_id, id);
-- +goose Down
DROP TABLE claims.claim_events;
