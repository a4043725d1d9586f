-- +goose Up
-- One service of a claim. What was decided stands beside what was claimed: claimed = paid by the plan + the line's adjustments. The patient is repeated
-- here, so that looking for a duplicate reads that patient's lines of that day and nothing else.
CREATE TABLE claims.claim_lines (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  claimant_party_id uuid NOT NULL,
  line_number integer NOT NULL CHECK (line_number BETWEEN 1 AND 200),
  element_id uuid,
  coverage_term_key text NOT NULL,
  procedure_code text,
  service_date date NOT NULL,
  admission_date date,
  units integer NOT NULL DEFAULT 1 CHECK (units BETWEEN 1 AND 9999),
  is_emergency boolean NOT NULL DEFAULT false,
  prior_auth text,
  primary_paid numeric(19,4) CHECK (primary_paid >= 0),
  amount_claimed numeric(19,4) NOT NULL CHECK (amount_claimed > 0),
  amount_allowed numeric(19,4) CHECK (amount_allowed >= 0),
  amount_paid numeric(19,4) CHECK (amount_paid >= 0),
  member_owes numeric(19,4) CHECK (member_owes >= 0),
  line_status text CHECK (line_status IN ('APPROVED', 'DENIED')),
  network text CHECK (network IN ('IN', 'OUT')),
  reason_code text,
  CONSTRAINT claim_lines_number UNIQUE (claim_id, line_number)
);
CREATE INDEX claim_lines_by_patient_and_day ON claims.claim_lines (claimant_party_id, service_date);
-- +goose Down
DROP TABLE claims.claim_lines;
