-- +goose Up
-- Each decision with all that went in and each step that came out, so that an explanation of benefits can say why for each penny, years later. An appeal adds
-- a decision; the claim's row names the one that holds. `movements` is what was reserved at eligibility for it.
CREATE TABLE claims.claim_decisions (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  number integer NOT NULL CHECK (number > 0),
  outcome text NOT NULL CHECK (outcome IN ('APPROVED', 'PARTIALLY_APPROVED', 'DENIED')),
  allowed numeric(19,4) NOT NULL,
  plan_pays numeric(19,4) NOT NULL,
  member_owes numeric(19,4) NOT NULL,
  inputs jsonb NOT NULL,
  steps jsonb NOT NULL,
  movements jsonb NOT NULL,
  decided_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT claim_decisions_number UNIQUE (claim_id, number)
);
COMMENT ON TABLE claims.claim_decisions IS 'append-only: what was decided stays explained';
-- +goose Down
DROP TABLE claims.claim_decisions;
