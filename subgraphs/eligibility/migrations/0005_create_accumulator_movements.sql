-- +goose Up
-- What each claim took from each accumulator, and when it was given back. The sum of what was not given back is the accumulator's `consumed_amount`.
CREATE TABLE eligibility.accumulator_movements (
  id uuid PRIMARY KEY,
  claim_locator text NOT NULL REFERENCES eligibility.applied_claims,
  accumulator_id uuid NOT NULL REFERENCES eligibility.coverage_accumulators,
  amount numeric(19,4) NOT NULL CHECK (amount > 0),
  service_date date NOT NULL,
  created_at timestamptz NOT NULL,
  given_back_at timestamptz
);
CREATE INDEX accumulator_movements_claim ON eligibility.accumulator_movements (claim_locator) WHERE given_back_at IS NULL;
CREATE INDEX accumulator_movements_accumulator ON eligibility.accumulator_movements (accumulator_id) WHERE given_back_at IS NULL;
-- +goose Down
DROP TABLE eligibility.accumulator_movements;
