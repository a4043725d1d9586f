-- +goose Up
-- Every step of a claim's reservation, for whoever asks later why an amount was taken or given back.
CREATE TABLE eligibility.reservation_steps (
  id uuid PRIMARY KEY,
  claim_locator text NOT NULL REFERENCES eligibility.applied_claims,
  command text NOT NULL,
  from_status text NOT NULL,
  to_status text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX reservation_steps_claim ON eligibility.reservation_steps (claim_locator, id);
COMMENT ON TABLE eligibility.reservation_steps IS 'append-only: the audit trail of reservations';
-- +goose Down
DROP TABLE eligibility.reservation_steps;
