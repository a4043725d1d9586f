-- +goose Up
-- Which accumulators a claim was decided from, also those from which it could take nothing because they were full: when another claim gives back, these are the
-- decisions that might have been better. `position` is the order of reservation; it is drawn while the accumulator's row is locked.
CREATE TABLE eligibility.consulted_accumulators (
  claim_locator text NOT NULL REFERENCES eligibility.applied_claims,
  accumulator_key text NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (claim_locator, accumulator_key)
);
CREATE INDEX consulted_accumulators_key ON eligibility.consulted_accumulators (accumulator_key, position);
-- +goose Down
DROP TABLE eligibility.consulted_accumulators;
